"""The second gate: what must hold of every compiled return before anyone is asked to approve it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from townreturn.checks.batch import run_batch
from townreturn.checks.suites import Rule, load_suite
from townreturn.domain.errors import Broken
from townreturn.domain.form import Form, Indicator, OverTime
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, ReturnCell, TownReturn

if TYPE_CHECKING:
    import pandas as pd

GATE_COLUMNS = (
    "current", "current_parts", "ytd", "ytd_parts", "flow_ytd", "flow_ytd_expected",
    "value_while_missing", "reported", "reported_parts",
)  # fmt: skip


class EarlierFigure(Protocol):
    """A figure of an earlier period; grain (period, category, indicator)."""

    @property
    def category(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def value(self) -> Decimal: ...


def check_return(town_return: TownReturn, earlier: Iterable[EarlierFigure], form: Form, suite: Path) -> None:
    """Raises Broken, naming every cell, when a rule of the suite file does not hold.

    ``earlier`` are the figures of the year's earlier periods, as they are published now.
    """
    frame = build_gate_frame(town_return, earlier, form)
    rules = load_suite(suite, ("category", "indicator")).in_force(Period(town_return.period))
    failures = run_batch(frame, rules)
    if failures:
        cells = [
            failure.rule.say(**_named(failure.rule, town_return.cells[row], frame.loc[row].to_dict()))
            for failure in failures
            for row in failure.rows
        ]
        raise Broken("GATE_NOT_PASSED", period=town_return.period, cells="；".join(cells))


def _named(rule: Rule, cell: ReturnCell, row: dict[Any, object]) -> dict[str, object]:
    columns = {name: row[name] for name in rule.columns}
    return {**columns, "category": cell.category, "indicator": cell.indicator}


def build_gate_frame(town_return: TownReturn, earlier: Iterable[EarlierFigure], form: Form) -> "pd.DataFrame":
    """One row a cell of the return, in its order; amounts in the indicator's smallest unit."""
    import pandas as pd

    before = _add_up(earlier, {cell.category for cell in town_return.cells})
    rows = [_gate_row(town_return, before, cell, form.by_code[cell.indicator]) for cell in town_return.cells]
    return pd.DataFrame(rows, columns=list(GATE_COLUMNS), dtype="float64")


def _gate_row(
    town_return: TownReturn, before: Mapping[tuple[str, str], Decimal], cell: ReturnCell, indicator: Indicator
) -> dict[str, float | None]:
    amounts = [cell.current, cell.ytd, cell.previous, cell.year_ago]
    row: dict[str, float | None] = {
        "current": _scaled(cell.current.value, indicator),
        "ytd": _scaled(cell.ytd.value, indicator),
        "value_while_missing": 1.0 if any(_is_contradictory(amount) for amount in amounts) else None,
    }
    if cell.category == TOTAL:
        parts = [one for one in town_return.cells if one.indicator == cell.indicator and one.category != TOTAL]
        row["current_parts"] = _sum(parts, indicator, lambda one: one.current)
        row["ytd_parts"] = _sum(parts, indicator, lambda one: one.ytd)
        row["reported"] = float(cell.current.reported)
        row["reported_parts"] = float(sum(part.current.is_complete for part in parts))
    if indicator.over_time is OverTime.SUM:
        row["flow_ytd"], row["flow_ytd_expected"] = row["ytd"], _scaled(_advanced(cell, before), indicator)
    return row


def _add_up(earlier: Iterable[EarlierFigure], categories: Collection[str]) -> dict[tuple[str, str], Decimal]:
    """(category or total, indicator) → the sum over the year's earlier periods.

    Added up here from single figures, so that an error of the compiling step cannot hide itself. A
    total is that of the categories on the page: one that the plan has given up is in it no more.
    """
    sums: dict[tuple[str, str], Decimal] = {}
    for one in earlier:
        if one.category not in categories:
            continue
        for category in (one.category, TOTAL):
            place = category, one.indicator
            sums[place] = sums.get(place, Decimal(0)) + one.value
    return sums


def _advanced(cell: ReturnCell, before: Mapping[tuple[str, str], Decimal]) -> Decimal | None:
    """The year's earlier periods plus this one; None when nothing was reported."""
    values = [before.get((cell.category, cell.indicator)), cell.current.value]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if cell.ytd.value is not None and known else None


def _sum(parts: list[ReturnCell], indicator: Indicator, amount: Callable[[ReturnCell], Amount]) -> float | None:
    values = [value for part in parts if (value := amount(part).value) is not None]
    return _scaled(sum(values, Decimal(0)), indicator) if values else None


def _scaled(value: Decimal | None, indicator: Indicator) -> float | None:
    return None if value is None else float(value.scaleb(indicator.decimals))


def _is_contradictory(amount: Amount) -> bool:
    return (amount.value is None) != (amount.status is AmountStatus.MISSING)
