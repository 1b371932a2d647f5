"""Category reports as the frames that the suites read; values in their indicator's own unit."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from townreturn.domain.form import Form, Indicator, Kind
from townreturn.domain.submission import CategoryReport, Figure, FigureState

if TYPE_CHECKING:
    import pandas as pd

CELL_COLUMNS = ("required", "count", "count_decimals", "money", "money_decimals", "zero_return")


def build_cells(reports: Sequence[CategoryReport], form: Form) -> tuple["pd.DataFrame", list[tuple[int, Figure]]]:
    """One row a readable or blank cell, and for each row (report number, figure)."""
    import pandas as pd

    places: list[tuple[int, Figure]] = []
    rows: list[dict[str, float | None]] = []
    for number, report in enumerate(reports):
        for figure in report.figures:
            if figure.state is not FigureState.UNREADABLE:
                places.append((number, figure))
                rows.append(_cell_row(figure, form.by_code[figure.indicator], report.zero_return))
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS), dtype="float64"), places


def _cell_row(figure: Figure, indicator: Indicator, zero_return: bool) -> dict[str, float | None]:
    value = _number(figure.value)
    kind = "count" if indicator.kind is Kind.COUNT else "money"
    declared_zero = zero_return and not indicator.is_stock
    return {
        "required": value,
        kind: value,
        f"{kind}_decimals": _decimals(figure.value),
        "zero_return": value if declared_zero else None,
    }


def report_columns(form: Form) -> tuple[str, ...]:
    """The columns of the reports frame."""
    indicators = tuple(indicator.code for indicator in form.indicators)
    return (*indicators, f"last_{form.closing_stock}", "major_case_rows")


def build_reports(reports: Sequence[CategoryReport], form: Form, last_closing: Mapping[str, Decimal]) -> "pd.DataFrame":
    """One row a report, one column a common indicator, with last period's closing balance."""
    import pandas as pd

    rows = [
        {
            **{figure.indicator: _number(figure.value) for figure in report.figures},
            f"last_{form.closing_stock}": _number(last_closing.get(report.category)),
            "major_case_rows": float(_count_major_cases(report, form)),
        }
        for report in reports
    ]
    return pd.DataFrame(rows, columns=list(report_columns(form)), dtype="float64")


def _count_major_cases(report: CategoryReport, form: Form) -> int:
    """Rows of any section whose ``large`` field says yes."""
    return sum(entry.values.get("large") == form.yes for entry in report.entries)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _decimals(value: Decimal | None) -> float | None:
    if value is None:
        return None
    exponent = value.normalize().as_tuple().exponent
    return float(max(0, -exponent)) if isinstance(exponent, int) else None
