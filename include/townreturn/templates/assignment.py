"""What one blank workbook is for: a plan's unit and a period."""

from dataclasses import dataclass

from townreturn.domain.form import Form, Indicator
from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan, Unit
from townreturn.wording import say


@dataclass(frozen=True)
class Assignment:
    """One unit's workbook for one period; it covers every category that the unit leads."""

    plan: Plan
    period: Period
    unit: Unit

    @property
    def form(self) -> Form:
        return self.plan.form

    @property
    def categories(self) -> tuple[Category, ...]:
        return self.plan.categories_led_by(self.unit.code)

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
