"""Text files of separated values: one table, the statistics sheet's."""

import csv
import re
from io import StringIO
from itertools import islice

from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.scanned import Marks, sheet_of
from townreturn.spreadsheets.sniffing import refuse_markup
from townreturn.spreadsheets.workbook import FileKind, RawValue, RawWorkbook

CSV_SHEET_NAME = "CSV"
"""A csv file has one table and no sheet name; spreadsheet programs name it after the file, we by this."""

_SEPARATORS = ",\t;"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,15})?(?:[eE][-+]?\d{1,2})?", re.ASCII)
"""What Excel writes for a number; "007" stays text, it is a code."""
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ENCODINGS = ("utf-8", "gb18030")
_MARKED_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_csv(content: bytes) -> RawWorkbook:
    """The table. Raises CannotRead: FILE_NOT_A_SPREADSHEET, FILE_IS_TEXT, FILE_IS_HTML, CSV_QUOTES_WRONG, …"""
    text, encoding = _decode(content)
    refuse_markup(text)
    rows = _split(text, _separator_of(text))
    marks = Marks()
    values = [[_value(cell, row, column, marks) for column, cell in enumerate(cells)] for row, cells in enumerate(rows)]
    return RawWorkbook((sheet_of(CSV_SHEET_NAME, False, marks, values),), FileKind.CSV, encoding=encoding)


def _decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, else UTF-8, else GB18030 (as Excel in Chinese saves)."""
    marked = [name for mark, name in _MARKED_ENCODINGS if content.startswith(mark)]
    for encoding in marked or _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(text):
            return text, encoding
    raise CannotRead("FILE_NOT_A_SPREADSHEET")


def _separator_of(text: str) -> str:
    """The separator that splits most of the first lines. Raises CannotRead(FILE_IS_TEXT) when none splits two."""
    lines = [line for line in islice(StringIO(text), 60) if line.strip()]
    counts = {one: sum(one in line for line in lines) for one in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda one: counts[one])
    if counts[separator] < 2:
        raise CannotRead("FILE_IS_TEXT")
    return separator


def _split(text: str, separator: str) -> list[list[str]]:
    """Raises CannotRead(CSV_QUOTES_WRONG): an open quotation mark would swallow the rest of the table."""
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise CannotRead("CSV_QUOTES_WRONG") from None


def _value(cell: str, row: int, column: int, marks: Marks) -> RawValue:
    if not cell.strip():
        return ""
    if cell in _ERRORS:
        marks.fill(row, column, "ERROR_CELL")
        return ""
    marks.fill(row, column)
    if _NUMBER.fullmatch(cell):
        return float(cell)
    return cell
