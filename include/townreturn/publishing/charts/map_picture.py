"""The picture of 报送时效: a row a category, a column a period, a sign on its shade in each place."""

from itertools import groupby

from matplotlib.axes import Axes

from townreturn.domain.categories import name_reporting
from townreturn.domain.plan import Plan
from townreturn.publishing.charts import canvas
from townreturn.publishing.charts.palette import INK, MARK_SHADES, PAPER, RULE
from townreturn.publishing.charts.timeliness_map import Mark, TimelinessMap
from townreturn.publishing.charts.words import mark_name, mark_sign
from townreturn.wording import say

_NAMES, _UNITS, _PLACE, _ROW, _HEAD, _FOOT = 38.0, 34.0, 6.95, 6.4, 12.0, 10.5


def draw_map(drawn: TimelinessMap, plan: Plan) -> bytes:
    """PNG; years stand above their months, with a thicker line between them."""
    height = _HEAD + _ROW * len(drawn.rows) + _FOOT
    figure = canvas.open_figure(height)
    axes = canvas.add_axes(figure, 0, 0, canvas.WIDTH, height)
    axes.set_axis_off()
    axes.set_xlim(0, canvas.WIDTH)
    axes.set_ylim(height, 0)
    _draw_head(axes, drawn)
    for row, told in enumerate(drawn.rows):
        top = _HEAD + row * _ROW
        category = plan.category_by_code[told.category]
        canvas.write(axes, 0.5, top + _ROW / 2, canvas.shorten(category.heading, _NAMES - 2), va="center_baseline")
        unit = canvas.shorten(name_reporting(plan, category.code), _UNITS - 2)
        canvas.write(axes, _NAMES, top + _ROW / 2, unit, va="center_baseline")
        for place, mark in enumerate(told.marks):
            if mark:
                _draw_mark(axes, _left(place), top, mark)
    _draw_years_apart(axes, drawn)
    _draw_legend(axes, drawn, height - _FOOT + 2)
    return canvas.png_of(figure)


def _draw_head(axes: Axes, drawn: TimelinessMap) -> None:
    for left, text in ((0.5, say("CHART_MAP_CATEGORY")), (_NAMES, say("CHART_MAP_UNIT"))):
        canvas.write(axes, left, _HEAD - 3, text, va="center_baseline")
    for year, months in groupby(enumerate(drawn.periods), key=lambda one: one[1].year):
        places = [place for place, _ in months]
        middle = _left(places[0]) + len(places) * _PLACE / 2
        canvas.write(axes, middle, 3, _name_year(year, len(places)), ha="center", va="center_baseline")
    for place, period in enumerate(drawn.periods):
        middle = _left(place) + _PLACE / 2
        canvas.write(axes, middle, _HEAD - 3, str(period.month), ha="center", va="center_baseline")
    axes.plot([0, _left(len(drawn.periods))], [_HEAD, _HEAD], color=INK, linewidth=0.8)


def _name_year(year: int, months: int) -> str:
    """A single month is too narrow for more than the number."""
    return say("CHART_YEAR", year=year) if months > 1 else str(year)


def _left(place: int) -> float:
    return _NAMES + _UNITS + place * _PLACE


def _draw_mark(axes: Axes, left: float, top: float, mark: Mark) -> None:
    shade = MARK_SHADES[mark]
    corners = ([left, left + _PLACE, left + _PLACE, left], [top, top, top + _ROW, top + _ROW])
    axes.fill(*corners, facecolor=shade.ground, edgecolor=PAPER if shade.ink == PAPER else RULE, linewidth=0.4)
    middle = (left + _PLACE / 2, top + _ROW / 2)
    canvas.write(axes, *middle, mark_sign(mark), color=shade.ink, ha="center", va="center_baseline")


def _draw_years_apart(axes: Axes, drawn: TimelinessMap) -> None:
    bottom = _HEAD + _ROW * len(drawn.rows)
    axes.plot([0, _left(len(drawn.periods))], [bottom, bottom], color=INK, linewidth=0.8)
    for place, period in enumerate(drawn.periods):
        if place and period.month == 1:
            axes.plot([_left(place)] * 2, [0.5, bottom], color=INK, linewidth=1.2)


def _draw_legend(axes: Axes, drawn: TimelinessMap, top: float) -> None:
    left = 0.5
    for mark in drawn.marks:
        _draw_mark(axes, left, top, mark)
        canvas.write(axes, left + _PLACE + 1.5, top + _ROW / 2, mark_name(mark), va="center_baseline")
        left += _PLACE + canvas.text_width(mark_name(mark)) + 5
