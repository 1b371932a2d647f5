"""xlsx and xlsm: plain sheets read as they stand, all others by calamine from a package of our own making.

Calamine is never given the sender's package, only the parts that were checked, under names of our
own: what the two would understand differently cannot matter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from townreturn.spreadsheets.archive import Archive, stored_archive
from townreturn.spreadsheets.calamine_rows import read_rows
from townreturn.spreadsheets.careful_sheets import Scanned, scan_carefully
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.ooxml import Book, Tab, read_book
from townreturn.spreadsheets.plain_parts import plain_number_styles, plain_strings
from townreturn.spreadsheets.plain_sheets import PlainRow, read_plain_sheet
from townreturn.spreadsheets.scanned import columns_within, sheet_of
from townreturn.spreadsheets.workbook import FileKind, RawSheet, RawValue, RawWorkbook
from townreturn.spreadsheets.xml_text import check_form, plainly_written

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_PART = b"<none/>"
_STRING = re.compile(rb"<(?:[A-Za-z0-9]+:)?si[\s/>]")
_STRING_COUNT = re.compile(rb"""\suniqueCount\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class _Parts:
    """The parts that cells refer to; empty where the workbook has none."""

    strings: bytes
    styles: bytes


def read_xlsx(archive: Archive, part: str, *, always_carefully: bool = False) -> RawWorkbook:
    """The workbook whose main part this is; ``always_carefully`` bars the quick way, to compare the two."""
    book = read_book(archive, part)
    parts = _Parts(_referred(archive, book, "sharedStrings"), _referred(archive, book, "styles"))
    check_form(parts.styles or _NO_PART)
    sheets = {
        tab.name: None if always_carefully and tab.part else _read_quickly(archive, tab, parts) for tab in book.tabs
    }
    left = [tab for tab in book.tabs if sheets[tab.name] is None]
    if left:
        sheets |= {one.name: one for one in _read_carefully(archive, left, parts, book.dates_from_1904)}
    kind = FileKind.XLSM if book.has_macros else FileKind.XLSX
    return RawWorkbook(tuple(one for one in sheets.values() if one), kind, book.has_macros, book.dates_from_1904)


def _referred(archive: Archive, book: Book, kind: str) -> bytes:
    name = book.part_of(kind)
    return archive.part(name) if name in archive else b""


def _read_quickly(archive: Archive, tab: Tab, parts: _Parts) -> RawSheet | None:
    """A plain sheet; None when it is not. Chart and macro sheets have no cells."""
    if not tab.part:
        return RawSheet(tab.name, (), is_hidden=tab.is_hidden)
    plain = read_plain_sheet(archive.part(tab.part))
    strings = plain_strings(parts.strings) if parts.strings else ()
    if plain is None or strings is None or not plain.number_styles <= plain_number_styles(parts.styles):
        return None
    rows: list[tuple[RawValue, ...]] = []
    for row in plain.rows:
        values = _values_of(row, strings) if row.has_strings else row.values
        if values is None:
            return None
        if len(rows) < row.number - 1:
            rows += [()] * (row.number - 1 - len(rows))
        rows.append(values)
    hidden = columns_within(plain.hidden_columns, max(map(len, rows))) if plain.hidden_columns and rows else frozenset()
    return RawSheet(tab.name, tuple(rows), is_hidden=tab.is_hidden, hidden_columns=hidden, merges=plain.merges)


def _values_of(row: PlainRow, strings: Sequence[str]) -> tuple[RawValue, ...] | None:
    """The row with its shared strings; None when one is missing, or blank where the row should end."""
    try:
        values = tuple([strings[one] or None if type(one) is int else one for one in row.values])
    except IndexError:
        return None
    return None if values[-1] is None else values


def _read_carefully(archive: Archive, tabs: Sequence[Tab], parts: _Parts, dates_from_1904: bool) -> list[RawSheet]:
    scanned = [scan_carefully(archive.part(tab.part)) for tab in tabs]
    strings = _checked_strings(parts.strings, max(one.last_string for one in scanned))
    parts = _Parts(strings, plainly_written(parts.styles) if parts.styles else b"")
    tables = read_rows(stored_archive(_rewritten(scanned, parts, dates_from_1904)))
    return [
        sheet_of(tab.name, tab.is_hidden, one.marks, rows)
        for tab, one, (_, rows) in zip(tabs, scanned, tables, strict=True)
    ]


def _rewritten(scanned: Sequence[Scanned], parts: _Parts, dates_from_1904: bool) -> list[tuple[str, bytes]]:
    """The package that calamine is given: sheets 0, 1, 2 … and what they refer to."""
    package = [*_frame(len(scanned), dates_from_1904)]
    package += [(f"xl/{number}", one.xml) for number, one in enumerate(scanned)]
    if parts.strings:
        package.append(("xl/sharedStrings.xml", parts.strings))
    if parts.styles:
        package.append(("xl/styles.xml", parts.styles))
    return package


def _checked_strings(part: bytes, last: int) -> bytes:
    """Calamine takes the first string for one whose number it cannot read, and believes how many there are."""
    check_form(part or _NO_PART)
    strings = plainly_written(part) if part else b""
    if last >= len(_STRING.findall(strings)):
        raise CannotRead("SHARED_STRING_MISSING")
    return _STRING_COUNT.sub(b"", strings)


@cache
def _frame(sheet_count: int, dates_from_1904: bool) -> tuple[tuple[str, bytes], ...]:
    sheets = "".join(f'<sheet name="{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(sheet_count))
    relations = "".join(f'<Relationship Id="r{n}" Type="{_TYPES}/worksheet" Target="{n}"/>' for n in range(sheet_count))
    document = f'<Relationship Id="r" Type="{_TYPES}/officeDocument" Target="xl/workbook.xml"/>'
    book = f'<workbook><workbookPr date1904="{int(dates_from_1904)}"/><sheets>{sheets}</sheets></workbook>'
    return (
        ("_rels/.rels", f"<Relationships>{document}</Relationships>".encode()),
        ("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>".encode()),
        ("xl/workbook.xml", book.encode()),
    )
