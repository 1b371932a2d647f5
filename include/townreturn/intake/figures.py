"""One cell of the statistics table → a figure, and what is wrong with it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from townreturn.domain.findings import CellRef, Finding
from townreturn.domain.form import Indicator
from townreturn.domain.submission import Figure, FigureState
from townreturn.intake.faults import fault, notice
from townreturn.intake.labels import cell_ref
from townreturn.intake.numbers import Reading, is_blank, read_number
from townreturn.spreadsheets.workbook import RawSheet, RawValue, plain_text

_ZERO = Decimal(0)
_PLAIN_DIGITS = re.compile(r" *-?\d+(?:\.\d+)? *", re.ASCII)
"""How a csv file holds any number: there it is no text that was read as one."""


@dataclass(frozen=True)
class CategoryColumn:
    """The column in which one category's figures stand; findings are gathered while it is read."""

    raw: RawSheet
    column: int
    category: str
    zero_return: bool
    is_csv: bool
    merged_rows: frozenset[int]
    findings: list[Finding]


def read_figure(column: CategoryColumn, row: int, indicator: Indicator) -> Figure:
    """The indicator's figure; never a zero or a blank because the cell could not be read."""
    raw, value = column.raw, column.raw.value(row, column.column)
    if row in column.merged_rows:  # neither a number of its own nor blank; the merge itself is the finding
        at = cell_ref(raw.name, row, column.column)
        return Figure(indicator.code, None, FigureState.UNREADABLE, plain_text(value), at)
    if isinstance(value, float) and not raw.unread:
        figure = _number_cell(value, indicator.code, column.zero_return, raw.name, row, column.column)
        if figure is not None:
            return figure
    at = cell_ref(raw.name, row, column.column)
    if raw.unread and at.cell in raw.unread:
        return _unreadable(column, indicator, at, "", Reading(None, raw.unread[at.cell]))
    if is_blank(value):
        is_zero = column.zero_return and not indicator.is_stock
        state = FigureState.ZERO if is_zero else FigureState.BLANK
        return Figure(indicator.code, _ZERO if is_zero else None, state, plain_text(value), at)
    return _read_filled(column, indicator, at, value)


@lru_cache(maxsize=8192)
def _number_cell(value: float, indicator: str, zero_return: bool, sheet: str, row: int, column: int) -> Figure | None:
    """A cell that holds a sound number; kept, because the same small numbers fill the same cells everywhere."""
    number = read_number(value).value
    if number is None:
        return None
    return _filled(indicator, number, zero_return, plain_text(value), cell_ref(sheet, row, column))


def _read_filled(column: CategoryColumn, indicator: Indicator, at: CellRef, value: RawValue) -> Figure:
    reading, raw = read_number(value, indicator.unit), plain_text(value)
    if reading.value is None:
        return _unreadable(column, indicator, at, raw, reading)
    if reading.notice and not (column.is_csv and _PLAIN_DIGITS.fullmatch(raw)):
        _tell(column, indicator, at, raw, reading)
    return _filled(indicator.code, reading.value, column.zero_return, raw, at)


def _filled(indicator: str, value: Decimal, zero_return: bool, raw: str, at: CellRef) -> Figure:
    state = FigureState.ZERO if zero_return and not value else FigureState.REPORTED
    return Figure(indicator, value, state, raw, at)


def _unreadable(column: CategoryColumn, indicator: Indicator, at: CellRef, raw: str, reading: Reading) -> Figure:
    details = {"label": indicator.label, "unit": indicator.unit, "written": reading.unit}
    found = fault(reading.fault, at, raw, category=column.category, indicator=indicator.code, **details)
    column.findings.append(found)
    return Figure(indicator.code, None, FigureState.UNREADABLE, raw, at)


def _tell(column: CategoryColumn, indicator: Indicator, at: CellRef, raw: str, reading: Reading) -> None:
    """What the accepted text was read as."""
    details = {"label": indicator.label, "number": f"{reading.value:f}"}
    found = notice(reading.notice, at, raw, category=column.category, indicator=indicator.code, **details)
    column.findings.append(found)
