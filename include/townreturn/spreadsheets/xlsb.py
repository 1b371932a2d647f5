"""xlsb: the values by calamine, the marks by a walk over the BIFF12 records [MS-XLSB 2.4]."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct

from townreturn.spreadsheets.archive import Archive, stored_archive
from townreturn.spreadsheets.calamine_rows import read_rows
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.ooxml import Relation, Tab, check_tabs, has_macros, read_relations, tab_of
from townreturn.spreadsheets.scanned import Marks, mark_not_finite, sheet_of
from townreturn.spreadsheets.workbook import FileKind, RawSheet, RawWorkbook

_U32, _U32X3, _U32X4 = Struct("<I"), Struct("<III"), Struct("<4I")
_ROW, _ERROR, _FORMULA_ERROR, _COLUMNS, _MERGE = 0, 3, 11, 60, 176
_VALUES, _NUMBERS = (2, 4, 5, 6, 7, 8, 9, 10), (2, 5, 9)
_SHEET, _WORKBOOK_PROPERTIES, _STRINGS_BEGIN = 156, 153, 159
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass
class _Book:
    tabs: list[Tab] = field(default_factory=list)
    dates_from_1904: bool = False


def read_xlsb(archive: Archive, part: str) -> RawWorkbook:
    """The workbook whose main part this is."""
    relations = read_relations(archive, part)
    try:
        book = _read_book(archive.part(part), relations)
        check_tabs(archive, book.tabs)
        marks = [_read_marks(archive.part(tab.part)) if tab.part else Marks() for tab in book.tabs]
        _check_strings(archive, relations)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise CannotRead("FILE_UNREADABLE") from None
    tables = read_rows(stored_archive(_needed_parts(archive, part, relations)))
    if len(tables) != len(book.tabs):
        raise CannotRead("FILE_UNREADABLE")
    sheets: list[RawSheet] = []
    for (_, values), tab, found in zip(tables, book.tabs, marks, strict=True):
        mark_not_finite(values, found)
        sheets.append(sheet_of(tab.name, tab.is_hidden, found, values))
    return RawWorkbook(tuple(sheets), FileKind.XLSB, has_macros(archive, relations.values()), book.dates_from_1904)


def _needed_parts(archive: Archive, part: str, relations: Mapping[str, Relation]) -> Iterator[tuple[str, bytes]]:
    folder, _, name = part.rpartition("/")
    wanted = [one.target for one in relations.values() if one.kind in ("worksheet", "sharedStrings", "styles")]
    for one in ("_rels/.rels", part, f"{folder}/_rels/{name}.rels", *wanted):
        if one in archive:
            yield one, archive.part(one)


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and data; both numbers are written seven bits a byte [2.1.4]."""
    at = 0
    while at < len(part):
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | part[at] << 7
            at += 1
        length, shift = 0, 0
        while True:
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        if at + length > len(part):
            raise CannotRead("FILE_UNREADABLE")
        yield kind & 0x3FFF, part[at : at + length]
        at += length


def _read_book(part: bytes, relations: Mapping[str, Relation]) -> _Book:
    book = _Book()
    for kind, data in _records(part):
        if kind == _WORKBOOK_PROPERTIES:
            book.dates_from_1904 = bool(data[0] & 1)
        elif kind == _SHEET:
            state = _U32.unpack_from(data)[0]
            relation, at = _text(data, 8)
            name, _ = _text(data, at)
            book.tabs.append(tab_of(name, state != 0, relations.get(relation)))
    return book


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A string of counted UTF-16 characters, and where it ends."""
    end = at + 4 + 2 * _U32.unpack_from(data, at)[0]
    if end > len(data):
        raise CannotRead("FILE_UNREADABLE")
    return data[at + 4 : end].decode("utf-16-le"), end


def _read_marks(part: bytes) -> Marks:
    marks = Marks()
    row = -1
    for kind, data in _records(part):
        if kind == _ROW:
            row = _U32.unpack_from(data)[0]
            if data[11] & 0x10:
                marks.hidden_rows.add(row)
        elif kind in _VALUES:
            marks.fill(row, _U32.unpack_from(data)[0], is_certain=kind in _NUMBERS)
        elif kind in (_ERROR, _FORMULA_ERROR):
            marks.fill(row, _U32.unpack_from(data)[0], "ERROR_CELL")
        elif kind == _COLUMNS and data[16] & 1:
            first, last = _U32.unpack_from(data)[0], _U32.unpack_from(data, 4)[0]
            marks.hidden_columns.append((first, min(last, _LAST_COLUMN - 1)))
        elif kind == _MERGE:
            first_row, last_row, first_column, last_column = _U32X4.unpack_from(data)
            marks.merge(first_row, first_column, last_row, last_column)
    return marks


def _check_strings(archive: Archive, relations: Mapping[str, Relation]) -> None:
    """The reader reserves memory for as many strings as the part says it has."""
    part = next((one.target for one in relations.values() if one.kind == "sharedStrings"), "")
    if part and part in archive:
        content = archive.part(part)
        kind, data = next(_records(content))
        if kind == _STRINGS_BEGIN and max(_U32.unpack_from(data)[0], _U32.unpack_from(data, 4)[0]) > len(content):
            raise CannotRead("SHARED_STRING_MISSING")
