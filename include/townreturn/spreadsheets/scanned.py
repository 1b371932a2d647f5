"""What the scan of a sheet's own XML or records finds, beside the values that the reader gives."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite

from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import MERGES, SHEET_CELLS, SHEET_COLUMNS, SHEET_ROWS, SHEETS
from townreturn.spreadsheets.workbook import Merge, RawSheet, RawValue, cell_name


@dataclass
class Marks:
    """What was found in one sheet; all places are 0-based (row, column).

    ``certain``: cells that must come back from the reader with a value.
    """

    unread: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    filled: set[tuple[int, int]] = field(default_factory=set)
    certain: set[tuple[int, int]] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1

    def reach(self, row: int, column: int) -> None:
        """The sheet's values go as far as this. Raises CannotRead(CELLS_REACH_TOO_FAR)."""
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
        if (
            self.last_row >= SHEET_ROWS
            or self.last_column >= SHEET_COLUMNS
            or (self.last_row + 1) * (self.last_column + 1) > SHEET_CELLS
        ):
            raise CannotRead("CELLS_REACH_TOO_FAR")

    def fill(self, row: int, column: int, fault: str = "", *, is_certain: bool = True) -> None:
        """A cell holds something; ``fault`` when that is no value. Raises CannotRead(CELL_TWICE)."""
        self.reach(row, column)
        if (row, column) in self.filled:
            raise CannotRead("CELL_TWICE", cell_name(row, column))
        self.filled.add((row, column))
        if fault:
            self.unread[row, column] = fault
        elif is_certain:
            self.certain.add((row, column))

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        self.merges.append(Merge(first_row, first_column, last_row, last_column))
        if len(self.merges) > MERGES:
            raise CannotRead("MERGES_TOO_MANY")


def sheet_of(name: str, is_hidden: bool, marks: Marks, rows: list[list[RawValue]]) -> RawSheet:
    """A sheet from what the reader gave and the scan found; blank ends are trimmed.

    Raises CannotRead(VALUES_LOST) when the reader gave some of the values that stand in the file, but not all.
    """
    for row, column in marks.unread:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = ""
    is_lost = any(not _has_value(rows, *place) for place in marks.certain)
    trimmed = _trim(rows)
    if is_lost and trimmed:
        raise CannotRead("VALUES_LOST", name)
    width = max(map(len, trimmed), default=0)
    return RawSheet(
        name=name,
        rows=tuple(trimmed),
        unread={cell_name(row, column): code for (row, column), code in marks.unread.items()},
        is_hidden=is_hidden,
        hidden_rows=frozenset(row for row in marks.hidden_rows if row < len(trimmed)),
        hidden_columns=columns_within(marks.hidden_columns, width),
        merges=tuple(marks.merges),
        reads_empty=is_lost,
    )


def _has_value(rows: list[list[RawValue]], row: int, column: int) -> bool:
    return row < len(rows) and column < len(rows[row]) and rows[row][column] != ""


def columns_within(ranges: Iterable[tuple[int, int]], width: int) -> frozenset[int]:
    """The columns of these ranges, no further than the values reach."""
    return frozenset(column for first, last in ranges for column in range(first, min(last + 1, width)))


def _trim(rows: list[list[RawValue]]) -> list[tuple[RawValue, ...]]:
    """Rows without blanks at their ends."""
    trimmed: list[tuple[RawValue, ...]] = []
    for row in rows:
        while row and row[-1] == "":
            row.pop()
        trimmed.append(tuple([None if value == "" else value for value in row]))
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def mark_not_finite(rows: list[list[RawValue]], marks: Marks) -> None:
    """Numbers that are none: they have no JSON, and no sum."""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, float) and not isfinite(value):
                marks.unread[row, column] = "NOT_FINITE"
                marks.certain.discard((row, column))


def check_names(names: Iterable[str]) -> None:
    """Sheet names as Excel knows them apart. Raises CannotRead: SHEETS_TOO_MANY, SHEET_NAME_TWICE."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise CannotRead("SHEET_NAME_TWICE", name)
        seen.add(name.casefold())
    if len(seen) > SHEETS:
        raise CannotRead("SHEETS_TOO_MANY")
