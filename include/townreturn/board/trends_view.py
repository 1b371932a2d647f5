"""趋势与对比: one indicator in one measure over all published periods, and one column of it year by year."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from townreturn.board.history_view import ChangeLine
from townreturn.board.trends_choice import (
    Column,
    IndicatorChoice,
    choose_columns,
    find_indicator,
    list_columns,
    list_indicators,
)
from townreturn.board.trends_lines import Curve, Figures, PointStatus
from townreturn.board.trends_moved import tell_moved
from townreturn.domain.breaks import tell_breaks
from townreturn.domain.period import Period, ReportingCalendar
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Measure
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.stated_figures import StatedReturn, read_stated

_AMOUNTS = (Measure.CURRENT, Measure.YTD)
_YEARS_UNASKED = 2
"""The newest and the one before."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; what is empty is chosen for him.

    ``categories`` are codes, TOTAL among them; ``compared`` is the one of them whose years are compared.
    """

    indicator: str = ""
    measure: Measure = Measure.CURRENT
    categories: tuple[str, ...] = ()
    compared: str = ""
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class TrendPeriod:
    """A period with its newest issue, 0 the original; both None where nothing is published."""

    period: str
    issue: int | None
    published_at: datetime | None


@dataclass(frozen=True)
class TrendLine:
    """A column over the view's periods."""

    column: Column
    curve: Curve


@dataclass(frozen=True)
class YearLine:
    """A column's line over the twelve periods of a year, with the newest issue of each, as of a TrendPeriod."""

    year: int
    issues: tuple[int | None, ...]
    curve: Curve


@dataclass(frozen=True)
class Comparison:
    """One column's years side by side, the newest first; ``known_years`` are those to choose from, likewise."""

    column: Column
    known_years: tuple[int, ...]
    years: tuple[YearLine, ...]


@dataclass(frozen=True)
class TrendsView:
    """An indicator in one measure; ``unit`` is its unit of measure, or per cent.

    ``periods`` ascend from the first published to the last, none left out in between. ``statuses``: which there
    are of points. ``breaks`` says in sentences where nothing of these compares. ``moved``: what later corrections of
    earlier periods state otherwise.
    """

    indicator: str
    label: str
    measure: Measure
    unit: str
    time_zone: str
    indicators: tuple[IndicatorChoice, ...]
    columns: tuple[Column, ...]
    periods: tuple[TrendPeriod, ...]
    lines: tuple[TrendLine, ...]
    comparison: Comparison
    statuses: tuple[PointStatus, ...]
    breaks: tuple[str, ...]
    moved: tuple[ChangeLine, ...]


def view_trends(office: Office, asked: Asked) -> TrendsView:
    """By the newest issue of every published period, no drafts; raises Misuse for an indicator or a category that
    no plan has. Years that nothing is published of are left out.
    """
    plans, indicator = office.plans, find_indicator(office.plans, asked.indicator)
    columns = list_columns(plans, indicator)
    chosen = choose_columns(plans, columns, asked.categories)
    with reading(office.engine) as tx:
        stated = list(read_stated(tx, plans.town_code, indicator.code))
    figures = Figures(plans, indicator, asked.measure, stated)
    lines = tuple(TrendLine(one, figures.draw_curve(one.category, figures.periods)) for one in chosen)
    comparison = _compare(figures, _find_compared(plans, columns, chosen, asked.compared), asked.years)
    shown = {comparison.column.category, *(one.column.category for one in lines)}
    return TrendsView(
        indicator=indicator.code,
        label=indicator.label,
        measure=asked.measure,
        unit=indicator.unit if asked.measure in _AMOUNTS else "%",
        time_zone=plans.calendar.time_zone,
        indicators=list_indicators(plans),
        columns=columns,
        periods=tuple(_tell_period(one, figures.newest.get(one.key), plans.calendar) for one in figures.periods),
        lines=lines,
        comparison=comparison,
        statuses=_list_statuses([*(one.curve for one in lines), *(one.curve for one in comparison.years)]),
        breaks=tuple(_tell_breaks(plans, figures, shown)),
        moved=tuple(tell_moved(plans, figures.moved, shown)),
    )


def _tell_period(period: Period, newest: StatedReturn | None, calendar: ReportingCalendar) -> TrendPeriod:
    if newest is None:
        return TrendPeriod(period.key, None, None)
    return TrendPeriod(period.key, newest.town_return.issue, newest.published_at.astimezone(calendar.zone))


def _find_compared(plans: PlanBook, columns: Sequence[Column], chosen: Sequence[Column], asked: str) -> Column:
    """Unasked the total, where there is one and not only one column is chosen."""
    if asked:
        return choose_columns(plans, columns, [asked])[0]
    has_total = columns[-1].category == TOTAL
    return columns[-1] if has_total and len(chosen) > 1 else chosen[0]


def _compare(figures: Figures, column: Column, asked: Sequence[int]) -> Comparison:
    known = sorted({one.year for one in figures.periods}, reverse=True)
    years = [one for one in known if one in asked] or known[:_YEARS_UNASKED]
    return Comparison(column, tuple(known), tuple(_draw_year(figures, column, one) for one in years))


def _draw_year(figures: Figures, column: Column, year: int) -> YearLine:
    periods = Period.of(year, 12).year_to_date
    newest = [figures.newest.get(one.key) for one in periods]
    issues = tuple(one.town_return.issue if one else None for one in newest)
    return YearLine(year, issues, figures.draw_curve(column.category, periods))


def _list_statuses(lines: Iterable[Curve]) -> tuple[PointStatus, ...]:
    found = {point.status for line in lines for point in line.points}
    return tuple(one for one in PointStatus if one in found)


def _tell_breaks(plans: PlanBook, figures: Figures, shown: Collection[str]) -> Iterator[str]:
    """Those between the periods that concern a column shown, in the words of the plan that was in force."""
    concerning = [one for one in figures.breaks if TOTAL in shown or one.category in ("", *shown)]
    within = [one for one in concerning if one.divides(figures.periods)]
    for since, breaks in groupby(within, key=lambda one: one.since):
        yield from tell_breaks(plans.find(Period(since)) or plans.plans[-1], list(breaks))
