"""What is said of each picture: its caption, and a text for those who do not see it; every number with its origin."""

from collections.abc import Sequence
from itertools import groupby

from townreturn.domain.form import Indicator
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.amounts import say_amount
from townreturn.publishing.charts.data import Point, SharesChart, TrendChart, YearsChart
from townreturn.publishing.charts.timeliness_map import Mark, TimelinessMap
from townreturn.publishing.charts.words import mark_name, point_text
from townreturn.publishing.origins import count_standings, figure, from_form, from_plan, named_period, numbering
from townreturn.publishing.prose import Prose, join, plain, tell
from townreturn.wording import say

Told = tuple[Prose, Prose]
"""Caption and text."""


def number_caption(number: int, caption: Prose) -> Prose:
    """「图1　各类立案走势」."""
    return tell("PICTURE_CAPTION", number=numbering(str(number)), caption=caption)


def tell_trend(chart: TrendChart, plan: Plan) -> Told:
    """The latest figure of each category; the rest is to be seen only, and stands in the twin of the return."""
    span = _tell_span(chart.periods)
    own = [(panel.category, panel.points[-1]) for panel in chart.panels]
    caption = tell("PICTURE_TREND", label=from_form(chart.indicator.label), span=span)
    return caption, tell("PICTURE_TREND_ALT", span=span, figures=_tell_points(chart.indicator, own, plan))


def tell_shares(charts: Sequence[SharesChart], plan: Plan) -> Told:
    """The figures of each category in the order of the bars."""
    labels = join(say("LIST_SEPARATOR"), (from_form(one.indicator.label) for one in charts))
    figures = (
        tell(
            "PICTURE_SHARES_OF",
            label=from_form(one.indicator.label),
            figures=_tell_points(one.indicator, [(share.category, share.point) for share in one.shares], plan),
        )
        for one in charts
    )
    return tell("PICTURE_SHARES", labels=labels), tell("PICTURE_SHARES_ALT", figures=join("", figures))


def tell_years(chart: YearsChart, town_return: TownReturn) -> Told:
    """The total of the period; how it compares is the prose's to say."""
    unit = from_form(chart.indicator.unit)
    is_one = len(chart.years) == 1
    caption = tell("PICTURE_YEAR" if is_one else "PICTURE_YEARS", label=from_form(chart.indicator.label), unit=unit)
    return caption, tell("PICTURE_YEAR_ALT" if is_one else "PICTURE_YEARS_ALT", own=_tell_own_total(chart, town_return))


def _tell_own_total(chart: YearsChart, town_return: TownReturn) -> Prose:
    code = chart.indicator.code
    cell = town_return.cell(TOTAL, code)
    if cell is None or cell.current.value is None:
        return Prose()
    told = figure(say_amount(cell.current.value, chart.indicator), TOTAL, code, Measure.CURRENT)
    return tell("PICTURE_YEARS_OWN", figure=told)


def tell_map(drawn: TimelinessMap, town_return: TownReturn) -> Told:
    """How many categories have each mark in the return's own period."""
    standings = {one.category: one for one in reversed(town_return.standings)}
    shown = [(row.marks[-1], standings[row.category]) for row in drawn.rows if row.marks[-1]]
    judged = sorted(shown, key=lambda one: list(Mark).index(one[0]))
    counts = (
        tell("PICTURE_MAP_MARK", mark=plain(mark_name(mark)), count=count_standings([one for _, one in found]))
        for mark, found in groupby(judged, key=lambda one: one[0])
    )
    told = join(say("LIST_SEPARATOR"), counts)
    return tell("PICTURE_MAP", span=_tell_span(drawn.periods)), tell("PICTURE_MAP_ALT", counts=told)


def _tell_span(periods: Sequence[Period]) -> Prose:
    first, last = named_period(periods[0]), named_period(periods[-1])
    return last if len(periods) == 1 else tell("PICTURE_SPAN", first=first, last=last)


def _tell_points(indicator: Indicator, points: Sequence[tuple[str, Point]], plan: Plan) -> Prose:
    return join(say("LIST_SEPARATOR"), (_tell_point(indicator, *one, plan) for one in points))


def _tell_point(indicator: Indicator, category: str, point: Point, plan: Plan) -> Prose:
    text = point_text(indicator, point)
    told = plain(text) if point.value is None else figure(text, category, indicator.code, Measure.CURRENT)
    return from_plan(plan.category_by_code[category].name) + told
