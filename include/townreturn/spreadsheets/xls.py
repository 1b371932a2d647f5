"""xls: the values by calamine, the marks by a walk over the BIFF records [MS-XLS 2.4]."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from struct import Struct

from townreturn.spreadsheets.calamine_rows import read_rows
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import SHEETS
from townreturn.spreadsheets.ole2 import read_workbook_stream
from townreturn.spreadsheets.scanned import Marks, check_names, mark_not_finite, sheet_of
from townreturn.spreadsheets.workbook import FileKind, RawSheet, RawWorkbook

_U32 = Struct("<I")
_HEADER, _U16, _U16X2, _U16X4, _SHEET = Struct("<HH"), Struct("<H"), Struct("<HH"), Struct("<4H"), Struct("<IBB")
_BOF, _EOF, _FILEPASS, _DATEMODE, _BOUNDSHEET, _DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0022, 0x0085, 0x0200
_STRINGS = 0x00FC
_FORMULA, _STRING, _BOOLERR, _ROW, _COLINFO, _MERGES = 0x0006, 0x0207, 0x0205, 0x0208, 0x007D, 0x00E5
_MULRK, _BOOLEAN, _BLANK_STRING = 0x00BD, 1, 3
_NUMBER, _LABEL, _RSTRING, _RK, _LABELSST = 0x0203, 0x0204, 0x00D6, 0x027E, 0x00FD
_MACRO_SHEET = 1
_LAST_ROW, _LAST_COLUMN = 65_536, 256


@dataclass
class _Book:
    """The globals substream: offset, hidden and type of each sheet."""

    sheets: list[tuple[int, bool, int]] = field(default_factory=list)
    dates_from_1904: bool = False
    string_count: int = 0


def read_xls(content: bytes) -> RawWorkbook:
    """The workbook. Raises CannotRead: FILE_ENCRYPTED, FILE_IS_…, CELLS_REACH_TOO_FAR, FILE_UNREADABLE, …"""
    records, has_code = read_workbook_stream(content)
    try:
        book = _read_globals(records)
        marks = [_read_marks(records, offset, book.string_count) for offset, _, _ in book.sheets]
    except (struct.error, IndexError):
        raise CannotRead("FILE_UNREADABLE") from None
    tables = read_rows(content)
    if len(tables) != len(book.sheets):
        raise CannotRead("FILE_UNREADABLE")
    check_names(name for name, _ in tables)
    sheets: list[RawSheet] = []
    for (name, values), (_, is_hidden, _), found in zip(tables, book.sheets, marks, strict=True):
        mark_not_finite(values, found)
        sheets.append(sheet_of(name, is_hidden, found, values))
    has_macros = has_code or any(kind == _MACRO_SHEET for _, _, kind in book.sheets)
    return RawWorkbook(tuple(sheets), FileKind.XLS, has_macros, book.dates_from_1904)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from an offset to the end of that substream; those of charts inside it are left out."""
    depth = 0
    while at < len(stream):
        kind, length = _HEADER.unpack_from(stream, at)
        at += _HEADER.size
        if at + length > len(stream):
            raise CannotRead("FILE_UNREADABLE")
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1 and kind != _BOF:
            yield kind, stream[at : at + length]
        if depth <= 0:
            return
        at += length
    raise CannotRead("FILE_UNREADABLE")


def _read_globals(stream: bytes) -> _Book:
    book = _Book()
    for kind, data in _records(stream, 0):
        if kind == _FILEPASS:
            raise CannotRead("FILE_ENCRYPTED")
        if kind == _DATEMODE:
            book.dates_from_1904 = _U16.unpack_from(data)[0] == 1
        if kind == _STRINGS:
            book.string_count = _U32.unpack_from(data, 4)[0]
        if kind == _BOUNDSHEET:
            offset, state, sheet_type = _SHEET.unpack_from(data)
            book.sheets.append((offset, bool(state & 3), sheet_type))
    if not book.sheets:
        raise CannotRead("FILE_UNREADABLE")
    if len(book.sheets) > SHEETS:
        raise CannotRead("SHEETS_TOO_MANY")
    return book


def _read_marks(stream: bytes, offset: int, string_count: int) -> Marks:
    if stream[offset : offset + 2] != _U16.pack(_BOF):
        raise CannotRead("FILE_UNREADABLE")
    marks = Marks()
    awaited: tuple[int, int] | None = None
    for kind, data in _records(stream, offset):
        if kind == _FORMULA:
            awaited = _read_formula(data, marks)
        elif kind == _STRING and awaited:
            del marks.unread[awaited]
            awaited = None
        elif kind in _READERS:
            _READERS[kind](data, marks)
        if kind == _LABELSST and _U32.unpack_from(data, 6)[0] >= string_count:
            raise CannotRead("SHARED_STRING_MISSING")
    return marks


def _read_formula(data: bytes, marks: Marks) -> tuple[int, int] | None:
    """The cached value [MS-XLS 2.5.133]: a number, or FFFF and a type.

    Text follows in a record of its own: the place that waits for it.
    """
    row, column = _U16X2.unpack_from(data)
    value = data[6:14]
    if len(value) < 8:
        raise CannotRead("FILE_UNREADABLE")
    is_number = value[6:] != b"\xff\xff"
    if is_number or value[0] in (_BOOLEAN, _BLANK_STRING):
        marks.fill(row, column, is_certain=is_number)
        return None
    marks.fill(row, column, "ERROR_CELL" if value[0] else "FORMULA_WITHOUT_VALUE")
    return None if value[0] else (row, column)


def _read_text(data: bytes, marks: Marks) -> None:
    marks.fill(*_U16X2.unpack_from(data), is_certain=False)


def _read_number(data: bytes, marks: Marks) -> None:
    marks.fill(*_U16X2.unpack_from(data))


def _read_error(data: bytes, marks: Marks) -> None:
    row, column = _U16X2.unpack_from(data)
    marks.fill(row, column, "ERROR_CELL" if data[7] else "")


def _read_row(data: bytes, marks: Marks) -> None:
    if _U16.unpack_from(data, 12)[0] & 0x20:
        marks.hidden_rows.add(_U16.unpack_from(data)[0])


def _read_columns(data: bytes, marks: Marks) -> None:
    """A column without any width is as hidden as one that is marked so."""
    if _U16.unpack_from(data, 8)[0] & 1 or not _U16.unpack_from(data, 4)[0]:
        first, last = _U16X2.unpack_from(data)
        marks.hidden_columns.append((first, min(last, _LAST_COLUMN - 1)))


def _read_merges(data: bytes, marks: Marks) -> None:
    for number in range(_U16.unpack_from(data)[0]):
        first_row, last_row, first_column, last_column = _U16X4.unpack_from(data, 2 + 8 * number)
        marks.merge(first_row, first_column, last_row, last_column)


def _read_many(data: bytes, marks: Marks) -> None:
    row, first = _U16X2.unpack_from(data)
    last = _U16.unpack_from(data, len(data) - 2)[0]
    if last < first:
        raise CannotRead("FILE_UNREADABLE")
    marks.reach(row, last)
    for column in range(first, last + 1):
        marks.fill(row, column)


def _check_dimensions(data: bytes, _marks: Marks) -> None:
    """The reader reserves memory for the whole area that is declared."""
    if len(data) >= 14:
        first_row, last_row, first_column, last_column = Struct("<IIHH").unpack_from(data)
    else:
        first_row, last_row, first_column, last_column = _U16X4.unpack_from(data)
    if last_row > _LAST_ROW or last_column > _LAST_COLUMN or first_row > last_row or first_column > last_column:
        raise CannotRead("CELLS_REACH_TOO_FAR")


_READERS: dict[int, Callable[[bytes, Marks], None]] = {
    _NUMBER: _read_number, _RK: _read_number, _LABEL: _read_text, _RSTRING: _read_text, _LABELSST: _read_text,
    _BOOLERR: _read_error, _ROW: _read_row, _COLINFO: _read_columns, _MERGES: _read_merges, _MULRK: _read_many,
    _DIMENSIONS: _check_dimensions,
}  # fmt: skip
