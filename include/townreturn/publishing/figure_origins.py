"""What a stretch of the briefing rests on, as plain data: a figure with its value and its sources or parts."""

from decimal import Decimal
from typing import Any

from townreturn.domain.form import OverTime
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, Change, Measure, ReturnCell, TownReturn
from townreturn.publishing.derived_origins import describe_derived
from townreturn.publishing.prose import OriginKind, Span

_CURRENT, _YTD = Measure.CURRENT, Measure.YTD


def describe_span(span: Span, text: str, town_return: TownReturn, plan: Plan) -> dict[str, Any]:
    """Place, text, kind and details; ``end`` is not included, both count characters."""
    place = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
    described = {**place, "kind": span.origin.kind.value, **span.origin.details}
    if span.origin.kind is OriginKind.FIGURE:
        described |= _describe_figure(described, town_return, plan)
    if span.origin.kind is OriginKind.CHANGE:
        described |= _describe_change(described, town_return)
    described |= describe_derived(span.origin.kind, described, town_return, [one.code for one in plan.categories])
    if span.origin.kind is OriginKind.PLAN:
        described["plan"] = plan.code
    if span.origin.kind is OriginKind.FORM:
        described["form"] = plan.form.edition
    return described


def _describe_figure(about: dict[str, Any], town_return: TownReturn, plan: Plan) -> dict[str, Any]:
    """The value, and for a current figure the cells of the units' files, else the figures it is worked out from."""
    category, indicator, measure = about["category"], about["indicator"], Measure(about["measure"])
    cell = town_return.cell(category, indicator)
    if cell is None:
        return {}
    figure: Amount | Change = getattr(cell, measure.value)
    value = figure.value if isinstance(figure, Amount) else figure.pct
    described = {"period": town_return.period, "value": _plain(value), "status": figure.status.value}
    if measure is _CURRENT:
        return {**described, "sources": list_sources(town_return, category, indicator)}
    over_time = plan.form.by_code[indicator].over_time
    return {**described, "components": _list_components(cell, measure, Period(town_return.period), over_time)}


def list_sources(town_return: TownReturn, category: str, indicator: str) -> list[dict[str, Any]]:
    """Where a current figure was read; for a total, where each category's was."""
    return [
        {
            "category": one.category,
            "file_hash": one.file_hash,
            "file_name": one.file_name,
            "sheet": one.sheet,
            "cell": one.cell,
            "raw": one.raw,
            "normalised": list(one.normalised),
        }
        for one in town_return.sources
        if one.indicator == indicator and category in (TOTAL, one.category)
    ]


def _list_components(cell: ReturnCell, measure: Measure, period: Period, over_time: OverTime) -> list[dict[str, Any]]:
    """The figures of one measure, by period; ``value`` where the return itself holds it."""
    if measure is _YTD:
        return [_component(cell, one, _CURRENT, _known(cell, one, period)) for one in _parts(period, over_time)]
    if measure is Measure.MONTH_ON_MONTH:
        sides = ((period, _CURRENT, cell.current), (period.previous, _CURRENT, cell.previous))
    elif measure is Measure.YEAR_ON_YEAR:
        sides = ((period, _CURRENT, cell.current), (period.year_ago, _CURRENT, cell.year_ago))
    else:
        sides = ((period, _YTD, cell.ytd), (period.year_ago, _YTD, cell.ytd_year_ago))
    return [_component(cell, one, side, amount) for one, side, amount in sides]


def _parts(period: Period, over_time: OverTime) -> tuple[Period, ...]:
    if over_time is OverTime.SUM:
        return period.year_to_date
    return (period.year_to_date[0] if over_time is OverTime.FIRST else period,)


def _known(cell: ReturnCell, one: Period, period: Period) -> Amount | None:
    return {period: cell.current, period.previous: cell.previous}.get(one)


def _component(cell: ReturnCell, period: Period, measure: Measure, amount: Amount | None) -> dict[str, Any]:
    place = {"period": period.key, "category": cell.category, "indicator": cell.indicator, "measure": measure.value}
    return place if amount is None else {**place, "value": _plain(amount.value)}


def _describe_change(about: dict[str, Any], town_return: TownReturn) -> dict[str, Any]:
    """The value on one side of a correction; sources where the new figure is one that a unit reported."""
    place = (about["changed_period"], about["category"], about["indicator"], about["measure"])
    change = next(one for one in town_return.changes if (one.period, one.category, one.indicator, one.measure) == place)
    described: dict[str, Any] = {"value": _plain(getattr(change, about["side"]))}
    if about["side"] == "new" and change.measure is _CURRENT and change.period == town_return.period:
        described["sources"] = list_sources(town_return, change.category, change.indicator or "")
    return described


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
