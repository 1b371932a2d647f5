"""The sheet 图表: charts that spreadsheet programs draw themselves, from the cells of 图表数据, on one page."""

from collections.abc import Iterator
from typing import Any

from xlsxwriter.chart import Chart

from townreturn.publishing.charts import captions, native_charts
from townreturn.publishing.charts.data import TrendChart, shares_charts, trend_chart, years_chart
from townreturn.publishing.charts.data_sheet import DataSheet
from townreturn.publishing.charts.words import gap_word
from townreturn.publishing.sheet_frame import ReturnBook, Sheet, open_sheet, set_up_print
from townreturn.wording import say

_COLUMNS, _COLUMN_WIDTH, _COLUMN_PIXELS, _ROW_PIXELS, _ROW_POINTS = 16, 9, 68, 20, 15
_ACROSS = 4
"""Small charts in a row."""
_SMALL_ROWS, _LARGE_ROWS = 9, 12


def write_chart_sheets(book: ReturnBook) -> None:
    """图表 and 图表数据; neither where there is nothing to draw."""
    town_return, plan = book.town_return, book.plan
    trend, years = trend_chart(town_return, plan), years_chart(town_return, plan)
    shares = shares_charts(town_return, plan)
    if not (trend or shares or years):
        return
    about = say("CHART_SHEET_SIGNS", signs=say("LIST_SEPARATOR").join(_list_signs(trend))) if trend else ""
    sheet = open_sheet(book, say("CHART_SHEET"), [_COLUMN_WIDTH] * _COLUMNS, about)
    head, data, places = sheet.row, DataSheet(book), _Places(sheet)
    if trend:
        _put_trend(book, trend, data, places)
    if years:
        chart = native_charts.chart_years(book.workbook, years, data.write_years(years))
        places.put(chart, _COLUMNS // 2, _LARGE_ROWS, captions.tell_years(years, town_return)[1].text)
    for share in shares:
        chart = native_charts.chart_shares(book.workbook, share, data.write_shares(share))
        places.put(chart, _COLUMNS // _ACROSS, _LARGE_ROWS, captions.tell_shares([share], plan)[1].text)
    places.end_row()
    data.close()
    sheet.worksheet.print_area(0, 0, places.row, sheet.last_column)
    set_up_print(sheet, 0, head - 1)
    sheet.worksheet.fit_to_pages(1, 1)  # charts float: what they need in height no row says


def _put_trend(book: ReturnBook, trend: TrendChart, data: DataSheet, places: "_Places") -> None:
    """A small chart a category."""
    tables, alt = data.write_trend(trend), captions.tell_trend(trend, book.plan)[1].text
    for number, panel in enumerate(trend.panels):
        name = book.plan.category_by_code[panel.category].heading
        chart = native_charts.chart_panel(book.workbook, trend, number, name, tables)
        places.put(chart, _COLUMNS // _ACROSS, _SMALL_ROWS, alt)
    places.end_row()


def _list_signs(chart: TrendChart) -> Iterator[str]:
    """What the signs of the small charts mean, those that occur."""
    for gap, sign in native_charts.GAP_SIGNS.items():
        if any(panel.places(gap) for panel in chart.panels):
            yield f"{sign}{gap_word(gap)}"
    if any(panel.breaks for panel in chart.panels):
        yield say("CHART_SHEET_BREAK")
    yield say("CHART_SHEET_SCALES")


class _Places:
    """Where the next chart goes: beside the last, or in the next row when it does not fit."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet, self.row, self._column, self._tallest = sheet, sheet.row, 0, 0

    def put(self, chart: Chart, columns: int, rows: int, alt: str) -> None:
        if self._column + columns > _COLUMNS:
            self.end_row()
        chart.set_size({"width": columns * _COLUMN_PIXELS - 4, "height": rows * _ROW_PIXELS - 4})
        options: dict[str, Any] = {"description": alt, "object_position": 1}
        self._sheet.worksheet.insert_chart(self.row, self._column, chart, options)
        self._column, self._tallest = self._column + columns, max(self._tallest, rows)

    def end_row(self) -> None:
        """Rows get their height, which else is each program's own."""
        for row in range(self.row, self.row + self._tallest):
            self._sheet.worksheet.set_row(row, _ROW_POINTS)
        self.row, self._column, self._tallest = self.row + self._tallest, 0, 0
