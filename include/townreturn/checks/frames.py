"""Category reports as the frames that the suites read; values in their indicator's own unit.

Built column by column: a tray of a thousand workbooks has a hundred thousand cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from townreturn.checks.differences import PUBLISHED_DIFFERENCES, tell_differences
from townreturn.checks.past_columns import CellKinds, Floats, build_cell_kinds
from townreturn.domain.form import Form
from townreturn.domain.history import Reporter
from townreturn.domain.submission import CategoryReport, Figure, FigureState

CELL_COLUMNS = (
    "required", "count", "count_decimals", "money", "money_decimals", "zero_return",
    "flow", "money_flow", "last", "year_ago", "usual", "median", "mad", "past_count", "unit_of_measure",
)  # fmt: skip


@dataclass(frozen=True)
class Frames:
    """``cells``: one row a readable or blank cell; beside it the ``figures`` and the numbers of
    their reports (``report_of``). ``reports``: one row a report, the columns of ``report_columns``.
    """

    cells: pd.DataFrame
    figures: list[Figure]
    report_of: NDArray[np.int64]
    reports: pd.DataFrame


@dataclass(frozen=True)
class _Cells:
    """The cells as parallel arrays: report number, row in the kinds, value (NaN if blank), decimals."""

    report: NDArray[np.int64]
    kind: NDArray[np.int64]
    value: Floats
    decimals: Floats


def build_frames(reports: Sequence[CategoryReport], reporters: Sequence[Reporter], form: Form) -> Frames:
    """The frames of a batch; ``reporters`` beside the reports."""
    kinds = build_cell_kinds(reporters, form)
    figures, cells = _read_cells(reports, reporters, kinds)
    return Frames(
        cells=_cells_frame(cells, kinds, reports),
        figures=figures,
        report_of=cells.report,
        reports=_reports_frame(cells, kinds, reports, reporters, form),
    )


def report_columns(form: Form) -> tuple[str, ...]:
    """The columns of the reports frame."""
    indicators = tuple(indicator.code for indicator in form.indicators)
    balances = (f"last_{form.closing_stock}", f"next_{form.opening_stock}")
    return (*indicators, *balances, "major_case_rows", "flows", "same_flows", PUBLISHED_DIFFERENCES)


def _read_cells(
    reports: Sequence[CategoryReport], reporters: Sequence[Reporter], kinds: CellKinds
) -> tuple[list[Figure], _Cells]:
    figures: list[Figure] = []
    counts: list[int] = []
    kind: list[int] = []
    for report, reporter in zip(reports, reporters, strict=True):
        read = [figure for figure in report.figures if figure.state is not FigureState.UNREADABLE]
        rows = kinds.rows[reporter.key]
        figures += read
        counts.append(len(read))
        kind += [rows[figure.indicator] for figure in read]
    numbers = [_number(figure.value) for figure in figures]
    return figures, _Cells(
        report=np.repeat(np.arange(len(reports)), counts),
        kind=np.array(kind, dtype=np.int64),
        value=np.array([value for value, _ in numbers], dtype=float),
        decimals=np.array([decimals for _, decimals in numbers], dtype=float),
    )


def _number(value: Decimal | None) -> tuple[float, float]:
    """The value, and how many decimals it has, 1.50 having one: from its digits, never from a float."""
    if value is None:
        return np.nan, np.nan
    number = float(value)
    if number.is_integer() and value == int(number):
        return number, 0
    exponent = value.normalize().as_tuple().exponent
    return number, max(0, -exponent) if isinstance(exponent, int) else np.nan


def _cells_frame(cells: _Cells, kinds: CellKinds, reports: Sequence[CategoryReport]) -> pd.DataFrame:
    is_count, is_flow = kinds.is_count[cells.kind], kinds.is_flow[cells.kind]
    declared_zero = np.array([report.zero_return for report in reports], dtype=bool)[cells.report] & is_flow
    flow = _only(is_flow & (cells.value >= 0), cells.value)  # a negative figure is a fault; nothing compares with it
    columns = {
        "required": cells.value,
        "count": _only(is_count, cells.value),
        "count_decimals": _only(is_count, cells.decimals),
        "money": _only(~is_count, cells.value),
        "money_decimals": _only(~is_count, cells.decimals),
        "zero_return": _only(declared_zero, cells.value),
        "flow": flow,
        "money_flow": _only(kinds.is_money[cells.kind], flow),
    }
    for name in ("last", "year_ago", "usual", "median", "mad", "past_count", "unit_of_measure"):
        columns[name] = getattr(kinds, name)[cells.kind]
    return pd.DataFrame(columns, columns=list(CELL_COLUMNS))


def _only(chosen: NDArray[np.bool_], values: Floats) -> Floats:
    return np.where(chosen, values, np.nan)


def _reports_frame(
    cells: _Cells, kinds: CellKinds, reports: Sequence[CategoryReport], reporters: Sequence[Reporter], form: Form
) -> pd.DataFrame:
    position = kinds.position[cells.kind]
    common = position >= 0
    table = np.full((len(reports), len(form.indicators)), np.nan)
    table[cells.report[common], position[common]] = cells.value[common]
    columns = {one.code: table[:, place] for place, one in enumerate(form.indicators)}
    columns[f"last_{form.closing_stock}"] = _balances(reporters, form.closing_stock, 1)
    columns[f"next_{form.opening_stock}"] = _balances(reporters, form.opening_stock, -1)
    columns["major_case_rows"] = np.array([_count_major_cases(report, form) for report in reports], dtype=float)
    columns["flows"], columns["same_flows"] = _same_flows(cells, kinds, reports, form)
    told = [tell_differences(one, by.history, form) for one, by in zip(reports, reporters, strict=True)]
    columns[PUBLISHED_DIFFERENCES] = np.array(told, dtype=object)
    return pd.DataFrame(columns, columns=list(report_columns(form)))


def _balances(reporters: Sequence[Reporter], stock: str, periods_back: int) -> Floats:
    """A balance of another period as accepted, beside each report."""
    found = (one.history.value(one.category, stock, periods_back) for one in reporters)
    return np.array([np.nan if value is None else float(value) for value in found], dtype=float)


def _count_major_cases(report: CategoryReport, form: Form) -> int:
    """Rows of any section whose ``large`` field says yes."""
    return sum(entry.values.get("large") == form.yes for entry in report.entries)


def _same_flows(
    cells: _Cells, kinds: CellKinds, reports: Sequence[CategoryReport], form: Form
) -> tuple[Floats, Floats]:
    """How many flows each report has (NaN when all are 0), and how many equal last period's."""
    is_flow = kinds.is_flow[cells.kind]
    same = is_flow & (cells.value == kinds.last[cells.kind])
    not_zero = is_flow & (cells.value > 0)
    asked = {one: sum(not i.is_stock for i in form.indicators_of(one)) for one in {each.category for each in reports}}
    count = len(reports)
    flows = np.array([asked[report.category] for report in reports], dtype=float)
    flows[np.bincount(cells.report[not_zero], minlength=count) == 0] = np.nan
    return flows, np.bincount(cells.report[same], minlength=count).astype(float)
