"""What a number worked out for a sentence rests on: differences, shares, rates, streaks, as plain data."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from townreturn.domain.percentages import in_pct
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, Measure, ReturnCell, TownReturn
from townreturn.publishing.highlights import BASES, sides_of
from townreturn.publishing.prose import OriginKind

About = dict[str, Any]


def describe_derived(kind: OriginKind, about: About, town_return: TownReturn, categories: list[str]) -> About:
    """``value`` and the ``components`` it is worked out from, each with its place in the return; nothing of
    another kind. ``categories`` are those that a total adds up.
    """
    describe = _DESCRIBED.get(kind)
    return describe(about, town_return, categories) if describe else {}


def _describe_base(about: About, town_return: TownReturn, _: list[str]) -> About:
    _later, base = _compared(about, town_return)
    return {"value": base["value"], "components": [base]}


def _describe_difference(about: About, town_return: TownReturn, _: list[str]) -> About:
    later, base = _compared(about, town_return)
    return {"value": f"{Decimal(later['value']) - Decimal(base['value']):f}", "components": [later, base]}


def _compared(about: About, town_return: TownReturn) -> list[About]:
    """The two figures of a comparison."""
    category, indicator, measure = about["category"], about["indicator"], Measure(about["measure"])
    period = Period(town_return.period)
    base_period = period.previous if measure is Measure.MONTH_ON_MONTH else period.year_ago
    later, base = sides_of(_cell(town_return, category, indicator), measure)
    what = BASES[measure][0]
    return [
        _place(period.key, category, indicator, later.value, what),
        _place(base_period.key, category, indicator, base.value, what),
    ]


def _describe_share(about: About, town_return: TownReturn, _: list[str]) -> About:
    places = [(about["category"], about["indicator"]), (TOTAL, about["indicator"])]
    return _describe_ratio(places, town_return)


def _describe_rate(about: About, town_return: TownReturn, _: list[str]) -> About:
    return _describe_ratio(_rate_places(about), town_return)


def _describe_points(about: About, town_return: TownReturn, _: list[str]) -> About:
    """Both rates as rounded, so that who subtracts what is printed finds the same."""
    now = _describe_ratio(_rate_places(about), town_return)
    cells = [_cell(town_return, *place) for place in _rate_places(about)]
    part, whole = [one.previous.value or Decimal(0) for one in cells]
    before = in_pct(Fraction(part) / Fraction(whole))
    key = Period(town_return.period).previous.key
    earlier = [_place(key, one.category, one.indicator, one.previous.value) for one in cells]
    return {"value": str(Decimal(now["value"]) - before), "components": now["components"] + earlier}


def _rate_places(about: About) -> list[tuple[str, str]]:
    return [(about["category"], about["indicator"]), (about["category"], about["of"])]


def _describe_ratio(places: list[tuple[str, str]], town_return: TownReturn) -> About:
    values = [_cell(town_return, *place).current.value or Decimal(0) for place in places]
    parts = [_place(town_return.period, *place, value) for place, value in zip(places, values, strict=True)]
    return {"value": str(in_pct(Fraction(values[0]) / Fraction(values[1]))), "components": parts}


def _describe_run(about: About, town_return: TownReturn, categories: list[str]) -> About:
    """The figure in each of the periods; ``value`` is how many they are, or how many moves a streak has."""
    category, indicator, trend = about["category"], about["indicator"], town_return.trend
    is_total = category == TOTAL
    values = trend.totals(categories, indicator) if is_total else trend.values(category, indicator)
    current = _cell(town_return, category, indicator).current.value
    by_period = {**dict(zip(trend.periods, values, strict=True)), town_return.period: current}
    parts = [_place(key, category, indicator, by_period[key]) for key in about["periods"]]
    moves = len(parts) - (about["kind"] == OriginKind.STREAK)
    return {"value": str(moves), "components": parts}


def _cell(town_return: TownReturn, category: str, indicator: str) -> ReturnCell:
    """One that the text was told of, so that it is there."""
    cell = town_return.cell(category, indicator)
    if cell is None:
        raise KeyError((category, indicator))
    return cell


def _place(
    period: str, category: str, indicator: str, value: Decimal | None, measure: Measure = Measure.CURRENT
) -> About:
    place = {"period": period, "category": category, "indicator": indicator, "measure": measure.value}
    return {**place, "value": None if value is None else f"{value:f}"}


_DESCRIBED: dict[OriginKind, Callable[[About, TownReturn, list[str]], About]] = {
    OriginKind.BASE: _describe_base,
    OriginKind.DIFFERENCE: _describe_difference,
    OriginKind.SHARE: _describe_share,
    OriginKind.RATE: _describe_rate,
    OriginKind.POINTS: _describe_points,
    OriginKind.STREAK: _describe_run,
    OriginKind.RECORD: _describe_run,
    OriginKind.FIRST: _describe_run,
}
