"""The second gate: what must hold of every compiled return before anyone is asked to approve it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from townreturn.checks.batch import run_batch
from townreturn.checks.suites import Rule, Suite, load_suite
from townreturn.domain.errors import Broken
from townreturn.domain.form import Form, Indicator, OverTime
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, AmountStatus

if TYPE_CHECKING:
    import pandas as pd

GATE_COLUMNS = (
    "current", "current_parts", "ytd", "ytd_parts", "flow_ytd", "flow_ytd_expected",
    "value_while_missing", "reported", "reported_parts",
)  # fmt: skip


class GatedAmount(Protocol):
    """An amount as far as the gate looks at it; see ``domain.town_return.Amount``."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def status(self) -> AmountStatus: ...
    @property
    def reported(self) -> int: ...
    @property
    def expected(self) -> int: ...


class GatedCell(Protocol):
    """A cell as far as the gate looks at it; grain (category or total, indicator)."""

    @property
    def category(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def current(self) -> GatedAmount: ...
    @property
    def ytd(self) -> GatedAmount: ...
    @property
    def previous(self) -> GatedAmount: ...
    @property
    def year_ago(self) -> GatedAmount: ...


class EarlierFigure(Protocol):
    """A figure of an earlier period; grain (period, category, indicator)."""

    @property
    def category(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def value(self) -> Decimal: ...


@dataclass(frozen=True)
class Gated:
    """The cells of a compiled return and what they are checked against: its form, and the figures of the year's
    earlier periods as they are published now."""

    period: str
    cells: Sequence[GatedCell]
    earlier: Iterable[EarlierFigure]
    form: Form


def check_returns(gated: Sequence[Gated], suite: Path) -> list[Broken | None]:
    """What keeps each return from being put to anyone, naming every cell; None for one that passes.

    One batch a period, however many towns: a batch costs as much as the rows of ten returns.
    """
    rules, cells = load_suite(suite, ("category", "indicator")), dict[int, list[str]]()
    for period in sorted({one.period for one in gated}):
        numbers = [number for number, one in enumerate(gated) if one.period == period]
        for place, cell in _failing_cells([gated[number] for number in numbers], rules.in_force(Period(period))):
            cells.setdefault(numbers[place], []).append(cell)
    return [
        Broken("GATE_NOT_PASSED", period=one.period, cells="；".join(cells[number])) if number in cells else None
        for number, one in enumerate(gated)
    ]


def _failing_cells(gated: Sequence[Gated], rules: Suite) -> Iterator[tuple[int, str]]:
    """Which of the returns, and what is wrong with one of its cells; of each in the suite's order."""
    frame = build_gate_frame(gated)
    cells = [(place, cell) for place, one in enumerate(gated) for cell in one.cells]
    for failure in run_batch(frame, rules):
        for row in failure.rows:
            place, cell = cells[row]
            yield place, failure.rule.say(**_named(failure.rule, cell, frame.loc[row].to_dict()))


def _named(rule: Rule, cell: GatedCell, row: dict[Any, object]) -> dict[str, object]:
    columns = {name: row[name] for name in rule.columns}
    return {**columns, "category": cell.category, "indicator": cell.indicator}


def build_gate_frame(gated: Sequence[Gated]) -> "pd.DataFrame":
    """One row a cell of the returns, in their order; amounts in the indicator's smallest unit."""
    import pandas as pd

    rows = [row for one in gated for row in _gate_rows(one)]
    return pd.DataFrame(rows, columns=list(GATE_COLUMNS), dtype="float64")


def _gate_rows(gated: Gated) -> Iterator[dict[str, float | None]]:
    cells, parts = gated.cells, dict[str, list[GatedCell]]()
    for cell in cells:
        if cell.category != TOTAL:
            parts.setdefault(cell.indicator, []).append(cell)
    before = _add_up(gated.earlier, {cell.category for cell in cells})
    for cell in cells:
        yield _gate_row(cell, parts.get(cell.indicator, []), before, gated.form.by_code[cell.indicator])


def _gate_row(
    cell: GatedCell, parts: list[GatedCell], before: Mapping[tuple[str, str], Decimal], indicator: Indicator
) -> dict[str, float | None]:
    amounts = [cell.current, cell.ytd, cell.previous, cell.year_ago]
    row: dict[str, float | None] = {
        "current": _scaled(cell.current.value, indicator),
        "ytd": _scaled(cell.ytd.value, indicator),
        "value_while_missing": 1.0 if any(_is_contradictory(amount) for amount in amounts) else None,
    }
    if cell.category == TOTAL:
        row["current_parts"] = _sum(parts, indicator, lambda one: one.current)
        row["ytd_parts"] = _sum(parts, indicator, lambda one: one.ytd)
        row["reported"] = float(cell.current.reported)
        row["reported_parts"] = float(sum(part.current.reported == part.current.expected for part in parts))
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


def _advanced(cell: GatedCell, before: Mapping[tuple[str, str], Decimal]) -> Decimal | None:
    """The year's earlier periods plus this one; None when nothing was reported."""
    values = [before.get((cell.category, cell.indicator)), cell.current.value]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if cell.ytd.value is not None and known else None


def _sum(parts: list[GatedCell], indicator: Indicator, amount: Callable[[GatedCell], GatedAmount]) -> float | None:
    values = [value for part in parts if (value := amount(part).value) is not None]
    return _scaled(sum(values, Decimal(0)), indicator) if values else None


def _scaled(value: Decimal | None, indicator: Indicator) -> float | None:
    return None if value is None else float(value.scaleb(indicator.decimals))


def _is_contradictory(amount: GatedAmount) -> bool:
    return (amount.value is None) != (amount.status is AmountStatus.MISSING)
