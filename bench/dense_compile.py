"""The cells of many towns and periods at once, over dense arrays: what ``compiling.compile_cells`` gives, exactly.

Amounts are whole numbers of an indicator's smallest unit. Every array begins with the axes period and town (a province
has one town); the columns are those of ``drawn_figures.Columns``, then the totals. One plan without breaks is in force
for all periods: whatever compares across a break is left to ``compile_cells``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from bench.drawn_figures import Columns, Flags, Numbers
from numpy.typing import NDArray

from townreturn.domain.form import Across, OverTime
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Change, ChangeStatus, ReturnCell

Codes = NDArray[np.int8]
Counts = NDArray[np.int32]

STATUSES = (AmountStatus.REPORTED, AmountStatus.ZERO, AmountStatus.MISSING, AmountStatus.INCOMPLETE)
_REPORTED, _ZERO, _MISSING, _INCOMPLETE = range(4)
CHANGES = (ChangeStatus.RATIO, ChangeStatus.ZERO_BASE, ChangeStatus.INCOMPARABLE)
_RATIO, _ZERO_BASE, _INCOMPARABLE = range(3)
_LARGEST = 2**63 // 4_000
"""Beyond this a change in tenths of a per cent does not fit; in 万元 it is twenty times the world's product."""


@dataclass(frozen=True)
class Amounts:
    """Parallel arrays; ``value`` is 0 where nothing was reported. ``reported`` of ``expected`` parts are complete."""

    value: Numbers
    status: Codes
    reported: Counts
    expected: Counts

    def at(self, place: tuple[int, ...] | int) -> "Amounts":
        return Amounts(self.value[place], self.status[place], self.reported[place], self.expected[place])

    @property
    def is_complete(self) -> Flags:
        return (self.reported == self.expected) & (self.status != _MISSING)

    @classmethod
    def room(cls, shape: tuple[int, ...]) -> "Amounts":
        counts = np.zeros(shape, np.int32), np.ones(shape, np.int32)
        return cls(np.zeros(shape, np.int64), np.full(shape, _MISSING, np.int8), *counts)

    def put(self, place: object, one: "Amounts") -> None:
        for own, other in zip(vars(self).values(), vars(one).values(), strict=True):
            own[place] = other


@dataclass(frozen=True)
class Changes:
    """``tenths`` of a per cent, 0 unless a ratio."""

    status: Codes
    tenths: Numbers


@dataclass(frozen=True)
class DenseCells:
    """All cells: (category or TOTAL, indicator) by column, and by name the three comparisons."""

    periods: Sequence[Period]
    names: tuple[tuple[str, str], ...]
    decimals: tuple[int, ...]
    current: Amounts
    ytd: Amounts
    changes: dict[str, Changes]


def compile_dense(
    columns: Columns, periods: Sequence[Period], values: Numbers, reported: Flags, zero: Flags
) -> DenseCells:  # fmt: skip
    """From what was accepted: period × town × column; ``zero`` where a zero return stands for it."""
    totals = _Totals(columns)
    shape = (*values.shape[:2], values.shape[2] + len(totals.indicators))
    current, ytd = Amounts.room(shape), Amounts.room(shape)
    own = slice(None, values.shape[2])
    for number, period in enumerate(periods):
        month = _amounts(values[number], reported[number], zero[number])
        current.put((number, slice(None), own), month)
        before = ytd.at(number - 1).at((slice(None), own)) if number else None
        ytd.put((number, slice(None), own), _advance(columns, period, month, before, values.shape[2]))
        for amounts in (current, ytd):
            totals.add(amounts.at(number))
    names = (*((category, one.code) for category, one in columns.cells), *((TOTAL, one) for one in totals.indicators))
    decimals = tuple(columns.form.by_code[code].decimals for _, code in names)
    return DenseCells(periods, names, decimals, current, ytd, _changes(current, ytd))


def add_towns(cells: DenseCells) -> DenseCells:
    """One more level, of one town: towns are to a province what categories are to a total."""
    current, ytd = _add_up(cells.current, axis=1), _add_up(cells.ytd, axis=1)
    return DenseCells(cells.periods, cells.names, cells.decimals, current, ytd, _changes(current, ytd))


def join_shares(shares: Sequence[DenseCells]) -> DenseCells:
    """The province of all towns from those of some each, without the towns' cells at once."""
    current, ytd = (_join([one.current for one in shares]), _join([one.ytd for one in shares]))
    first = shares[0]
    return DenseCells(first.periods, first.names, first.decimals, current, ytd, _changes(current, ytd))


def _join(shares: Sequence[Amounts]) -> Amounts:
    """As if their parts had been added up at once."""
    value, status, reported, expected = map(np.stack, zip(*map(_arrays, shares), strict=True))
    reported, expected = reported.sum(axis=0, dtype=np.int32), expected.sum(axis=0, dtype=np.int32)
    whole = np.where((status == _ZERO).all(axis=0), _ZERO, _REPORTED)
    parted = np.where((status != _MISSING).any(axis=0), _INCOMPLETE, _MISSING)
    return Amounts(
        value.sum(axis=0), np.where(reported == expected, whole, parted).astype(np.int8), reported, expected
    )  # fmt: skip


def _arrays(amounts: Amounts) -> tuple[NDArray[np.integer], ...]:  # type: ignore[type-arg]
    return amounts.value, amounts.status, amounts.reported, amounts.expected


def _amounts(values: Numbers, reported: Flags, zero: Flags) -> Amounts:
    status = np.where(reported, np.where(zero, _ZERO, _REPORTED), _MISSING).astype(np.int8)
    return Amounts(np.where(reported, values, 0), status, reported.astype(np.int32), np.ones_like(status, np.int32))


def _advance(columns: Columns, period: Period, month: Amounts, before: Amounts | None, count: int) -> Amounts:
    """本年累计 of one period from that of the one before: flows add, stocks keep the first or take the last."""
    over_time = np.array([one.over_time for _, one in columns.cells])
    flows, firsts = over_time == OverTime.SUM, over_time == OverTime.FIRST
    ytd = Amounts(*(one.copy() for one in _arrays(month)))
    if period.month == 1:
        return ytd
    if before is None:  # nothing is known of the year before this
        before = Amounts.room((len(month.value), count))
        before.expected[:, flows] = period.month - 1
    ytd.value[:, flows] += before.value[:, flows]
    ytd.reported[:, flows] += before.reported[:, flows]
    ytd.expected[:, flows] += before.expected[:, flows]
    all_zero = (month.status == _ZERO) & (before.status == _ZERO)
    whole = np.where(all_zero, _ZERO, _REPORTED)
    status = np.where(ytd.reported == ytd.expected, whole, np.where(ytd.reported == 0, _MISSING, _INCOMPLETE))
    ytd.status[:, flows] = status[:, flows]
    ytd.put((slice(None), firsts), before.at((slice(None), firsts)))  # type: ignore[arg-type]
    return ytd


class _Totals:
    """The columns behind the categories': 合计 of every indicator that adds up across them."""

    def __init__(self, columns: Columns) -> None:
        self.indicators = [one.code for one in columns.form.indicators if one.across is not Across.NEVER]
        self._parts = np.array([columns.of(one) for one in self.indicators])  # total × category

    def add(self, amounts: Amounts) -> None:
        """Fill in the totals of one period: town × column."""
        parts = amounts.at((slice(None), self._parts))  # type: ignore[arg-type]
        amounts.put((slice(None), slice(-len(self.indicators), None)), _add_up(parts, axis=2))


def _add_up(parts: Amounts, axis: int) -> Amounts:
    """See ``arithmetic.add_up``; with ``axis=1`` the axis of towns stays, of length 1."""
    keep, count = axis == 1, parts.value.shape[axis]
    reported = parts.is_complete.sum(axis=axis, keepdims=keep, dtype=np.int32)
    is_known = (parts.status != _MISSING).any(axis=axis, keepdims=keep)
    all_zero = (parts.status == _ZERO).all(axis=axis, keepdims=keep)
    status = np.where(
        reported == count, np.where(all_zero, _ZERO, _REPORTED), np.where(is_known, _INCOMPLETE, _MISSING)
    )
    value = parts.value.sum(axis=axis, keepdims=keep)
    return Amounts(value, status.astype(np.int8), reported, np.full(value.shape, count, np.int32))


def _changes(current: Amounts, ytd: Amounts) -> dict[str, Changes]:
    return {
        "month_on_month": _against(current, 1),
        "year_on_year": _against(current, 12),
        "ytd_year_on_year": _against(ytd, 12),
    }


def _against(amounts: Amounts, steps: int) -> Changes:
    """环比 or 同比: each period with the one so many before; with none there nothing compares."""
    status = np.full(amounts.value.shape, _INCOMPARABLE, np.int8)
    tenths = np.zeros(amounts.value.shape, np.int64)
    for number in range(steps, len(status)):
        status[number], tenths[number] = _compare(amounts.at(number), amounts.at(number - steps))
    return Changes(status, tenths)


def _compare(now: Amounts, base: Amounts) -> tuple[Codes, Numbers]:
    """In tenths of a per cent, half up (away from zero), without a fraction in between."""
    if max(np.abs(now.value).max(initial=0), np.abs(base.value).max(initial=0)) > _LARGEST:
        raise OverflowError("amounts too large for a comparison in whole numbers")
    comparable = now.is_complete & base.is_complete
    status = np.where(comparable, np.where(base.value == 0, _ZERO_BASE, _RATIO), _INCOMPARABLE).astype(np.int8)
    divisor = np.where(status == _RATIO, np.abs(base.value), 1)
    difference = np.where(status == _RATIO, now.value - base.value, 0)
    rounded = (np.abs(difference) * 2_000 + divisor) // (2 * divisor)
    return status, rounded * np.sign(difference) * np.sign(np.where(status == _RATIO, base.value, 1))


def cell_of(cells: DenseCells, number: int, town: int, column: int) -> ReturnCell:
    """One cell as the return has it, for whoever wants to compare."""
    parts = int(cells.current.expected[number, town, column])  # of a period of which nothing is known

    def amount(amounts: Amounts, period: int) -> Amount:
        if period < 0:
            return Amount(None, AmountStatus.MISSING, 0, parts if amounts is cells.current else expected)
        status = STATUSES[amounts.status[period, town, column]]
        value = Decimal(int(amounts.value[period, town, column])).scaleb(-cells.decimals[column])
        counts = int(amounts.reported[period, town, column]), int(amounts.expected[period, town, column])
        return Amount(None if status is AmountStatus.MISSING else value, status, *counts)

    def change(name: str) -> Change:
        one = cells.changes[name]
        status = CHANGES[one.status[number, town, column]]
        tenths = Decimal(int(one.tenths[number, town, column])).scaleb(-1)
        return Change(status, tenths if status is ChangeStatus.RATIO else None)

    expected = int(cells.ytd.expected[number, town, column])
    category, indicator = cells.names[column]
    before = amount(cells.ytd, number - 1)
    if cells.periods[number].month == 1:
        none = parts if category == TOTAL else 0
        before = Amount(Decimal(0), AmountStatus.REPORTED, none, none)
    elif number == 0 and category != TOTAL and cells.ytd.expected[number, town, column] > 1:
        before = Amount(None, AmountStatus.MISSING, 0, expected - 1)
    return ReturnCell(
        category, indicator, amount(cells.current, number), amount(cells.ytd, number),
        amount(cells.current, number - 1), amount(cells.current, number - 12), amount(cells.ytd, number - 12), before,
        *(change(name) for name in ("month_on_month", "year_on_year", "ytd_year_on_year")),
    )  # fmt: skip
