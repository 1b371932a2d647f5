"""The picture of 走势: a small chart a category, all in one grid."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from matplotlib.axes import Axes

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.publishing.charts import canvas
from townreturn.publishing.charts.data import Panel, TrendChart
from townreturn.publishing.charts.palette import BREAK, GAP_MARKERS, INK, PAPER, THIS_YEAR
from townreturn.publishing.charts.words import gap_word, number_text, point_text, scale_of
from townreturn.wording import say

_COLUMNS = 3
_COLUMN = canvas.WIDTH / _COLUMNS
_PANEL_HEIGHT, _FIELD_HEIGHT, _FIELD_TOP = 39.0, 21.5, 8.5
_QUARTERS = (1, 4, 7, 10)
_FEW_PERIODS = 6
_GAP_LOOK: dict[str, Any] = {
    "linestyle": "none", "color": INK, "markerfacecolor": PAPER, "markersize": 4, "clip_on": False, "zorder": 3,
}  # fmt: skip
_BREAK_LOOK: dict[str, Any] = {"color": BREAK, "linewidth": 1, "linestyle": (0, (3, 2))}


def draw_trend(chart: TrendChart, plan: Plan) -> bytes:
    """PNG; the last place of the grid explains the signs."""
    rows = -(-(len(chart.panels) + 1) // _COLUMNS)
    figure = canvas.open_figure(rows * _PANEL_HEIGHT)
    margin = max(canvas.text_width(number_text(chart.indicator, _greatest(one))) for one in chart.panels) + 2
    for place, panel in enumerate(chart.panels):
        left, top = _corner(place)
        field = (left + margin, top + _FIELD_TOP, _COLUMN - margin - 4, _FIELD_HEIGHT)
        axes = canvas.add_axes(figure, *field)
        _draw_panel(axes, chart, panel)
        above = canvas.add_axes(figure, left, top, _COLUMN, _FIELD_TOP)
        _head_panel(above, chart, panel, plan.category_by_code[panel.category].heading)
    left, top = _corner(len(chart.panels))
    _draw_legend(canvas.add_axes(figure, left + 4, top + 4, _COLUMN - 6, _PANEL_HEIGHT - 8), chart)
    return canvas.png_of(figure)


def _corner(place: int) -> tuple[float, float]:
    row, column = divmod(place, _COLUMNS)
    return column * _COLUMN, row * _PANEL_HEIGHT


def _greatest(panel: Panel) -> Decimal:
    return max((one.value for one in panel.points if one.value), default=Decimal(0))


def _head_panel(axes: Axes, chart: TrendChart, panel: Panel, name: str) -> None:
    """The category, and below it the return's own figure."""
    axes.set_axis_off()
    axes.set_xlim(0, _COLUMN)
    axes.set_ylim(_FIELD_TOP, 0)
    canvas.write(axes, 0.5, 0.5, canvas.shorten(name, _COLUMN - 3, canvas.NORMAL), canvas.NORMAL, va="top")
    own = say("CHART_OWN_FIGURE", figure=point_text(chart.indicator, panel.points[-1]))
    canvas.write(axes, 0.5, 5, own, va="top", color=THIS_YEAR)


def _draw_panel(axes: Axes, chart: TrendChart, panel: Panel) -> None:
    greatest = _greatest(panel)
    axes.set_xlim(-0.5, len(chart.periods) - 0.5)
    axes.set_ylim(0, float(greatest or 1) * 1.2)
    canvas.label_axis(axes, "x", list(_name_periods(chart.periods)))
    canvas.label_axis(axes, "y", scale_of(chart.indicator, greatest))
    values = [float("nan") if one.value is None else float(one.value) for one in panel.points]
    axes.plot(values, color=THIS_YEAR, linewidth=1.4, marker="o", markersize=2.6, clip_on=False, zorder=3)
    axes.plot([len(values) - 1], values[-1:], color=THIS_YEAR, marker="o", markersize=4.5, clip_on=False, zorder=3)
    for gap, marker in GAP_MARKERS.items():
        places = panel.places(gap)
        axes.plot(places, [0] * len(places), marker=marker, **_GAP_LOOK)
    for place in panel.breaks:
        axes.axvline(place - 0.5, **_BREAK_LOOK)


def _name_periods(periods: Sequence[Period]) -> Iterator[tuple[float, str]]:
    """The months that begin a quarter, or all of a few; the year stands under the first of each."""
    named: set[int] = set()
    for place, period in enumerate(periods):
        if period.month in _QUARTERS or len(periods) <= _FEW_PERIODS:
            code = "CHART_MONTH" if period.year in named else "CHART_MONTH_AND_YEAR"
            named.add(period.year)
            yield place, say(code, month=period.month, year=period.year)


def _draw_legend(axes: Axes, chart: TrendChart) -> None:
    """What each sign that occurs means, and that every chart has its own scale."""
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(7, 0)
    axes.plot([0.2, 1.2], [0.5, 0.5], color=THIS_YEAR, linewidth=1.4)
    axes.plot([1.2], [0.5], marker="o", markersize=4.5, color=THIS_YEAR)
    texts = [say("CHART_LEGEND_LINE", label=chart.indicator.label, unit=chart.indicator.unit)]
    for gap, marker in GAP_MARKERS.items():
        if any(panel.places(gap) for panel in chart.panels):
            axes.plot([0.7], [len(texts) + 0.5], marker=marker, **_GAP_LOOK)
            texts.append(gap_word(gap))
    if any(panel.breaks for panel in chart.panels):
        axes.plot([0.7, 0.7], [len(texts) + 0.1, len(texts) + 0.9], **_BREAK_LOOK)
        texts.append(say("CHART_BREAK"))
    for row, text in enumerate([*texts, say("CHART_OWN_SCALES")]):
        canvas.write(axes, 1.8 if row < len(texts) else 0.2, row + 0.5, text, va="center")
