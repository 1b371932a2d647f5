"""The picture of 今年与去年: for each month last year's bar and this year's beside it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from matplotlib.axes import Axes

from townreturn.publishing.charts import canvas
from townreturn.publishing.charts.data import Month, YearsChart
from townreturn.publishing.charts.palette import INK, LAST_YEAR, PAPER, THIS_YEAR
from townreturn.publishing.charts.words import number_text, scale_of
from townreturn.wording import say

_HEIGHT, _TOP, _BOTTOM, _MONTHS = 66.0, 13.0, 8.0, 12
_BAR = 0.4
_ROOM_ABOVE, _ROOM_FOR_LONG = 1.16, 1.45
_ABSENT = "×"
_BROKEN = "△"


def draw_years(chart: YearsChart) -> bytes:
    """PNG; a bar is hollow where categories are not in."""
    figure = canvas.open_figure(_HEIGHT)
    greatest = max((one.value for one in chart.months if one.value), default=Decimal(0))
    margin = canvas.text_width(number_text(chart.indicator, greatest)) + 3
    width = canvas.WIDTH - margin - 1
    axes = canvas.add_axes(figure, margin, _TOP, width, _HEIGHT - _TOP - _BOTTOM)
    is_long = canvas.text_width(number_text(chart.indicator, greatest)) > width / _MONTHS * _BAR + 1
    axes.set_xlim(0.4, _MONTHS + 0.6)
    axes.set_ylim(0, float(greatest or 1) * (_ROOM_FOR_LONG if is_long else _ROOM_ABOVE))
    canvas.label_axis(axes, "x", [(month, _name_month(chart, month)) for month in range(1, _MONTHS + 1)])
    canvas.label_axis(axes, "y", scale_of(chart.indicator, greatest))
    for month in chart.months:
        _draw_month(axes, chart, month, rotation=90 if is_long else 0)
    _draw_legend(canvas.add_axes(figure, 0, 1, canvas.WIDTH, 5), chart)
    return canvas.png_of(figure)


def _name_month(chart: YearsChart, month: int) -> str:
    return say("CHART_MONTH", month=month) + (_BROKEN if month in chart.breaks else "")


def _draw_month(axes: Axes, chart: YearsChart, month: Month, rotation: int) -> None:
    is_own = month.period.year == chart.year
    beside = _BAR / 2 if len(chart.years) > 1 else 0
    place = month.period.month + (beside if is_own else -beside)
    if month.value is None:
        canvas.write(axes, place, 0, _ABSENT, ha="center", va="bottom")
        return
    height = float(month.value)
    axes.bar(place, height, width=_BAR - 0.04, **_look(is_own=is_own, is_complete=month.is_complete))
    above = height + 0.02 * axes.get_ylim()[1]
    label = number_text(chart.indicator, month.value)
    canvas.write(axes, place, above, label, ha="center", va="bottom", rotation=rotation)


def _look(*, is_own: bool, is_complete: bool) -> dict[str, Any]:
    """This year's dark and last year's light; the edges of hollow ones differ too."""
    edge = THIS_YEAR if is_own else INK
    fill = THIS_YEAR if is_own else LAST_YEAR
    dashes = "-" if is_own else (0, (2, 1.5))
    return {
        "facecolor": fill if is_complete else PAPER,
        "edgecolor": edge,
        "linewidth": 0.4 if is_complete else 1.1,
        "linestyle": "-" if is_complete else dashes,
        "zorder": 2,
    }


def _draw_legend(axes: Axes, chart: YearsChart) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, canvas.WIDTH)
    axes.set_ylim(0, 5)
    left = 1.0
    for look, text in _list_legend(chart):
        if look:
            axes.bar(left + 2, 3, width=4, bottom=1, **look)
            left += 5.5
        canvas.write(axes, left, 2.5, text, va="center")
        left += canvas.text_width(text) + 4


def _list_legend(chart: YearsChart) -> Iterator[tuple[dict[str, Any] | None, str]]:
    """How each kind of bar and sign that occurs looks, and what it means."""
    for year in chart.years:
        yield _look(is_own=year == chart.year, is_complete=True), say("CHART_YEAR", year=year)
    if any(one.value is not None and not one.is_complete for one in chart.months):
        yield _look(is_own=True, is_complete=False), say("CHART_MONTH_INCOMPLETE")
    if any(one.value is None for one in chart.months):
        yield None, say("CHART_LEGEND_SIGN", sign=_ABSENT, text=say("AMOUNT_MISSING"))
    if chart.breaks:
        yield None, say("CHART_LEGEND_SIGN", sign=_BROKEN, text=say("CHART_BREAK_OF_MONTH"))
