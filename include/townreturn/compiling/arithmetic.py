"""Adding up and comparing, exactly: what makes an amount, a total and a percentage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from townreturn.domain.form import Across, Indicator, OverTime
from townreturn.domain.period import Period
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    ReturnCell,
)

MISSING = Amount(None, AmountStatus.MISSING, 0, 1)


@dataclass(frozen=True)
class ReportedValue:
    """A figure of an accepted report; ``confirmed_zero`` when a zero return stands for it."""

    value: Decimal
    confirmed_zero: bool


Ledger = Mapping[tuple[str, str, str], ReportedValue]
"""Every accepted figure: (period, category, indicator) → value."""


def build_cell(ledger: Ledger, indicator: Indicator, category: str, period: Period) -> ReturnCell:
    """One category's cell with all it is compared against."""
    return _cell(
        category,
        indicator,
        current=amount_of(ledger, indicator, category, period),
        previous=amount_of(ledger, indicator, category, period.previous),
        year_ago=amount_of(ledger, indicator, category, period.year_ago),
        ytd=year_to_date_of(ledger, indicator, category, period),
        ytd_year_ago=year_to_date_of(ledger, indicator, category, period.year_ago),
        ytd_previous=year_to_date_before(ledger, indicator, category, period),
    )


def build_total(indicator: Indicator, cells: Sequence[ReturnCell]) -> ReturnCell | None:
    """The total across the categories' cells; None for a memo indicator, which never adds up."""
    if indicator.across is Across.NEVER:
        return None
    return _cell(
        TOTAL,
        indicator,
        current=add_up([cell.current for cell in cells]),
        previous=add_up([cell.previous for cell in cells]),
        year_ago=add_up([cell.year_ago for cell in cells]),
        ytd=add_up([cell.ytd for cell in cells]),
        ytd_year_ago=add_up([cell.ytd_year_ago for cell in cells]),
        ytd_previous=add_up([cell.ytd_previous for cell in cells]),
    )


def amount_of(ledger: Ledger, indicator: Indicator, category: str, period: Period) -> Amount:
    """One period's figure; missing when there is no accepted report, never zero."""
    found = ledger.get((period.key, category, indicator.code))
    if found is None:
        return MISSING
    return Amount(found.value, AmountStatus.ZERO if found.confirmed_zero else AmountStatus.REPORTED, 1, 1)


def year_to_date_of(ledger: Ledger, indicator: Indicator, category: str, period: Period) -> Amount:
    """本年累计: flows add over periods 01..N, a stock is its first or last balance."""
    if indicator.over_time is OverTime.SUM:
        return add_up([amount_of(ledger, indicator, category, one) for one in period.year_to_date])
    chosen = period.year_to_date[0] if indicator.over_time is OverTime.FIRST else period
    return amount_of(ledger, indicator, category, chosen)


def year_to_date_before(ledger: Ledger, indicator: Indicator, category: str, period: Period) -> Amount:
    """上期累计 within the same year; a complete zero before the first period of a year."""
    if period.month == 1:
        return Amount(Decimal(0), AmountStatus.REPORTED, 0, 0)
    return year_to_date_of(ledger, indicator, category, period.previous)


def add_up(parts: Sequence[Amount]) -> Amount:
    """The sum of what was reported; it is complete only when every part is."""
    values = [part.value for part in parts if part.value is not None]
    reported = sum(part.is_complete for part in parts)
    if not values:
        return Amount(None, AmountStatus.MISSING, 0, len(parts))
    status = AmountStatus.INCOMPLETE
    if reported == len(parts):
        all_zero_returns = all(part.status is AmountStatus.ZERO for part in parts)
        status = AmountStatus.ZERO if all_zero_returns else AmountStatus.REPORTED
    return Amount(sum(values, Decimal(0)), status, reported, len(parts))


def compare(amount: Amount, base: Amount) -> Change:
    """Relative change in per cent, one decimal, half up; 不可比 unless both sides are complete."""
    if amount.value is None or base.value is None or not (amount.is_complete and base.is_complete):
        return Change(ChangeStatus.INCOMPARABLE)
    if base.value == 0:
        return Change(ChangeStatus.ZERO_BASE)
    ratio = (amount.value - base.value) * 100 / base.value
    return Change(ChangeStatus.RATIO, ratio.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _cell(category: str, indicator: Indicator, **amounts: Amount) -> ReturnCell:
    return ReturnCell(
        category=category,
        indicator=indicator.code,
        month_on_month=compare(amounts["current"], amounts["previous"]),
        year_on_year=compare(amounts["current"], amounts["year_ago"]),
        ytd_year_on_year=compare(amounts["ytd"], amounts["ytd_year_ago"]),
        **amounts,
    )
