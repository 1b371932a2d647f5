"""The second gate: what must hold of every compiled return before anyone is asked to approve it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def check_return(town_return: TownReturn, previous: TownReturn | None, form: Form, suite: Path) -> None:
    """Raises Broken, naming every cell, when a rule of the suite file does not hold.

    ``previous`` is the return published for the period before in the same year, if there is one.
    """
    frame = build_gate_frame(town_return, previous, form)
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


def build_gate_frame(town_return: TownReturn, previous: TownReturn | None, form: Form) -> "pd.DataFrame":
    """One row a cell of the return, in its order; amounts in the indicator's smallest unit."""
    import pandas as pd

    rows = [_gate_row(town_return, previous, cell, form.by_code[cell.indicator]) for cell in town_return.cells]
    return pd.DataFrame(rows, columns=list(GATE_COLUMNS), dtype="float64")


def _gate_row(
    town_return: TownReturn, previous: TownReturn | None, cell: ReturnCell, indicator: Indicator
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
        row["reported_parts"] = float(sum(part.current.value is not None for part in parts))
    if indicator.over_time is OverTime.SUM:
        row["flow_ytd"], row["flow_ytd_expected"] = row["ytd"], _scaled(_advanced(cell, previous), indicator)
    return row


def _advanced(cell: ReturnCell, previous: TownReturn | None) -> Decimal | None:
    """上期累计 as it was published (else as compiled) plus this period; None when nothing was reported."""
    before = cell.ytd_previous.value
    published = previous.cell(cell.category, cell.indicator) if previous else None
    if published is not None:
        before = published.ytd.value
    values = [value for value in (before, cell.current.value) if value is not None]
    return sum(values, Decimal(0)) if cell.ytd.value is not None and values else None


def _sum(parts: list[ReturnCell], indicator: Indicator, amount: Callable[[ReturnCell], Amount]) -> float | None:
    values = [value for part in parts if (value := amount(part).value) is not None]
    return _scaled(sum(values, Decimal(0)), indicator) if values else None


def _scaled(value: Decimal | None, indicator: Indicator) -> float | None:
    return None if value is None else float(value.scaleb(indicator.decimals))


def _is_contradictory(amount: Amount) -> bool:
    return (amount.value is None) != (amount.status is AmountStatus.MISSING)
