"""The charts of the workbook, each from a table of 图表数据; they look like the briefing's pictures."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from townreturn.domain.form import Indicator
from townreturn.publishing.charts.data import Gap, Month, SharesChart, TrendChart, YearsChart
from townreturn.publishing.charts.data_sheet import Table, TrendTables
from townreturn.publishing.charts.palette import BREAK, FAINT, INK, LAST_YEAR, PAPER, RULE, THIS_YEAR
from townreturn.publishing.charts.words import point_text
from townreturn.publishing.number_formats import plain_format
from townreturn.wording import say

GAP_SIGNS = {Gap.MISSING: "×", Gap.EXEMPTED: "◆"}
_GAP_MARKERS = {Gap.MISSING: "x", Gap.EXEMPTED: "diamond"}
_FONT: dict[str, Any] = {"name": "宋体", "size": 10, "bold": False, "color": INK}
_TITLE: dict[str, Any] = {"overlay": False, "name_font": {**_FONT, "name": "黑体"}}
_HEADROOM = 1.2
_MONTHS = 12


def chart_panel(workbook: Workbook, chart: TrendChart, number: int, name: str, tables: TrendTables) -> Chart:
    """One category's trend; its title tells the return's own figure."""
    panel = chart.panels[number]
    greatest = float(max((one.value for one in panel.points if one.value), default=1))
    drawn: Chart = workbook.add_chart({"type": "line"})
    drawn.add_series(_line(tables.values, number))
    for gap, table in tables.gaps.items():
        if panel.places(gap):
            drawn.add_series(_signs(table, number) | {"marker": _marker(_GAP_MARKERS[gap], 6, INK)})
    if tables.breaks and panel.breaks:
        drawn.add_series(_signs(tables.breaks, number) | _upright(greatest * _HEADROOM))
    own = say("CHART_OWN_FIGURE", figure=point_text(chart.indicator, panel.points[-1]))
    drawn.set_title(_TITLE | {"name": say("CHART_PANEL_TITLE", category=name, own=own)})
    drawn.set_legend({"none": True})
    drawn.set_x_axis({"num_font": _FONT, "line": {"color": RULE}})
    drawn.set_y_axis({**_scale(chart.indicator), "max": greatest * _HEADROOM, "major_unit": greatest})
    return _frame(drawn)


def _line(table: Table, number: int) -> dict[str, Any]:
    """The series of values."""
    look = {"line": {"color": THIS_YEAR, "width": 1.75}, "marker": _marker("circle", 4, THIS_YEAR)}
    return {"name": table.head(number), **table.categories, **table.values(number), **look}


def _marker(kind: str, size: int, colour: str) -> dict[str, Any]:
    return {"type": kind, "size": size, "border": {"color": colour}, "fill": {"color": colour}}


def _upright(height: float) -> dict[str, Any]:
    """A dashed line up from each sign: what an error bar looks like."""
    line = {"color": BREAK, "width": 1.25, "dash_type": "dash"}
    bar = {"type": "fixed", "value": height, "direction": "plus", "end_style": 0, "line": line}
    return {"marker": {"type": "none"}, "y_error_bars": bar}


def _signs(table: Table, number: int) -> dict[str, Any]:
    """A series of signs without a line."""
    return {**table.categories, **table.values(number), "line": {"none": True}}


def _scale(indicator: Indicator) -> dict[str, Any]:
    """An axis from zero; nothing is ever cut off below."""
    return {
        "min": 0, "num_format": plain_format(indicator.decimals), "num_font": _FONT, "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": FAINT, "width": 0.5}},
    }  # fmt: skip


def chart_years(workbook: Workbook, chart: YearsChart, table: Table) -> Chart:
    """Two bars a month; hollow is what categories are missing from."""
    drawn: Chart = workbook.add_chart({"type": "column"})
    for year in chart.years:
        number, colour = (1, THIS_YEAR) if year == chart.year else (0, LAST_YEAR)
        months = {one.period.month: one for one in chart.of_year(year)}
        drawn.add_series({
            "name": table.head(number), **table.categories, **table.values(number),
            "fill": {"color": colour}, "border": {"color": INK, "width": 0.5}, "gap": 60, "overlap": 0,
            "points": [_point_of(months.get(month), colour) for month in range(1, _MONTHS + 1)],
            "data_labels": {"value": True, "font": _FONT | _turned(chart)},
        })  # fmt: skip
    label, unit = chart.indicator.label, chart.indicator.unit
    is_whole = all(one.is_complete for one in chart.months)
    drawn.set_title(
        _TITLE | {"name": say("CHART_YEARS_TITLE" if is_whole else "CHART_YEARS_TITLE_HOLLOW", label=label, unit=unit)}
    )
    drawn.set_legend({"position": "bottom", "font": _FONT})
    drawn.set_x_axis({"num_font": _FONT, "line": {"color": RULE}})
    drawn.set_y_axis(_scale(chart.indicator))
    return _frame(drawn)


def _turned(chart: YearsChart) -> dict[str, Any]:
    """Money is too long to stand side by side."""
    return {"rotation": -90} if chart.indicator.decimals else {}


def _point_of(month: Month | None, colour: str) -> dict[str, Any] | None:
    if month is None or month.is_complete:
        return None
    edge = {"color": INK if colour == LAST_YEAR else colour, "width": 1.5}
    return {"fill": {"color": PAPER}, "border": edge | ({"dash_type": "dash"} if colour == LAST_YEAR else {})}


def chart_shares(workbook: Workbook, chart: SharesChart, table: Table) -> Chart:
    """Lying bars in per cent, the greatest on top."""
    drawn: Chart = workbook.add_chart({"type": "bar"})
    drawn.add_series({
        "name": table.head(0), **table.categories, **table.values(0),
        "fill": {"color": THIS_YEAR}, "gap": 50, "data_labels": {"value": True, "font": _FONT},
    })  # fmt: skip
    drawn.set_title(_TITLE | {"name": say("CHART_SHARES_SHEET_TITLE", label=chart.indicator.label)})
    drawn.set_legend({"none": True})
    drawn.set_y_axis({"reverse": True, "num_font": _FONT, "line": {"color": RULE}, "major_tick_mark": "none"})
    drawn.set_x_axis({"min": 0, "max": 120, "visible": False, "major_gridlines": {"visible": False}})
    return _frame(drawn)


def _frame(chart: Chart) -> Chart:
    """Gaps stay gaps, and no frame around."""
    chart.show_blanks_as("gap")
    chart.set_chartarea({"border": {"none": True}, "fill": {"color": PAPER}})
    chart.set_plotarea({"fill": {"none": True}})
    return chart
