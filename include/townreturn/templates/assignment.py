"""What one blank workbook is for: a plan's unit and a period."""

from dataclasses import dataclass
from decimal import Decimal

from townreturn.domain.form import Form, Indicator
from townreturn.domain.history import History
from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan, Unit
from townreturn.wording import say


@dataclass(frozen=True)
class Assignment:
    """One unit's workbook for one period; it covers every category that the unit leads.

    ``history`` is what was accepted before the period, by which the workbook is pre-filled; None
    where nobody has looked: then it is blank and says nothing of last period. ``upward``: the town's
    own workbook, filled in for the level above, which has deadlines and instructions of its own.
    """

    plan: Plan
    period: Period
    unit: Unit
    history: History | None = None
    upward: bool = False

    @property
    def form(self) -> Form:
        return self.plan.form

    @property
    def categories(self) -> tuple[Category, ...]:
        return self.plan.categories_reported_by(self.unit.code)

    @property
    def headings(self) -> str:
        return say("TEMPLATE_JOIN").join(category.heading for category in self.categories)

    @property
    def title(self) -> str:
        return say("TEMPLATE_TITLE", town=self.plan.town, title=self.form.title)

    @property
    def period_name(self) -> str:
        return say("PERIOD_NAMED", year=self.period.year, month=self.period.month)

    @property
    def last_period_name(self) -> str:
        last = self.period.previous
        return say("PERIOD_NAMED", year=last.year, month=last.month)

    @property
    def span(self) -> str:
        """The first and the last day of the period, both included."""
        calendar = self.plan.calendar
        return say("TEMPLATE_SPAN", first=calendar.first_day(self.period), last=calendar.last_day(self.period))

    @property
    def due(self) -> str:
        """The last second that is on time, as people are told it."""
        return f"{self.plan.calendar.shown_due(self.period):%Y-%m-%d %H:%M:%S}"

    @property
    def receiver(self) -> Unit:
        return self.plan.unit_by_code[self.plan.coordinating_unit]

    @property
    def footer(self) -> str:
        return say(
            "TEMPLATE_PRINT_FOOTER",
            unit=self.unit.name.replace("&", "&&"),
            period=self.period_name,
            number=self.form.number.replace("&", "&&"),
            edition=self.form.edition.replace("&", "&&"),
        )

    def indicators(self) -> tuple[Indicator, ...]:
        """Common indicators, then the extras of every category led, in form order."""
        extras = (one for category in self.categories for one in self.form.extras.get(category.code, ()))
        return (*self.form.indicators, *extras)

    def last(self, category: Category, indicator: str) -> Decimal | None:
        """The category's figure of last period, whoever led it then; None where none was accepted."""
        return self.history.value(category.code, indicator, 1) if self.history else None

    def opening(self, category: Category) -> Decimal | None:
        """The opening balance: last period's accepted closing balance, which the unit's has to equal.

        None where that was of another scope: cases may have come or gone with it, and nobody asks.
        """
        return self.last(category, self.form.closing_stock) if self.is_comparable(category) else None

    def knows_last(self, category: Category) -> bool:
        """Whether anything of the category was accepted last period."""
        return any(self.last(category, one.code) is not None for one in self.form.indicators_of(category.code))

    def is_comparable(self, category: Category) -> bool:
        """Whether last period's figures were gathered under the category's present scope."""
        return not category.comparable_from or category.comparable_from <= self.period.previous.key
