"""A plain xlsx workbook with a file's sheets, cells and values, for files whose own package cannot be edited."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from townreturn.receipts.marking import Marking
from townreturn.spreadsheets.text_size import width_of
from townreturn.spreadsheets.workbook import FileKind, RawSheet, RawValue, RawWorkbook

_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed time: same values, same bytes
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 31  # what Excel takes
_NARROWEST, _WIDEST = 9, 50
_ROWS_MEASURED = 200
_A4, _WIDEST_PORTRAIT = 9, 100
_NO_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


def rebuild_workbook(raw: RawWorkbook, marking: Marking) -> tuple[bytes, dict[str, str]]:
    """The workbook's bytes, and each sheet's name there by its name in the file.

    An earlier receipt's sheet is left out. A csv carries the statistics only: the marking's pages
    make it a workbook again. Texts are written as texts, whatever they begin with.
    """
    signature, names = marking.front.name, dict[str, str]()
    target = BytesIO()
    with Workbook(target, _options()) as book:
        book.set_properties({"created": _MADE_AT})
        boxed = book.add_format({"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "vcenter"})
        for sheet in raw.sheets:
            if sheet.name.strip() != signature:
                wanted = marking.statistics if raw.kind is FileKind.CSV else sheet.name
                names[sheet.name] = _free_name(wanted, [*names.values(), signature])
                _write_sheet(book.add_worksheet(names[sheet.name]), sheet, boxed)
        for page in marking.pages if raw.kind is FileKind.CSV else ():
            names[page.name] = _free_name(page.name, [*names.values(), signature])
            _write_sheet(book.add_worksheet(names[page.name]), RawSheet(page.name, page.rows), boxed)
    return target.getvalue(), names


def _options() -> dict[str, object]:
    """The same for every workbook, and made anew for each: xlsxwriter adds to it."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "宋体", "font_size": 11},
    }


def _free_name(name: str, taken: Sequence[str]) -> str:
    """The name as Excel takes it: 31 characters, none of []:*?/\\, no apostrophe at its ends, each once."""
    allowed = "".join(one if one.isprintable() else "_" for one in name.translate(_NO_NAME)).strip("' ")
    short = allowed[:_LONGEST_NAME].rstrip("' ") or "_"
    lowered = {one.lower() for one in taken} | {"history"}  # which Excel keeps for itself
    numbered = (f"{short[: _LONGEST_NAME - 4]}_{number}" for number in range(2, len(taken) + 3))
    return short if short.lower() not in lowered else next(one for one in numbered if one.lower() not in lowered)


def _write_sheet(sheet: Worksheet, raw: RawSheet, boxed: Format) -> None:
    widths = _widths(raw)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    if sum(widths) > _WIDEST_PORTRAIT:
        sheet.set_landscape()
    for row, values in enumerate(raw.rows):
        style = None if _stands_alone(values) else boxed
        for column, value in enumerate(values):
            _write(sheet, row, column, value, style)


def _write(sheet: Worksheet, row: int, column: int, value: RawValue, style: Format | None) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif value:
        sheet.write_string(row, column, value[:_LONGEST_TEXT], style)


def _widths(raw: RawSheet) -> list[int]:
    """By what stands in the columns; titles and notes, alone in their row, may run on over their neighbours."""
    measured = [row for row in raw.rows[:_ROWS_MEASURED] if not _stands_alone(row)]
    widths = [_NARROWEST] * max(map(len, measured), default=0)
    for row in measured:
        for column, value in enumerate(row):
            widest = max(map(width_of, value[:_WIDEST].split("\n"))) if isinstance(value, str) else 0
            widths[column] = min(max(widths[column], widest + 2), _WIDEST)
    return widths


def _stands_alone(values: Sequence[RawValue]) -> bool:
    return sum(1 for one in values if one is not None and one != "") == 1
