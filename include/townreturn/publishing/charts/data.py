"""What the charts of a return show, as values: the same for pictures and for the workbook's own charts."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from townreturn.domain.breaks import BreakKind
from townreturn.domain.form import Indicator
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, TownReturn

_YEAR = 12


class Gap(StrEnum):
    """Why a place in a chart has no value: owed and not in (未报), or not owed (免报)."""

    MISSING = "missing"
    EXEMPTED = "exempted"


@dataclass(frozen=True)
class Point:
    """A value, or the gap in its place; neither before there was such a category."""

    value: Decimal | None = None
    gap: Gap | None = None


@dataclass(frozen=True)
class Panel:
    """One category over the chart's periods, a point each; from the places in ``breaks`` on nothing compares with
    what was before."""

    category: str
    points: tuple[Point, ...]
    breaks: tuple[int, ...]

    def places(self, gap: Gap) -> tuple[int, ...]:
        """Where it has such a gap."""
        return tuple(place for place, one in enumerate(self.points) if one.gap is gap)


@dataclass(frozen=True)
class TrendChart:
    """走势: one indicator of every category over at most a year, the return's own period last."""

    indicator: Indicator
    periods: tuple[Period, ...]
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Share:
    """A category's part in what the categories in have together; without a value the gap in its place."""

    category: str
    point: Point
    share: Fraction | None


@dataclass(frozen=True)
class SharesChart:
    """构成: one indicator of the period, the greatest first, those not in last."""

    indicator: Indicator
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Month:
    """A total of one month: of the categories that are in; without a value where none is."""

    period: Period
    value: Decimal | None
    is_complete: bool


@dataclass(frozen=True)
class YearsChart:
    """今年与去年: the total of an indicator in each month that anything is known of, ascending.

    ``breaks`` are the numbers of months from which on, in either year, nothing compares with what was before.
    """

    indicator: Indicator
    year: int
    months: tuple[Month, ...]
    breaks: tuple[int, ...]

    def of_year(self, year: int) -> tuple[Month, ...]:
        """One year's."""
        return tuple(one for one in self.months if one.period.year == year)

    @property
    def years(self) -> tuple[int, ...]:
        """Last year, if anything is known of it, and this."""
        return tuple(year for year in (self.year - 1, self.year) if self.of_year(year))


def trend_chart(town_return: TownReturn, plan: Plan) -> TrendChart | None:
    """None where the form draws none, or where nothing is known of any earlier period."""
    code, known = plan.form.charts.trend, town_return.trend.periods[1 - _YEAR :]
    if not code or not known:
        return None
    periods = (*map(Period, known), Period(town_return.period))
    panels = tuple(_panel(town_return, one.code, code, periods) for one in plan.categories)
    return TrendChart(plan.form.by_code[code], periods, panels)


def _panel(town_return: TownReturn, category: str, indicator: str, periods: tuple[Period, ...]) -> Panel:
    cell = town_return.cell(category, indicator)
    earlier = town_return.trend.values(category, indicator)[1 - len(periods) :] if len(periods) > 1 else ()
    values = (*earlier, cell.current.value if cell else None)
    breaks = [one for one in town_return.breaks if one.category in ("", category) and one.divides(periods)]
    points = (_point(town_return, category, one, value) for one, value in zip(periods, values, strict=True))
    return Panel(category, tuple(points), tuple(sorted({periods.index(Period(one.since)) for one in breaks})))


def _point(town_return: TownReturn, category: str, period: Period, value: Decimal | None) -> Point:
    if value is not None:
        return Point(value)
    added = (one.since for one in town_return.breaks if (one.kind, one.category) == (BreakKind.ADDED, category))
    if any(since > period.key for since in added):
        return Point()
    return Point(gap=Gap.EXEMPTED if _was_exempted(town_return, category, period) else Gap.MISSING)


def _was_exempted(town_return: TownReturn, category: str, period: Period) -> bool:
    if period.key == town_return.period:
        return any(one.category == category for one in town_return.exempted)
    place = (period.key, category, ObligationState.EXEMPTED)
    return any((one.period, one.category, one.state) == place for one in town_return.past_standings)


def shares_charts(town_return: TownReturn, plan: Plan) -> tuple[SharesChart, ...]:
    """One for each indicator that the form draws and of which there is anything: of nothing there are no shares."""
    charts = (_shares_chart(town_return, plan, code) for code in plan.form.charts.shares)
    return tuple(one for one in charts if any(share.share for share in one.shares))


def _shares_chart(town_return: TownReturn, plan: Plan, code: str) -> SharesChart:
    period = Period(town_return.period)
    points = {one.code: _panel(town_return, one.code, code, (period,)).points[0] for one in plan.categories}
    total = sum((one.value for one in points.values() if one.value), Decimal(0))
    shares = [Share(category, one, _share(one.value, total)) for category, one in points.items()]
    return SharesChart(plan.form.by_code[code], tuple(sorted(shares, key=_greatest_first)))


def _share(value: Decimal | None, total: Decimal) -> Fraction | None:
    return None if value is None or not total else Fraction(value) / Fraction(total)


def _greatest_first(share: Share) -> tuple[bool, Decimal]:
    return share.point.value is None, -(share.point.value or Decimal(0))


def years_chart(town_return: TownReturn, plan: Plan) -> YearsChart | None:
    """None where the form draws none, or where no earlier month has a total."""
    code, period = plan.form.charts.years, Period(town_return.period)
    months = tuple(_months(town_return, plan, code)) if code else ()
    if not any(one.value is not None for one in months[:-1]):
        return None
    within = [one for one in town_return.breaks if one.divides([one.period for one in months])]
    return YearsChart(
        plan.form.by_code[code], period.year, months, tuple(sorted({Period(one.since).month for one in within}))
    )


def _months(town_return: TownReturn, plan: Plan, code: str) -> Iterator[Month]:
    columns = [town_return.trend.values(one.code, code) for one in plan.categories]
    for key, values in zip(town_return.trend.periods, zip(*columns, strict=True), strict=True):
        known = [one for one in values if one is not None]
        yield Month(Period(key), sum(known, Decimal(0)) if known else None, len(known) == len(values))
    total = town_return.cell(TOTAL, code)
    if total:
        yield Month(Period(town_return.period), total.current.value, total.current.is_complete)
