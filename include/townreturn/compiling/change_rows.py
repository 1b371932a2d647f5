"""The list of changes as rows of text: what the approver and the clerk read of a correction."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from townreturn.domain.correction_policy import LaterPeriods
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, FigureChange, Measure, TownReturn
from townreturn.wording import say

_MEASURE_CODES = {
    None: "CHANGES_TEXTS",
    Measure.CURRENT: "MEASURE_CURRENT",
    Measure.YTD: "MEASURE_YTD",
    Measure.MONTH_ON_MONTH: "MEASURE_MONTH_ON_MONTH",
    Measure.YEAR_ON_YEAR: "MEASURE_YEAR_ON_YEAR",
    Measure.YTD_YEAR_ON_YEAR: "MEASURE_YTD_YEAR_ON_YEAR",
}
_AMOUNTS = (Measure.CURRENT, Measure.YTD)


def own_changes(town_return: TownReturn) -> tuple[FigureChange, ...]:
    """The changes of the return's own period."""
    return tuple(one for one in town_return.changes if one.period == town_return.period)


def change_heads() -> list[str]:
    """What stands over the columns of ``change_rows``."""
    return say("CHANGES_TABLE_HEAD").split("|")


def change_rows(town_return: TownReturn, plan: Plan, changes: Sequence[FigureChange]) -> Iterator[tuple[str, ...]]:
    """Period, category, indicator, measure, old, new, difference, reason and source cell of each change.

    Only the return's own figures have a source cell: it knows no other period's sources. Texts from
    outside – reasons, file names – are as the unit gave them.
    """
    sources = {(one.category, one.indicator): one for one in town_return.sources}
    for one in changes:
        is_read_here = (one.period, one.measure) == (town_return.period, Measure.CURRENT)
        source = sources.get((one.category, one.indicator or "")) if is_read_here else None
        place = source and say("CHANGE_FROM_CELL", file=source.file_name, sheet=source.sheet, cell=source.cell)
        numbers = [*(_shown(value, one, plan) for value in (one.old, one.new)), _difference(one, plan)]
        named = (one.period, _category(one, plan), _label(one, plan), say(_MEASURE_CODES[one.measure]))
        yield *named, *numbers, one.reason, place or ""


def moved_sentences(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    """Which later returns move with a correction, in short, and what becomes of them; nothing if none do."""
    later = [one for one in town_return.changes if one.period > town_return.period]
    if not later:
        return
    told = [
        say("CHANGES_MOVED_PERIOD", period=period, count=len(moved), categories="、".join(_names(moved, plan)))
        for period in dict.fromkeys(one.period for one in later)
        for moved in [[one for one in later if one.period == period]]
    ]
    yield say("CHANGES_MOVED", periods="，".join(told))
    is_noted = plan.corrections.later_periods is LaterPeriods.NOTE
    yield say("CHANGES_NOTED" if is_noted else "CHANGES_REISSUED")


def _names(changes: Sequence[FigureChange], plan: Plan) -> dict[str, None]:
    return dict.fromkeys(_category(one, plan) for one in changes)


def _category(change: FigureChange, plan: Plan) -> str:
    return say("TOTAL_COLUMN") if change.category == TOTAL else plan.category_by_code[change.category].name


def _label(change: FigureChange, plan: Plan) -> str:
    return plan.form.by_code[change.indicator].label if change.indicator else ""


def _difference(change: FigureChange, plan: Plan) -> str:
    """With its sign; between two percentages lie percentage points."""
    if change.difference is None or change.indicator is None:
        return say("CHANGE_UNNUMBERED")
    if change.measure in _AMOUNTS:
        return f"{change.difference:+,.{plan.form.by_code[change.indicator].decimals}f}"
    return say("CHANGE_POINTS", value=f"{change.difference:+.1f}")


def _shown(value: Decimal | None, change: FigureChange, plan: Plan) -> str:
    if value is None or change.indicator is None:
        return say("CHANGE_UNNUMBERED")
    if change.measure in _AMOUNTS:
        return f"{value:,.{plan.form.by_code[change.indicator].decimals}f}"
    return say("CHANGE_PCT", value=f"{value:.1f}")
