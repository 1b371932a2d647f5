"""The picture of 构成: for each indicator a lying bar a category, the longest first."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from townreturn.domain.plan import Plan
from townreturn.publishing.charts import canvas
from townreturn.publishing.charts.data import SharesChart
from townreturn.publishing.charts.palette import RULE, THIS_YEAR
from townreturn.publishing.charts.words import share_text, title_of_shares

_ROW, _HEAD, _NAMES = 5.6, 9.0, 40.0
_LONGEST_BAR = 0.62
"""Of the field's width; beside it stand the figures."""


def draw_shares(charts: Sequence[SharesChart], plan: Plan) -> bytes:
    """PNG; one field an indicator, one below the other."""
    heights = [_HEAD + _ROW * len(one.shares) + 3 for one in charts]
    figure = canvas.open_figure(sum(heights))
    for place, chart in enumerate(charts):
        top = sum(heights[:place])
        field = (_NAMES, top + _HEAD, canvas.WIDTH - _NAMES, heights[place] - _HEAD - 3)
        _draw_shares(canvas.add_axes(figure, *field), chart, plan)
    return canvas.png_of(figure)


def _draw_shares(axes: Axes, chart: SharesChart, plan: Plan) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(len(chart.shares) - 0.5, -0.5)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    axes.spines["left"].set_color(RULE)
    greatest = max(one.share or 0 for one in chart.shares)
    canvas.write(axes, 0, -0.8, title_of_shares(chart), canvas.NORMAL, va="bottom")
    for row, share in enumerate(chart.shares):
        length = float((share.share or 0) / greatest) * _LONGEST_BAR
        axes.barh(row, length, height=0.62, color=THIS_YEAR)
        name = canvas.shorten(plan.category_by_code[share.category].heading, _NAMES - 3)
        canvas.write(axes, -0.015, row, name, ha="right", va="center")
        canvas.write(axes, length + 0.015, row, share_text(chart.indicator, share), va="center")
