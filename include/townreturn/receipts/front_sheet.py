"""The first sheet of a marked copy (审核回执), laid out for A4."""

from townreturn.receipts.marking import FrontSheet, Line
from townreturn.receipts.tints import FILLS
from townreturn.spreadsheets.editing.new_sheet import NewCell, NewSheet
from townreturn.spreadsheets.editing.styles import Look, Styles
from townreturn.spreadsheets.editing.workbook import quoted
from townreturn.spreadsheets.text_size import height_for

_WIDTHS = (7, 16, 16, 15, 54)
_ALL = len(_WIDTHS)
_TITLE = Look(size=18, head=True, across="center")
_LABEL = Look(head=True, boxed=True, fill="F2F2F2", across="center")
_HEADING = Look(head=True, boxed=True, fill="DCE6F1", across="center")
_VALUE = Look(boxed=True, is_foreign=True)
_STEP = Look(boxed=True, bold=True, is_foreign=True)
_GOOD, _BAD = Look(size=14, head=True, boxed=True, fill="E2F0D9"), Look(size=14, head=True, boxed=True, fill="FFB3B3")
_NOTE = Look(size=10, colour="595959", top=True)
_CENTRED = Look(boxed=True, across="center")
_LINK = Look(boxed=True, across="center", colour="0563C1", underlined=True, is_foreign=True)
_PLACE = Look(boxed=True, across="center", is_foreign=True)
_SHEET_NAME_FORBIDDEN = set("[]:*?/\\")
_LONGEST_SHEET_NAME = 31
_LEAST_POINTS = 22


def build_front_sheet(front: FrontSheet, styles: Styles, sheet_names: set[str], is_rebuilt: bool) -> tuple[bytes, str]:
    """The sheet and the rows that are repeated on every printed page; links lead to sheets that are there."""
    sheet = NewSheet(styles, _WIDTHS)
    sheet.append([NewCell(front.title, _TITLE, _ALL)], 40)
    if is_rebuilt:
        _append_across(sheet, front.rebuilt, _NOTE)
    for label, value in front.facts:
        _append_fact(sheet, label, value, _VALUE)
    _append_fact(sheet, *front.verdict, _GOOD if front.has_passed else _BAD)
    for label, value in front.verdicts:
        _append_fact(sheet, label, value, _VALUE)
    for number, step in enumerate(front.next_steps):
        _append_fact(sheet, "" if number else front.next_label, step, _STEP)
    sheet.append([NewCell("", Look(), _ALL)], 10)
    sheet.append([NewCell(text, _HEADING) for text in front.headings], 26)
    heading_row = sheet.row_count
    for line in front.lines:
        _append_line(sheet, line, sheet_names)
    if not front.lines:
        sheet.append([NewCell(front.nothing_found, _VALUE, _ALL)], 26)
    _append_across(sheet, front.legend, _NOTE)
    return sheet.finish(front.footer), f"${heading_row}:${heading_row}"


def _append_across(sheet: NewSheet, text: str, look: Look) -> None:
    sheet.append([NewCell(text, look, _ALL)], height_for(text, sum(_WIDTHS)))


def _append_fact(sheet: NewSheet, label: str, value: str, look: Look) -> None:
    width = (sum(_WIDTHS[2:]) - 3) * 11 / look.size
    label_points = height_for(label, sum(_WIDTHS[:2]) - 1)
    points = max(_LEAST_POINTS, label_points, height_for(value, width, look.size + 5))
    sheet.append([NewCell(label, _LABEL, 2), NewCell(value, look, _ALL - 2)], points)


def _append_line(sheet: NewSheet, line: Line, sheet_names: set[str]) -> None:
    link = link_to(line.sheet, line.cell) if line.sheet in sheet_names else ""
    kind = Look(boxed=True, across="center", bold=line.severity == "mandatory", fill=FILLS.get(line.severity, ""))
    cells = [
        NewCell(line.number, _CENTRED),
        NewCell(line.word, kind),
        NewCell(line.category, _CENTRED),
        NewCell(line.place, _LINK if link else _PLACE, link=link),
        NewCell(line.message, _VALUE),
    ]
    heights = (height_for(cell.text, width - 2) for cell, width in zip(cells, _WIDTHS, strict=True))
    sheet.append(cells, max(_LEAST_POINTS, *heights))


def link_to(sheet: str, cell: str) -> str:
    """Where a link leads within the workbook; nothing for a sheet whose name no link can write."""
    if not sheet or len(sheet) > _LONGEST_SHEET_NAME or _SHEET_NAME_FORBIDDEN & set(sheet):
        return ""
    return f"{quoted(sheet)}!{cell or 'A1'}"
