"""The quick way through a worksheet part: rows of plain cells, read as they stand.

What is in the least unusual (an error, a formula without a value, a date, something hidden, a cell out
of order) sends the sheet the careful way (``careful_sheets``, then calamine), which is some ten
times slower and reads the same from the sheets that pass here. Rows are remembered: most come from
the template and are the same in every workbook of a batch.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from townreturn.spreadsheets.careful_sheets import scan_carefully
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import (
    REMEMBERED_PART_BYTES,
    REMEMBERED_PARTS,
    REMEMBERED_ROW_BYTES,
    REMEMBERED_ROWS,
    SHEET_COLUMNS,
)
from townreturn.spreadsheets.places import read_place
from townreturn.spreadsheets.plain_text import plain_text_of
from townreturn.spreadsheets.remembering import remembered
from townreturn.spreadsheets.scanned import Marks
from townreturn.spreadsheets.workbook import Merge, RawValue
from townreturn.spreadsheets.xml_text import root_start

_ATTRIBUTE = rb"""[a-zA-Z][a-zA-Z0-9]*(?::[a-zA-Z]+)?="[ !#-%'-;=-~]*\""""
_ROW = re.compile(rb'\s*<row r="([1-9]\d{0,6})"((?: (?!r=)' + _ATTRIBUTE + rb")*)\s*(/?)>\s*")
_HIDDEN = re.compile(rb' (?:hidden="(?!(?:0|false)")|ht="(?![1-9]))')
"""A height of nothing hides as well; one that merely begins with 0 is left to the careful way."""
_ATTRIBUTE_NAME = re.compile(rb' ([a-zA-Z0-9:]+)="')
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="(\d{1,6})")?(?: t="(n|s|b|str|inlineStr)")?(?: s="(\d{1,6})")?\s*'
    rb"(?:/>|>"
    rb"(<f((?: " + _ATTRIBUTE + rb")*)\s*(?:/>|>([^<]*)</f>))?"
    rb'(?:<v>([^<]*)</v>|<is><t( xml:space="preserve")?>([^<]*)</t></is>|<v\s*/>)?'
    rb"</c>)\s*"
)
_NUMBER = re.compile(rb"-?\d{1,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?")
_STRING_NUMBER = re.compile(rb"\d{1,7}")
_KNOWN_PREFIXED: tuple[list[bytes], ...] = ([], [b"x14ac:dyDescent"])


class _NotPlain(Exception):
    """This row must go the careful way."""


@dataclass(frozen=True)
class PlainRow:
    """``values`` from column A, without blanks at the end; an int stands for the shared string of that number.

    ``number_styles``: the styles of its numbers, which must not be dates.
    """

    number: int
    values: tuple[RawValue, ...]
    has_strings: bool
    number_styles: frozenset[bytes]


@dataclass(frozen=True)
class PlainSheet:
    """Plain rows that are not blank, and the merges and hidden columns of the sheet around them."""

    rows: tuple[PlainRow, ...]
    number_styles: frozenset[bytes]
    merges: tuple[Merge, ...]
    hidden_columns: tuple[tuple[int, int], ...]


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def read_plain_sheet(part: bytes) -> PlainSheet | None:
    """The sheet, or None when it must go the careful way. Raises CannotRead(CELLS_REACH_TOO_FAR)."""
    root = root_start(part)
    start = part.find(b"<sheetData>")
    end = part.find(b"</sheetData>", start)
    if root < 0 or start < 0 or end < 0:
        return None
    rows = _read_rows(part[start + len(b"<sheetData>") : end])
    if rows is None:
        return None
    if b"x14ac:" in part and b" xmlns:x14ac=" not in part[root:start]:
        return None
    return _framed(rows, part[:start], part[root : part.find(b">", root) + 1], part[end:])


def _framed(rows: tuple[PlainRow, ...], head: bytes, root_tag: bytes, tail: bytes) -> PlainSheet | None:
    """The rows and what a parser finds before and behind them.

    Headers and footers name unit and month: they are looked at alone, so that the rest, which is
    the same in every workbook, is remembered.
    """
    tail, footer = _without_footer(tail)
    frames = [
        _scan_frame(head + b"<sheetData></sheetData></worksheet>"),
        _scan_frame(root_tag + b"<sheetData>" + tail),
        _scan_frame(root_tag + b"<sheetData></sheetData>" + footer + b"</worksheet>"),
    ]
    marks = [one for one in frames if one is not None]
    if len(marks) < len(frames):
        return None
    merges = tuple(merge for one in marks for merge in one.merges)
    number_styles = frozenset[bytes]().union(*(row.number_styles for row in rows))
    return PlainSheet(rows, number_styles, merges, tuple(columns for one in marks for columns in one.hidden_columns))


def _without_footer(tail: bytes) -> tuple[bytes, bytes]:
    """What stands behind the cells, without the headers and footers, and these."""
    start, end = tail.rfind(b"><headerFooter") + 1, tail.rfind(b"</headerFooter><")
    if not 0 < start < end:
        return tail, b""
    end += len(b"</headerFooter>")
    return tail[:start] + tail[end:], tail[start:end]


@remembered(REMEMBERED_PARTS, REMEMBERED_PART_BYTES)
def _scan_frame(part: bytes) -> Marks | None:
    """What stands around the cells, before or behind them; None when it is not in order, or has cells as well."""
    try:
        scanned = scan_carefully(part)
    except CannotRead:
        return None
    return None if scanned.has_cells else scanned.marks


def _read_rows(cells: bytes) -> tuple[PlainRow, ...] | None:
    """Rows that hold something, in order."""
    rows: list[PlainRow] = []
    last = width = 0
    *chunks, rest = cells.split(b"</row>")
    if _skip_blank_rows(rest, 0) != len(rest):
        return None
    for chunk in chunks:
        row = _read_row(chunk)
        if row is None or row.number <= last:
            return None
        last = row.number
        if row.values:
            rows.append(row)
            width = max(width, len(row.values))
    if rows:
        Marks().reach(rows[-1].number - 1, width - 1)
    return tuple(rows)


@remembered(REMEMBERED_ROWS, REMEMBERED_ROW_BYTES)
def _read_row(chunk: bytes) -> PlainRow | None:
    """One row's text, without its end tag; blank rows that end at once may stand before it."""
    row = _ROW.match(chunk, _skip_blank_rows(chunk, 0))
    try:
        return None if row is None or not _are_plain(row[2]) else _read_cells(chunk, row.end(), row[1])
    except _NotPlain:
        return None


def _skip_blank_rows(chunk: bytes, at: int) -> int:
    while (row := _ROW.match(chunk, at)) and row[3] and _are_plain(row[2]):
        at = row.end()
    return at


@remembered(REMEMBERED_ROWS, REMEMBERED_ROW_BYTES)
def _are_plain(attributes: bytes) -> bool:
    """Whether every attribute stands once, has no strange prefix, and none hides the row."""
    names = _ATTRIBUTE_NAME.findall(attributes)
    prefixed = [name for name in names if b":" in name]
    return len(set(names)) == len(names) and prefixed in _KNOWN_PREFIXED and not _HIDDEN.search(attributes)


def _read_cells(chunk: bytes, at: int, number: bytes) -> PlainRow:
    values: list[RawValue] = []
    number_styles: set[bytes] = set()
    has_strings = False
    while at < len(chunk):
        cell = _CELL.match(chunk, at)
        if cell is None or cell[2] != number:
            raise _NotPlain
        at = cell.end()
        value, column = _value_of(cell), _column(cell[1])
        if column < len(values):
            raise _NotPlain
        if value is not None:
            values += [None] * (column - len(values))
            values.append(value)
            has_strings |= type(value) is int
            if type(value) is float and (style := cell[3] or cell[5]):
                number_styles.add(style)
    return PlainRow(int(number), tuple(values), has_strings, frozenset(number_styles))


def _value_of(cell: re.Match[bytes]) -> RawValue:
    """The value, None when blank; an int is the number of a shared string."""
    kind, formula, value, text = cell[4], cell[6], cell[9], cell[11]
    if (cell[3] and cell[5]) or (formula and not _are_plain(cell[7])):
        raise _NotPlain
    if cell[8] and plain_text_of(cell[8], keeps_spaces=True) is None:
        raise _NotPlain
    if text is not None or kind == b"inlineStr":
        if kind != b"inlineStr" or value or formula:
            raise _NotPlain
        return _text(text or b"", keeps_spaces=bool(cell[10]))
    if not value and formula and kind != b"str":
        raise _NotPlain
    if kind == b"str":
        if value is None and formula:
            raise _NotPlain
        return _text(value or b"", keeps_spaces=True)
    return _simple_value(kind, value) if value else None


def _simple_value(kind: bytes | None, value: bytes) -> RawValue:
    if (kind is None or kind == b"n") and _NUMBER.fullmatch(value):
        return float(value)
    if kind == b"s" and _STRING_NUMBER.fullmatch(value):
        return int(value)
    if kind == b"b" and value in (b"0", b"1"):
        return value == b"1"
    raise _NotPlain


def _text(raw: bytes, *, keeps_spaces: bool) -> str | None:
    text = plain_text_of(raw, keeps_spaces)
    if text is None:
        raise _NotPlain
    return text or None


@lru_cache(SHEET_COLUMNS)
def _column(letters: bytes) -> int:
    """0-based; -1, which is always out of order, for what no sheet has."""
    place = read_place(f"{letters.decode()}1")
    return place[1] if place else -1
