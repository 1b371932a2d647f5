"""The pictures (附图) of the briefing: what each is called, what is to be seen in it, and how it is drawn.

Nothing is drawn, and matplotlib not imported, before somebody asks for a picture's bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.charts import captions
from townreturn.publishing.charts.data import (
    SharesChart,
    TrendChart,
    YearsChart,
    shares_charts,
    trend_chart,
    years_chart,
)
from townreturn.publishing.charts.timeliness_map import TimelinessMap, timeliness_map
from townreturn.publishing.prose import Prose


@dataclass(frozen=True)
class Illustration:
    """A picture's caption and its text for those who do not see it; ``draw`` gives the PNG."""

    caption: Prose
    alt: Prose
    draw: Callable[[], bytes]


def list_illustrations(town_return: TownReturn, plan: Plan) -> tuple[Illustration, ...]:
    """Those that there is anything to be seen in, numbered through; in an order in which two fill a page."""
    told = _list_told(town_return, plan)
    return tuple(
        Illustration(captions.number_caption(number, caption), alt, draw)
        for number, (caption, alt, draw) in enumerate(told, start=1)
    )


def _list_told(town_return: TownReturn, plan: Plan) -> Iterator[tuple[Prose, Prose, Callable[[], bytes]]]:
    trend, shares, years = (
        trend_chart(town_return, plan),
        shares_charts(town_return, plan),
        years_chart(town_return, plan),
    )
    if trend:
        yield *captions.tell_trend(trend, plan), lambda: _draw_trend(trend, plan)
    if years:
        yield *captions.tell_years(years, town_return), lambda: _draw_years(years)
    if shares:
        yield *captions.tell_shares(shares, plan), lambda: _draw_shares(shares, plan)
    drawn = timeliness_map(town_return, plan)
    yield *captions.tell_map(drawn, town_return), lambda: _draw_map(drawn, plan)


def _draw_trend(chart: TrendChart, plan: Plan) -> bytes:
    from townreturn.publishing.charts.trend_picture import draw_trend

    return draw_trend(chart, plan)


def _draw_shares(charts: tuple[SharesChart, ...], plan: Plan) -> bytes:
    from townreturn.publishing.charts.shares_picture import draw_shares

    return draw_shares(charts, plan)


def _draw_years(chart: YearsChart) -> bytes:
    from townreturn.publishing.charts.years_picture import draw_years

    return draw_years(chart)


def _draw_map(drawn: TimelinessMap, plan: Plan) -> bytes:
    from townreturn.publishing.charts.map_picture import draw_map

    return draw_map(drawn, plan)
