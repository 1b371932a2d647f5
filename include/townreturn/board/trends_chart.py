"""What the page's script draws: both charts of 趋势与对比 as plain data, in the language of the page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from townreturn.board.trends_lines import Curve, Point, PointStatus
from townreturn.board.trends_view import TrendsView
from townreturn.board.trends_words import name_column, say_point
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, Measure
from townreturn.wording import Tell


@dataclass(frozen=True)
class ChartPoint:
    """``value`` is None for a gap; ``mark`` names the correction that states it; hollow: it lacks a part."""

    value: float | None
    text: str
    mark: str
    hollow: bool


@dataclass(frozen=True)
class ChartLine:
    """A point a label; the line begins anew at its ``starts``. ``style`` numbers its colour and signs; the total has
    its own."""

    name: str
    style: int
    is_total: bool
    starts: tuple[int, ...]
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True)
class Chart:
    """``breaks`` are the places of labels from which on some line is not comparable with what was before."""

    labels: tuple[str, ...]
    lines: tuple[ChartLine, ...]
    breaks: tuple[int, ...]


@dataclass(frozen=True)
class Charts:
    """The trend, and the years side by side; what both of them count in, and what a break is called."""

    unit: str
    break_name: str
    trend: Chart
    years: Chart


def draw_charts(view: TrendsView, tell: Tell) -> Charts:
    """The trend by column, and the compared column by year."""
    trend, years = tuple(_draw_trend(view, tell)), tuple(_draw_years(view, tell))
    months = (tell("CHART_MONTH", month=month) for month in range(1, 13))
    return Charts(
        unit=view.unit,
        break_name=tell("BOARD_TRENDS_BREAK"),
        trend=Chart(tuple(one.period for one in view.periods), trend, _breaks(one.curve for one in view.lines)),
        years=Chart(tuple(months), years, _breaks(one.curve for one in view.comparison.years)),
    )


def _draw_trend(view: TrendsView, tell: Tell) -> Iterator[ChartLine]:
    """A column's style is its place among all of them, so that it looks the same whatever else is chosen."""
    issues = [one.issue for one in view.periods]
    anew = _januaries(view) if view.measure is Measure.YTD else set()
    for one in view.lines:
        style, is_total = view.columns.index(one.column), one.column.category == TOTAL
        starts = tuple(sorted({*one.curve.breaks, *anew}))
        yield ChartLine(name_column(one.column, tell), style, is_total, starts, _points(one.curve, issues, tell))


def _draw_years(view: TrendsView, tell: Tell) -> Iterator[ChartLine]:
    for place, one in enumerate(view.comparison.years):
        name, points = tell("CHART_YEAR", year=one.year), _points(one.curve, one.issues, tell)
        yield ChartLine(name, place, False, one.curve.breaks, points)


def _januaries(view: TrendsView) -> set[int]:
    """Where the year to date begins anew."""
    return {place for place, one in enumerate(view.periods) if place and Period(one.period).month == 1}


def _breaks(curves: Iterable[Curve]) -> tuple[int, ...]:
    return tuple(sorted({place for one in curves for place in one.breaks}))


def _points(curve: Curve, issues: Sequence[int | None], tell: Tell) -> tuple[ChartPoint, ...]:
    return tuple(_point(*one, tell) for one in zip(curve.points, issues, strict=True))


def _point(point: Point, issue: int | None, tell: Tell) -> ChartPoint:
    value = None if point.value is None else float(point.value)
    mark = tell("BOARD_CORRECTION", issue=issue) if issue else ""
    return ChartPoint(value, say_point(point, tell), mark, point.status is PointStatus.INCOMPLETE)
