"""A workbook as the reader gives it: sheets of plain values, nothing interpreted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

RawValue = str | int | float | bool | None
"""Dates and times arrive as ISO text; a number that is not finite arrives blank and in ``unread``."""


class FileKind(StrEnum):
    """What a file is by its content, whatever its name says."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


@dataclass(frozen=True)
class Merge:
    """A merged range, or another rectangle of cells, 0-based, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def covers(self, row: int, column: int) -> bool:
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


@dataclass(frozen=True)
class RawSheet:
    """One sheet; ``rows`` start at A1 and may be ragged, without blank rows and cells at their end.

    ``unread``: cells that look blank here but are not, by name ("D12"), with their finding code:
    FORMULA_WITHOUT_VALUE, ERROR_CELL, NOT_FINITE. ``hidden_rows`` and ``hidden_columns`` are
    0-based and reach no further than the values. ``reads_empty``: the file has values in this
    sheet, but the reader gave none.
    """

    name: str
    rows: tuple[tuple[RawValue, ...], ...]
    unread: Mapping[str, str] = field(default_factory=dict)
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()
    reads_empty: bool = False

    def value(self, row: int, column: int) -> RawValue:
        """The value at 0-based row and column; None outside."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """Every cell that holds text: row, column, text."""
        for row, values in enumerate(self.rows):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    yield row, column, value


@dataclass(frozen=True)
class RawWorkbook:
    """A readable file's sheets, in order. ``encoding`` is that of a csv file, else empty."""

    sheets: tuple[RawSheet, ...]
    kind: FileKind = FileKind.XLSX
    has_macros: bool = False
    dates_from_1904: bool = False
    encoding: str = ""

    def sheet(self, name: str) -> RawSheet | None:
        return next((one for one in self.sheets if one.name.strip() == name), None)


@dataclass(frozen=True)
class Unreadable:
    """Why a file cannot be read: a finding code, and what its text names."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def cell_name(row: int, column: int) -> str:
    """0-based row and column as people write them: (11, 3) → "D12"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def plain_text(value: RawValue) -> str:
    """A value as the sender would read it; whole floats without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
