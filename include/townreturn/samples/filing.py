"""What a unit would write into its workbook, as values: before any fault, before any file."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.samples.figures import MonthFigures
from townreturn.samples.texts import Entry, write_entries
from townreturn.templates.filling import CellValue, Contents
from townreturn.wording import say


@dataclass(frozen=True)
class Filing:
    """One workbook's contents. ``cells`` by (category, indicator); None leaves a cell blank.

    ``cover`` is by the label on the cover; ``entries`` by section, each with its category.
    """

    plan: Plan
    period: Period
    unit: Unit
    figures: dict[str, MonthFigures]
    cover: dict[str, str]
    cells: dict[tuple[str, str], CellValue]
    entries: dict[str, tuple[tuple[str, Entry], ...]]

    @property
    def contents(self) -> Contents:
        """All of it, as it is written into the template."""
        zero_returns = {category: month.zero_return for category, month in self.figures.items()}
        return Contents(self.cover, zero_returns, self.cells, self.entries)


def compose_filing(
    plans: PlanBook, period: Period, unit: Unit, chain: Mapping[tuple[Period, str], MonthFigures], seed: int
) -> Filing:
    """The faultless contents of a unit's workbook for a period."""
    plan = plans.in_force(period)
    rng = Random(f"{seed}/{plan.town_code}/{unit.code}/{period}/filing")  # noqa: S311 - samples, not secrets
    figures = {one.code: chain[period, one.code] for one in plan.categories_reported_by(unit.code)}
    cells = {
        (category, indicator): _cell(plan, month, indicator)
        for category, month in figures.items()
        for indicator in month.values
    }
    entries: dict[str, tuple[tuple[str, Entry], ...]] = {}
    for category in plan.categories_reported_by(unit.code):
        for section, rows in write_entries(plan, period, category, figures[category.code], rng).items():
            entries[section] = entries.get(section, ()) + tuple((category.code, row) for row in rows)
    return Filing(plan, period, unit, figures, _cover(plan, period, unit, seed), cells, entries)


def _cell(plan: Plan, month: MonthFigures, indicator: str) -> CellValue:
    """Under a zero return only the balances are filled; the flows are left blank and count as zero."""
    if month.zero_return and not plan.form.by_code[indicator].is_stock:
        return None
    return month.values[indicator]


def _cover(plan: Plan, period: Period, unit: Unit, seed: int) -> dict[str, str]:
    """The same people all year, a fictional telephone, and the day the period closed."""
    rng = Random(f"{seed}/{plan.town_code}/{unit.code}/people")  # noqa: S311 - samples, not secrets
    filler, reviewer = rng.sample(say("SAMPLE_PEOPLE").split("|"), 2)
    anchors = plan.form.anchors
    return {
        anchors.filled_by: filler,
        anchors.reviewed_by: reviewer,
        anchors.phone: say("SAMPLE_PHONE", number=rng.randrange(10_000)),
        anchors.filled_on: f"{plan.calendar.end(period):%Y-%m-%d}",
    }
