"""What every sheet of the return workbook has: fonts, heading, notes, signature line, print set-up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.naming import full_unit_name, issue_name, period_name, say_day
from townreturn.publishing.standing_words import say_reported_of
from townreturn.publishing.texts import clean_text, count_lines
from townreturn.wording import say

LINE_HEIGHT = 14.0
_MARGINS = {"left": 0.5, "right": 0.5, "top": 0.4, "bottom": 0.5}  # inches
_PAPERS = ((9, 842, 595), (8, 1191, 842))
"""A4 and A3 as Excel numbers them, with width and height in points, landscape."""
_SMALLEST_SCALE = 0.82
"""The body's 10 points stay 8 in print; LibreOffice's columns are a little wider than Excel's."""
_SIGNATURES = ("SIGNATURE_FILLED_BY", "SIGNATURE_REVIEWED_BY", "SIGNATURE_RESPONSIBLE")
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center"},
    "left": {"align": "left"},
    "right": {"align": "right"},
    "head": {"bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"},
    "state": {"border": 1, "align": "center", "text_wrap": True, "font_size": 9, "bg_color": "#F7F7F7"},
    "label": {"border": 1, "align": "left", "indent": 1, "text_wrap": True},
    "centred": {"border": 1, "align": "center", "text_wrap": True},
    "text": {"border": 1, "align": "left", "indent": 1, "valign": "top", "text_wrap": True},
    "small": {"border": 1, "align": "left", "indent": 1, "font_size": 9},
    "number": {"border": 1, "align": "right"},
    "word": {"border": 1, "align": "right", "indent": 1, "font_color": "#404040"},
    "note": {"align": "left", "valign": "top", "text_wrap": True, "font_size": 9},
    "signature": {"align": "left"},
}


@dataclass
class ReturnBook:
    """The open workbook with what is written into it; formats are made once for each look."""

    workbook: Workbook
    town_return: TownReturn
    plan: Plan
    issued_on: date
    _formats: dict[tuple[str, str], Format] = field(default_factory=dict)

    def look(self, name: str, number_format: str = "General") -> Format:
        """The format of a look, e.g. ``look("number", "#,##0")``."""
        key = (name, number_format)
        if key not in self._formats:
            shown = _spaced(number_format) if name == "number" else number_format
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "num_format": shown}
            self._formats[key] = self.workbook.add_format({**base, **_LOOKS[name]})
        return self._formats[key]


def _spaced(number_format: str) -> str:
    """The number format with room for a space behind the number, in each of its sections.

    Not by an indent: LibreOffice 7.4 forgets it wherever two number formats stand side by side.
    """
    return ";".join(f"{section}_ " for section in number_format.split(";"))


@dataclass
class Sheet:
    """One sheet under the common heading, written downwards; ``row`` is the next free row, ``height`` in points."""

    book: ReturnBook
    worksheet: Worksheet
    widths: Sequence[int]
    row: int = 0
    height: float = 0

    @property
    def last_column(self) -> int:
        """The position of the table's last column."""
        return len(self.widths) - 1

    def text(self, column: int, text: str, look: str) -> None:
        """Write into the current row; always as text, whatever it begins with."""
        self.worksheet.write_string(self.row, column, clean_text(text), self.book.look(look))

    def span(self, first: int, last: int, text: str, look: str) -> None:
        """Write into merged cells of the current row."""
        if first < last:
            self.worksheet.merge_range(self.row, first, self.row, last, "", self.book.look(look))
        self.text(first, text, look)

    @property
    def width(self) -> float:
        """In points: a column takes 7 pixels a character and 5 more, of which 96 are an inch."""
        return sum(7 * one + 5 for one in self.widths) * 72 / 96

    def next_row(self, height: float = LINE_HEIGHT + 1) -> None:
        """End the current row, giving it its height in points."""
        self.worksheet.set_row(self.row, height)
        self.row += 1
        self.height += height


def open_sheet(book: ReturnBook, name: str, widths: Sequence[int], units_note: str = "") -> Sheet:
    """A new sheet with its heading: title, 填报单位, 表号, 报告期, 制表机关, a note on 计量单位."""
    sheet = Sheet(book, book.workbook.add_worksheet(name), widths)
    for column, width in enumerate(widths):
        sheet.worksheet.set_column(column, column, width)
    sheet.span(0, sheet.last_column, _title(book, name), "title")
    sheet.next_row(28)
    middle = _middle(widths)
    for left, right in _heading_lines(book, units_note):
        sheet.span(0, middle, left, "left")
        sheet.span(middle + 1, sheet.last_column, right, "right")
        sheet.next_row()
    return sheet


def _title(book: ReturnBook, part: str) -> str:
    """「清溪镇打假工作统计月报表（本期）」, a correction says which."""
    title = book.town_return.town + book.plan.form.title
    return say("RETURN_SHEET_TITLE", title=title, part=part) + issue_name(book.town_return)


def _heading_lines(book: ReturnBook, units_note: str) -> tuple[tuple[str, str], ...]:
    town_return, plan = book.town_return, book.plan
    period, calendar = Period(town_return.period), plan.calendar
    first, last = calendar.first_day(period).isoformat(), calendar.last_day(period).isoformat()
    unit = full_unit_name(plan, plan.coordinating_unit)
    return (
        (say("RETURN_HEAD_UNIT", unit=unit), say("RETURN_HEAD_NUMBER", number=plan.form.number)),
        (
            say("RETURN_HEAD_PERIOD", period=period_name(town_return), first=first, last=last),
            say("RETURN_HEAD_AUTHORITY", authority=plan.form.authority),
        ),
        (units_note, say_reported_of(town_return)),
    )


def _middle(widths: Sequence[int]) -> int:
    """The last column of the heading's left half; both halves have at least one column."""
    half, taken = sum(widths) * 0.55, 0
    for column, width in enumerate(widths[:-1]):
        taken += width
        if taken >= half:
            return column
    return len(widths) - 2


def write_notes(sheet: Sheet, notes: Sequence[str]) -> None:
    """Footnotes under the table, each over the full width."""
    width = sum(sheet.widths)
    for note in notes:
        sheet.span(0, sheet.last_column, note, "note")
        sheet.next_row(LINE_HEIGHT * count_lines(note, width))


def write_signatures(sheet: Sheet) -> None:
    """填表人, 审核人, 负责人 to be signed by hand, and the day of issue, spread over the width."""
    sheet.next_row(LINE_HEIGHT / 2)
    texts = [say(code) for code in _SIGNATURES] + [say("SIGNATURE_DAY", day=say_day(sheet.book.issued_on))]
    starts = [(sheet.last_column + 1) * quarter // len(texts) for quarter in range(len(texts) + 1)]
    for text, first, following in zip(texts, starts, starts[1:], strict=False):
        sheet.span(first, following - 1, text, "signature")
    sheet.next_row(24)


def set_up_print(sheet: Sheet, head_first: int, head_last: int) -> None:
    """Landscape and fitted to the width, the table's head on every page, on one page where that is legible.

    On A4; on A3 where A4 would shrink the sheet's width too far.
    """
    worksheet = sheet.worksheet
    paper, pages_tall = choose_paper(sheet.width, sheet.height)
    worksheet.set_landscape()
    worksheet.set_paper(paper)
    worksheet.set_margins(**_MARGINS)
    worksheet.center_horizontally()
    worksheet.fit_to_pages(1, pages_tall)
    worksheet.repeat_rows(head_first, head_last)
    worksheet.set_footer('&C&"宋体"&9' + say("PAGE_OF"), {"margin": 0.25})
    worksheet.hide_gridlines(2)


def choose_paper(width: float, height: float) -> tuple[int, int]:
    """Excel's number of the paper for a sheet of this size in points, and how many pages tall: 1, or 0 for any."""
    rooms = [(paper, *_room(wide, tall)) for paper, wide, tall in _PAPERS]
    paper, _, tall = next((one for one in rooms if one[1] >= width * _SMALLEST_SCALE), rooms[-1])
    return paper, int(tall >= height * _SMALLEST_SCALE)


def _room(width: float, height: float) -> tuple[float, float]:
    """What the margins leave of a page, in points."""
    across, down = _MARGINS["left"] + _MARGINS["right"], _MARGINS["top"] + _MARGINS["bottom"]
    return width - 72 * across, height - 72 * down
