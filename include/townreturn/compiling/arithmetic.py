"""Adding up and comparing, exactly: what makes an amount, a total and a percentage."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from townreturn.compiling.ledger import Ledger
from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.form import Across, Indicator, OverTime
from townreturn.domain.percentages import in_pct
from townreturn.domain.period import Period
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    ReturnCell,
)


def build_cell(
    ledger: Ledger, indicator: Indicator, category: str, period: Period, breaks: Sequence[Break] = ()
) -> ReturnCell:
    """One category's cell with all it is compared against; ``breaks`` may be of other categories too."""
    return _cell(
        category,
        indicator,
        period,
        [one for one in breaks if one.category in ("", category)],
        current=ledger.amount(period, category, indicator.code),
        previous=ledger.amount(period.previous, category, indicator.code),
        year_ago=ledger.amount(period.year_ago, category, indicator.code),
        ytd=year_to_date_of(ledger, indicator, category, period),
        ytd_year_ago=year_to_date_of(ledger, indicator, category, period.year_ago),
        ytd_previous=year_to_date_before(ledger, indicator, category, period),
    )


def build_total(
    indicator: Indicator, cells: Sequence[ReturnCell], period: Period, breaks: Sequence[Break] = ()
) -> ReturnCell | None:
    """The total across the categories' cells; None for a memo indicator, which never adds up.

    Every break concerns it: of a category that it contains, and of one that has come or gone.
    """
    if indicator.across is Across.NEVER:
        return None
    return _cell(
        TOTAL,
        indicator,
        period,
        breaks,
        current=add_up([cell.current for cell in cells]),
        previous=add_up([cell.previous for cell in cells]),
        year_ago=add_up([cell.year_ago for cell in cells]),
        ytd=add_up([cell.ytd for cell in cells]),
        ytd_year_ago=add_up([cell.ytd_year_ago for cell in cells]),
        ytd_previous=add_up([cell.ytd_previous for cell in cells]),
    )


def year_to_date_of(ledger: Ledger, indicator: Indicator, category: str, period: Period) -> Amount:
    """本年累计: flows add over periods 01..N, a stock is its first or last balance."""
    parts = [ledger.amount(one, category, indicator.code) for one in _parts(indicator, period)]
    return add_up(parts) if indicator.over_time is OverTime.SUM else parts[0]


def _parts(indicator: Indicator, period: Period) -> tuple[Period, ...]:
    """The periods whose figures make the year to date of one."""
    if indicator.over_time is OverTime.SUM:
        return period.year_to_date
    return (period.year_to_date[0] if indicator.over_time is OverTime.FIRST else period,)


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
    return Change(ChangeStatus.RATIO, in_pct(Fraction(amount.value - base.value) / Fraction(base.value)))


def _cell(
    category: str, indicator: Indicator, period: Period, breaks: Sequence[Break], **amounts: Amount
) -> ReturnCell:
    """The cell with its comparisons: none across a break, and a year to date across one is marked."""

    def compared(amount: Amount, base: Amount, *periods: Period) -> Change:
        is_divided = any(one.divides(periods) for one in breaks)
        return Change(ChangeStatus.INCOMPARABLE) if is_divided else compare(amount, base)

    year, last_year = _parts(indicator, period), _parts(indicator, period.year_ago)
    before = _parts(indicator, period.previous) if period.month > 1 else ()
    amounts["ytd"] = _marked(amounts["ytd"], year, breaks)
    amounts["ytd_year_ago"] = _marked(amounts["ytd_year_ago"], last_year, breaks)
    amounts["ytd_previous"] = _marked(amounts["ytd_previous"], before, breaks)
    return ReturnCell(
        category=category,
        indicator=indicator.code,
        month_on_month=compared(amounts["current"], amounts["previous"], period, period.previous),
        year_on_year=compared(amounts["current"], amounts["year_ago"], period, period.year_ago),
        ytd_year_on_year=compared(amounts["ytd"], amounts["ytd_year_ago"], *year, *last_year),
        **amounts,
    )


def _marked(amount: Amount, periods: Sequence[Period], breaks: Sequence[Break]) -> Amount:
    """A sum over a break is told, for it was done, and marked, for it is of no one scope.

    A period of another length is no other scope: the days add up all the same.
    """
    is_divided = any(one.divides(periods) for one in breaks if one.kind is not BreakKind.LENGTH)
    if not is_divided or amount.value is None or not amount.is_complete:
        return amount
    return replace(amount, status=AmountStatus.CHANGED_SCOPE)
