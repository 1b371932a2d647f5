"""Accepted figures → the cells of the town return: totals, 本年累计, 环比, 同比, completeness."""

from collections.abc import Iterable, Sequence

from townreturn.compiling.arithmetic import build_cell, build_total
from townreturn.compiling.ledger import AcceptedFigure, build_ledger
from townreturn.domain.breaks import Break
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnCell


def compile_cells(
    plan: Plan, period: Period, figures: Iterable[AcceptedFigure], breaks: Sequence[Break] = ()
) -> tuple[ReturnCell, ...]:
    """Every cell of the return: indicators × (categories, total), then each category's extras.

    Nothing is compared across one of the ``breaks``. Figures of categories that the plan has no more do not count.
    """
    ledger = build_ledger(plan, figures)
    cells: list[ReturnCell] = []
    for indicator in plan.form.indicators:
        row = [build_cell(ledger, indicator, one.code, period, breaks) for one in plan.categories]
        total = build_total(indicator, row, period, breaks)
        cells += [*row, total] if total else row
    for category in plan.categories:
        extras = plan.form.extras.get(category.code, ())
        cells += [build_cell(ledger, indicator, category.code, period, breaks) for indicator in extras]
    return tuple(cells)
