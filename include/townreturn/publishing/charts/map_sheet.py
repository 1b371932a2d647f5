"""The sheet 报送时效: how each category stood in each period of the last year, by sign and shade."""

from itertools import groupby

from xlsxwriter.format import Format

from townreturn.domain.categories import name_reporting
from townreturn.domain.period import Period
from townreturn.publishing.charts.palette import MARK_SHADES
from townreturn.publishing.charts.timeliness_map import Mark, TimelinessMap, timeliness_map
from townreturn.publishing.charts.words import mark_name, mark_sign
from townreturn.publishing.league_words import list_league_notes
from townreturn.publishing.sheet_frame import ReturnBook, Sheet, open_sheet, set_up_print, write_notes
from townreturn.wording import say

_WIDTHS, _PERIOD_WIDTH, _FEWEST_PERIODS = (26, 26), 7, 6
_ROW_HEIGHT = 22
_LEGEND_COLUMNS = 3


def write_map_sheet(book: ReturnBook) -> None:
    """A row a category with its lead, a column a period, and below what the signs mean."""
    drawn = timeliness_map(book.town_return, book.plan)
    widths = (*_WIDTHS, *[_PERIOD_WIDTH] * max(len(drawn.periods), _FEWEST_PERIODS))
    sheet = open_sheet(book, say("MAP_SHEET"), widths)
    head = sheet.row
    _write_head(sheet, drawn.periods)
    sheet.worksheet.freeze_panes(sheet.row, len(_WIDTHS))
    looks = {mark: _look_of(book, mark) for mark in drawn.marks}
    for row in drawn.rows:
        sheet.text(0, book.plan.category_by_code[row.category].heading, "label")
        sheet.text(1, name_reporting(book.plan, row.category), "label")
        for column, mark in enumerate(row.marks, start=len(_WIDTHS)):
            if mark:
                sheet.worksheet.write_string(sheet.row, column, mark_sign(mark), looks[mark])
            else:
                sheet.text(column, say("CHANGE_ZERO_BASE"), "centred")
        sheet.next_row(_ROW_HEIGHT)
    sheet.next_row(8)
    _write_legend(sheet, drawn, looks)
    write_notes(sheet, [say("MAP_NOTE"), *list_league_notes(book.plan)])
    set_up_print(sheet, head, head + 1)


def _write_head(sheet: Sheet, periods: tuple[Period, ...]) -> None:
    """Years above their months."""
    column = len(_WIDTHS)
    for year, months in groupby(periods, key=lambda one: one.year):
        count = len(list(months))
        sheet.span(column, column + count - 1, say("CHART_YEAR", year=year) if count > 1 else str(year), "head")
        column += count
    for place, code in enumerate(("RETURN_HEAD_CATEGORY", "CHART_MAP_UNIT")):
        sheet.text(place, say(code), "head")
        sheet.worksheet.merge_range(sheet.row, place, sheet.row + 1, place, say(code), sheet.book.look("head"))
    sheet.next_row()
    for column, period in enumerate(periods, start=len(_WIDTHS)):
        sheet.text(column, say("CHART_MONTH", month=period.month), "head")
    sheet.next_row()


def _look_of(book: ReturnBook, mark: Mark) -> Format:
    shade = MARK_SHADES[mark]
    return book.workbook.add_format({
        "font_name": "黑体", "font_size": 11, "align": "center", "valign": "vcenter", "border": 1,
        "bg_color": shade.ground, "font_color": shade.ink,
    })  # fmt: skip


def _write_legend(sheet: Sheet, drawn: TimelinessMap, looks: dict[Mark, Format]) -> None:
    """Each sign on its shade, its meaning beside it; as many in a row as there is room for."""
    room = (sheet.last_column + 1 - len(_WIDTHS)) // _LEGEND_COLUMNS
    for place, mark in enumerate(drawn.marks):
        if place and place % room == 0:
            sheet.next_row(_ROW_HEIGHT)
        column = len(_WIDTHS) + place % room * _LEGEND_COLUMNS
        sheet.worksheet.write_string(sheet.row, column, mark_sign(mark), looks[mark])
        sheet.span(column + 1, column + _LEGEND_COLUMNS - 1, mark_name(mark), "left")
    sheet.next_row(_ROW_HEIGHT)
