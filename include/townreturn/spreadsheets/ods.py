"""ods: read whole from content.xml, where values stand in full beside their text [ODF 1.3, part 3]."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from xml.parsers.expat import XMLParserType

from townreturn.spreadsheets.archive import Archive
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import SHEET_COLUMNS, SHEET_ROWS
from townreturn.spreadsheets.scanned import Marks, check_names, sheet_of
from townreturn.spreadsheets.workbook import FileKind, RawSheet, RawValue, RawWorkbook
from townreturn.spreadsheets.xml_text import DEEPEST, parse

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_LIBREOFFICE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_BREAKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S", re.ASCII)
_MOST_SPACES = 1_000
_NUMBERS = ("float", "percentage", "currency")


def read_ods(archive: Archive) -> RawWorkbook:
    """The workbook. Raises CannotRead: FILE_ENCRYPTED, CELLS_REACH_TOO_FAR, XML_…, SHEET_NAME_TWICE, …"""
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.part("META-INF/manifest.xml"):
        raise CannotRead("FILE_ENCRYPTED")
    if "content.xml" not in archive:
        raise CannotRead("FILE_UNREADABLE")
    document = _Document()
    parse(archive.part("content.xml"), document.listen)
    if not document.sheets:
        raise CannotRead("FILE_UNREADABLE")
    check_names(one.name for one in document.sheets)
    macros = any(one.startswith(("basic/", "scripts/")) and "/script-l" not in one for one in archive.names)
    return RawWorkbook(tuple(one.raw() for one in document.sheets), FileKind.ODS, has_macros=macros)


@dataclass
class _Sheet:
    """A table being read; repeated rows and cells are written out only where they hold something."""

    name: str
    is_hidden: bool
    marks: Marks = field(default_factory=Marks)
    rows: list[list[RawValue]] = field(default_factory=list)
    row: int = 0
    row_count: int = 1
    column: int = 0
    described_columns: int = 0
    cells: list[tuple[int, int, RawValue, str]] = field(default_factory=list)

    def end_row(self) -> None:
        """Write the row out as often as it is repeated, if it holds anything."""
        if self.cells:
            self.marks.reach(self.row + self.row_count - 1, max(at + count for at, count, _, _ in self.cells) - 1)
            for row in range(self.row, self.row + self.row_count):
                self._write(row)
        self.row += self.row_count

    def _write(self, row: int) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        values = self.rows[row]
        for first, count, value, fault in self.cells:
            values.extend([""] * (first - len(values)))
            values.extend([value] * count)
            for column in range(first, first + count):
                self.marks.fill(row, column, fault)

    def raw(self) -> RawSheet:
        return sheet_of(self.name, self.is_hidden, self.marks, self.rows)


class _Document:
    """The state of one scan of content.xml."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self._path: list[str] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._cell: Mapping[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._aside = 0

    def listen(self, parser: XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise CannotRead("XML_DAMAGED")
        if self._aside or name == f"{_OFFICE}annotation" or (name == f"{_TABLE}table" and not self._at_table()):
            self._aside += 1
        elif name == f"{_TABLE}table":
            hidden = attributes.get(f"{_TABLE}style-name", "") in self._hidden_styles
            self.sheets.append(_Sheet(attributes.get(f"{_TABLE}name", ""), hidden))
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)
        elif self.sheets:
            self._start_in_sheet(self.sheets[-1], name, attributes)

    def _at_table(self) -> bool:
        return self._path[-2:-1] == [f"{_OFFICE}spreadsheet"]

    def _start_in_sheet(self, sheet: _Sheet, name: str, attributes: Mapping[str, str]) -> None:
        if name == f"{_TABLE}table-column":
            count = _count(attributes, f"{_TABLE}number-columns-repeated")
            if _is_collapsed(attributes):
                sheet.marks.hidden_columns.append((sheet.described_columns, sheet.described_columns + count - 1))
            sheet.described_columns += count
        elif name == f"{_TABLE}table-row":
            sheet.row_count, sheet.column, sheet.cells = _count(attributes, f"{_TABLE}number-rows-repeated"), 0, []
            if _is_collapsed(attributes):
                last = min(sheet.row + sheet.row_count, SHEET_ROWS)
                sheet.marks.hidden_rows.update(range(sheet.row, last))
        elif name in _CELLS:
            self._cell, self._paragraphs = attributes, []
        elif name == f"{_TEXT}p":
            self._paragraphs.append([])
        elif self._paragraphs and name == f"{_TEXT}s":
            self._paragraphs[-1].append(" " * min(_count(attributes, f"{_TEXT}c"), _MOST_SPACES))
        elif self._paragraphs and name in _BREAKS:
            self._paragraphs[-1].append(_BREAKS[name])

    def _text(self, text: str) -> None:
        if self._paragraphs and not self._aside and any(one == f"{_TEXT}p" for one in self._path[-4:]):
            self._paragraphs[-1].append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._aside:
            self._aside -= 1
        elif self.sheets and name in _CELLS:
            self._end_cell(self.sheets[-1])
        elif self.sheets and name == f"{_TABLE}table-row":
            self.sheets[-1].end_row()

    def _end_cell(self, sheet: _Sheet) -> None:
        count = _count(self._cell, f"{_TABLE}number-columns-repeated")
        value, fault = _value_of(self._cell, "\n".join("".join(parts) for parts in self._paragraphs))
        if value != "" or fault:
            if sheet.column + count > SHEET_COLUMNS:
                raise CannotRead("CELLS_REACH_TOO_FAR")
            sheet.cells.append((sheet.column, count, value, fault))
        rows, columns = (
            _count(self._cell, f"{_TABLE}number-rows-spanned"),
            _count(self._cell, f"{_TABLE}number-columns-spanned"),
        )
        if rows * columns > 1:
            sheet.marks.merge(sheet.row, sheet.column, sheet.row + rows - 1, sheet.column + columns - 1)
        sheet.column += count
        self._paragraphs = []


def _value_of(cell: Mapping[str, str], text: str) -> tuple[RawValue, str]:
    """A cell's value ("" when blank) and the finding code of one that is none."""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if cell.get(f"{_LIBREOFFICE}value-type") == "error":
        return "", "ERROR_CELL"
    if not kind:
        return (text, "") if text or f"{_TABLE}formula" not in cell else ("", "FORMULA_WITHOUT_VALUE")
    if kind in _NUMBERS:
        return _number(cell.get(f"{_OFFICE}value", ""))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true", ""
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00") or text, ""
    if kind == "time":
        clock = _DURATION.fullmatch(cell.get(f"{_OFFICE}time-value", ""))
        return (":".join(part.zfill(2) for part in clock.groups()) if clock else text), ""
    return cell.get(f"{_OFFICE}string-value", text), ""


def _number(text: str) -> tuple[RawValue, str]:
    try:
        number = float(text) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        return "", "NOT_FINITE"
    return (number, "") if isfinite(number) else ("", "NOT_FINITE")


def _count(attributes: Mapping[str, str], name: str) -> int:
    """A repetition, 1 when it is not given; absurd ones are cut down to what is still beyond every cap."""
    text = attributes.get(name, "1").strip()
    if not (text.isascii() and text.isdecimal()):
        raise CannotRead("CELL_PLACE_WRONG", text[:20])
    return min(max(int(text[:9]), 1), 10_000_000)


def _is_collapsed(attributes: Mapping[str, str]) -> bool:
    return attributes.get(f"{_TABLE}visibility", "visible") != "visible"
