"""A workbook as the reader gives it: sheets of plain values, nothing interpreted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

RawValue = str | int | float | bool | date | datetime | time | None


@dataclass(frozen=True)
class RawSheet:
    """One sheet; ``rows`` start at A1 and may be ragged.

    ``unread``: cells that look blank here but are not, by name ("D12"), with their finding code.
    """

    name: str
    rows: tuple[tuple[RawValue, ...], ...]
    unread: Mapping[str, str] = field(default_factory=dict)

    def value(self, row: int, column: int) -> RawValue:
        """The value at 0-based row and column; None outside."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def places_of(self, text: str) -> Iterator[tuple[int, int]]:
        """Where cells hold exactly this text, reading order."""
        for row, values in enumerate(self.rows):
            for column, value in enumerate(values):
                if isinstance(value, str) and value.strip() == text:
                    yield row, column


@dataclass(frozen=True)
class RawWorkbook:
    """A readable file's sheets, in order."""

    sheets: tuple[RawSheet, ...]

    def sheet(self, name: str) -> RawSheet | None:
        return next((one for one in self.sheets if one.name.strip() == name), None)


@dataclass(frozen=True)
class Unreadable:
    """Why a file cannot be read: a finding code."""

    code: str


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


def storable(text: str) -> str:
    """Text from outside without what no database takes: NUL becomes U+FFFD, a lone surrogate a question mark."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
