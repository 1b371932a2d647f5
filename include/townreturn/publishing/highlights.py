"""Which movements of a return are worth saying, and which of them most: facts only, without words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from townreturn.domain.form import Indicator, OverTime
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, Change, ChangeStatus, Measure, ReturnCell, TownReturn
from townreturn.publishing.floors import (
    LARGEST_PCT,
    LEAST_LEAD,
    LEAST_MOVE_OF_HEADLINES,
    LEAST_MOVE_OF_OTHERS,
    MOST_LEADS,
    floor_of,
    weigh_move,
)
from townreturn.publishing.runs import Run, find_runs

BASES = {
    Measure.MONTH_ON_MONTH: (Measure.CURRENT, "previous"),
    Measure.YEAR_ON_YEAR: (Measure.CURRENT, "year_ago"),
    Measure.YTD_YEAR_ON_YEAR: (Measure.YTD, "ytd_year_ago"),
}
"""What each comparison compares: a measure, and the amount of the cell that is its base."""


@dataclass(frozen=True)
class Movement:
    """A figure against its base, both complete and of one scope; ``pct`` only where a percentage is worth saying."""

    measure: Measure
    value: Decimal
    base: Decimal
    pct: Decimal | None
    weight: Fraction


@dataclass(frozen=True)
class Highlight:
    """What is worth saying of one figure; ``runs`` only of the current figure."""

    category: str
    indicator: Indicator
    movement: Movement
    runs: tuple[Run, ...]
    is_headline: bool

    @property
    def weight(self) -> Fraction:
        """By how far it moved, half as much for what is no headline; each run counts as a tenth more."""
        excess = (self.movement.weight - 1) / (1 if self.is_headline else 2)
        return (1 + excess) * (1 + Fraction(len(self.runs), 10))


def find_movement(town_return: TownReturn, category: str, indicator: Indicator, measure: Measure) -> Movement | None:
    """How a figure moved; None where it is not comparable, and of opening balances, which only repeat others."""
    cell = town_return.cell(category, indicator.code)
    if cell is None or indicator.over_time is OverTime.FIRST:
        return None
    change: Change = getattr(cell, measure.value)
    value, base = (one.value for one in sides_of(cell, measure))
    if change.status is ChangeStatus.INCOMPARABLE or value is None or base is None:
        return None
    pct = change.pct if value and value != base and base >= floor_of(indicator) else None
    is_telling = pct is not None and abs(pct) <= LARGEST_PCT
    return Movement(measure, value, base, pct if is_telling else None, weigh_move(value, base, indicator))


def sides_of(cell: ReturnCell, measure: Measure) -> tuple[Amount, Amount]:
    """The two amounts that a comparison compares: the later one, its base."""
    later, base = BASES[measure]
    return getattr(cell, later.value), getattr(cell, base)


def find_highlights(
    town_return: TownReturn, plan: Plan, category: str, indicators: Sequence[Indicator], measure: Measure
) -> list[Highlight]:
    """Every figure whose movement is worth saying, in form order."""
    found = (_find_highlight(town_return, plan, category, one, measure) for one in indicators)
    return [one for one in found if one is not None]


def _find_highlight(
    town_return: TownReturn, plan: Plan, category: str, indicator: Indicator, measure: Measure
) -> Highlight | None:
    movement = find_movement(town_return, category, indicator, measure)
    if movement is None:
        return None
    is_month = measure is Measure.MONTH_ON_MONTH
    runs = tuple(find_runs(town_return, plan, category, indicator)) if is_month else ()
    is_headline = indicator.code in plan.form.headlines
    least = LEAST_MOVE_OF_HEADLINES if is_headline else LEAST_MOVE_OF_OTHERS
    return Highlight(category, indicator, movement, runs, is_headline) if movement.weight >= least or runs else None


def choose_strongest(highlights: Sequence[Highlight], most: int) -> list[Highlight]:
    """The strongest few, those of equal weight in form order, again in form order."""
    strongest = sorted(highlights, key=lambda one: -one.weight)[:most]
    return [one for one in highlights if one in strongest]


@dataclass(frozen=True)
class Lead:
    """The category that has most of a total, alone."""

    category: str
    indicator: Indicator
    value: Decimal
    share: Fraction


def find_leads(town_return: TownReturn, plan: Plan) -> list[Lead]:
    """The strongest leads of all, at most one a group of the form; in form order."""
    found = (find_lead(town_return, plan, one) for one in plan.form.indicators if one.code in plan.form.headlines)
    firsts: dict[str, Lead] = {}
    for lead in found:
        if lead is not None:
            firsts.setdefault(lead.indicator.group, lead)
    strongest = sorted(firsts.values(), key=lambda one: -one.share)[:MOST_LEADS]
    return [one for one in firsts.values() if one in strongest]


def find_lead(town_return: TownReturn, plan: Plan, indicator: Indicator) -> Lead | None:
    """Which category leads in an indicator; None where the total is incomplete or small, or none stands out.

    Nothing of what is told as a rate: who tests most finds most.
    """
    if indicator.rate is not None:
        return None
    cell = town_return.cell(TOTAL, indicator.code)
    total = cell.current.value if cell and cell.current.is_complete else None
    if total is None or total < floor_of(indicator):
        return None
    cells = [town_return.cell(one.code, indicator.code) for one in plan.categories]
    values = {one.category: one.current.value or Decimal(0) for one in cells if one is not None}
    most = max(values.values())
    leaders = [category for category, value in values.items() if value == most]
    share = Fraction(most) / Fraction(total)
    return Lead(leaders[0], indicator, most, share) if len(leaders) == 1 and share >= LEAST_LEAD else None
