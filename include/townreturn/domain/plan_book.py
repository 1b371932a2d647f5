"""A town's plans of all years."""

from dataclasses import dataclass
from functools import cached_property

from townreturn.domain.errors import Misuse
from townreturn.domain.level import Level
from townreturn.domain.period import Period, ReportingCalendar
from townreturn.domain.plan import Approver, Plan


@dataclass(frozen=True)
class PlanBook:
    """All plans of one town, their validities disjoint and ascending."""

    plans: tuple[Plan, ...]

    @property
    def town_code(self) -> str:
        return self.plans[0].town_code

    @property
    def town(self) -> str:
        return self.plans[0].town

    @property
    def level(self) -> Level:
        return self.plans[0].level

    @property
    def calendar(self) -> ReportingCalendar:
        """The newest plan's calendar, by which new periods open."""
        return self.plans[-1].calendar

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every label by which a cell of a sender's workbook is found again, in any of the plans' forms."""
        return frozenset(label for plan in self.plans for label in plan.form.labels)

    def find(self, period: Period) -> Plan | None:
        """The plan in force for a period, or None."""
        return next((plan for plan in self.plans if plan.validity.covers(period)), None)

    def in_force(self, period: Period) -> Plan:
        """The plan in force for a period; Misuse when there is none."""
        plan = self.find(period)
        if plan is None:
            raise Misuse("NO_PLAN_IN_FORCE", period=period, town=self.town)
        return plan

    @property
    def operators(self) -> tuple[str, ...]:
        """Who may act now, as the newest plan says; empty for whoever may in Airflow."""
        return self.plans[-1].operators

    @property
    def approvers(self) -> tuple[Approver, ...]:
        """Everyone who may approve under any of the plans, each once."""
        return tuple({one.account: one for plan in self.plans for one in plan.approvers}.values())
