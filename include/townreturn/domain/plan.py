"""The plan (工作方案): a town's categories, units, focus products, deadlines and approvers."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from townreturn.domain.areas import KeyArea
from townreturn.domain.correction_policy import CorrectionPolicy
from townreturn.domain.duties import Contacts, ReminderPolicy, WorkPlanDuty
from townreturn.domain.form import Form
from townreturn.domain.kept_file import KeptFile
from townreturn.domain.level import Level
from townreturn.domain.period import Period, ReportingCalendar
from townreturn.domain.slot import Slot
from townreturn.domain.superior import SuperiorTemplate


@dataclass(frozen=True)
class Unit:
    """A member unit; its reporter and the mail addresses may be unknown until the unit names them.

    ``succeeds`` are the codes of units of earlier plans whose work it goes on with; ``accounts`` are the
    sign-in names in Airflow of those who report for it on the board. A ``subordinate`` (下级单位) is an
    office of the level below, whose published return is its report of every category that no unit leads.
    """

    code: str
    name: str
    level: str = "town"
    reporter: str = ""
    mail: str = ""
    head: str = ""
    head_mail: str = ""
    succeeds: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    subordinate: bool = False


@dataclass(frozen=True)
class SpecialAction:
    """A special action or campaign that a category's text names."""

    name: str
    detail: str = ""


@dataclass(frozen=True)
class Category:
    """A product category with the one unit that leads it and those that co-operate.

    ``lead`` is empty above the town, where every subordinate reports the category.
    ``comparable_from`` is the first period of its present scope; figures of earlier ones, gathered
    under another scope, are not comparable with it. Empty when it never changed.
    """

    code: str
    number: int
    name: str
    lead: str = ""
    cooperating: tuple[str, ...] = ()
    focus_products: tuple[str, ...] = ()
    focus_places: tuple[str, ...] = ()
    actions: tuple[SpecialAction, ...] = ()
    measures: tuple[str, ...] = ()
    comparable_from: str = ""

    @property
    def heading(self) -> str:
        return f"{self.number}.{self.name}"


@dataclass(frozen=True)
class Approver:
    """A person who may approve; ``account`` is the sign-in name in Airflow.

    ``unit`` is the member unit the person belongs to, empty for the town's own leaders: nobody is
    the only approver of figures that the own unit, or the person, has reported.
    """

    account: str
    name: str
    title: str
    unit: str = ""

    @property
    def shown(self) -> str:
        """Title and name, once where they are the same."""
        return self.name if self.name == self.title else f"{self.title}{self.name}"


class Deliverable(StrEnum):
    """What leaves the bureau: 打假统计月报 with its data, 打假形势分析会材料."""

    TOWN_RETURN = "town_return"
    BRIEFING = "briefing"


@dataclass(frozen=True)
class Recipient:
    """Who receives what leaves the bureau; without an address it is handed over by other ways."""

    name: str
    receives: tuple[Deliverable, ...]
    address: str = ""


@dataclass(frozen=True)
class Validity:
    """The periods a plan is in force for, both included."""

    first: str
    last: str

    def covers(self, period: Period) -> bool:
        return Period(self.first) <= period <= Period(self.last)


@dataclass(frozen=True)
class Plan:
    """One plan in force for a range of periods; ``notes`` are oddities of its source, reported.

    ``operators`` are the sign-in names in Airflow of those who may act for the town on the board; empty for whoever
    may in Airflow. ``publish_within_working_days`` of the due instant a return should be out; the operator is
    alerted when it is not.

    ``reports_to`` is the code of the office of the level above, into whose inbox the return goes where one
    deployment serves both.

    ``file`` is what it was loaded from, ``working_days_file`` what its calendar names,
    ``superior_template`` the city office's own workbook that is filled as well, ``word_template`` what its
    briefings are made from instead of the packaged one; a plan made otherwise has none.
    """

    code: str
    town_code: str
    town: str
    title: str
    source: str
    validity: Validity
    form: Form
    calendar: ReportingCalendar
    coordinating_unit: str
    city_office: str
    units: tuple[Unit, ...]
    categories: tuple[Category, ...]
    approvers: tuple[Approver, ...]
    recipients: tuple[Recipient, ...]
    level: Level = Level.TOWN
    operators: tuple[str, ...] = ()
    general_measures: tuple[str, ...] = ()
    key_areas: tuple[KeyArea, ...] = ()
    approvals_required: int = 1
    corrections: CorrectionPolicy = field(default=CorrectionPolicy())
    reminders: ReminderPolicy = field(default=ReminderPolicy())
    work_plans: WorkPlanDuty = field(default=WorkPlanDuty())
    contacts: Contacts = field(default=Contacts())
    publish_within_working_days: int = 3
    reports_to: str = ""
    notes: tuple[str, ...] = ()
    file: KeptFile | None = field(default=None, init=False, compare=False, repr=False)
    working_days_file: KeptFile | None = field(default=None, init=False, compare=False, repr=False)
    superior_template: SuperiorTemplate | None = field(default=None, init=False, compare=False, repr=False)
    word_template: KeptFile | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def files(self) -> tuple[KeptFile, ...]:
        """Every file that it was loaded from: itself, its form, and what lies beside it."""
        superior = self.superior_template
        beside = (superior.mapping, superior.template) if superior else ()
        loaded = (self.file, self.form.file, self.working_days_file, *beside, self.word_template)
        return tuple(one for one in loaded if one is not None)

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def category_by_code(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def subordinates(self) -> tuple[Unit, ...]:
        """The offices of the level below, in the plan's order; a town has none."""
        return tuple(unit for unit in self.units if unit.subordinate)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """What a period's return is filled from: by category, then subordinates, in the plan's order."""
        return tuple(
            Slot(one.code, unit.code if not one.lead else "")
            for one in self.categories
            for unit in self.units_reporting(one.code)
        )

    @cached_property
    def reporting_units(self) -> tuple[Unit, ...]:
        """The units that owe statistics, in the order of the first category they report."""
        found = dict.fromkeys(unit.code for one in self.categories for unit in self.units_reporting(one.code))
        return tuple(self.unit_by_code[code] for code in found)

    def lead_of(self, category_code: str) -> Unit | None:
        """The one unit that leads a category; None where every subordinate reports it."""
        return self.unit_by_code.get(self.category_by_code[category_code].lead)

    def units_reporting(self, category_code: str) -> tuple[Unit, ...]:
        """Who reports a category: its lead unit, or every subordinate."""
        lead = self.lead_of(category_code)
        return (lead,) if lead else self.subordinates

    def categories_reported_by(self, unit_code: str) -> tuple[Category, ...]:
        """Those that the unit leads; of a subordinate, those that nobody leads as well."""
        unit = self.unit_by_code.get(unit_code)
        is_subordinate = unit is not None and unit.subordinate
        return tuple(one for one in self.categories if one.lead == unit_code or (is_subordinate and not one.lead))

    def slot_of(self, category_code: str, unit_code: str) -> Slot:
        """What a unit's report of a category fills; one of a category that the plan has no more is a lead unit's."""
        category = self.category_by_code.get(category_code)
        return Slot(category_code, unit_code if category is not None and not category.lead else "")

    def unit_of(self, slot: Slot) -> Unit:
        """Who reports for a slot; the coordinating unit for a subordinate that the plan has no more."""
        lead = self.category_by_code[slot.category].lead
        found = self.unit_by_code.get(lead or slot.subordinate)
        return found or self.unit_by_code[self.coordinating_unit]

    def answering_for(self, category_code: str, unit_code: str) -> Unit:
        """Who answers for a unit's report: the unit, or whoever reports the category where the plan has it no more.

        A plan may change after reports of a period have come in.
        """
        return self.unit_by_code.get(unit_code) or self.unit_of(self.slot_of(category_code, unit_code))
