"""The statistics sheet → the figures of each category, each with its cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from townreturn.domain.findings import CellRef, Finding
from townreturn.domain.form import Form, Indicator
from townreturn.domain.plan import Category
from townreturn.domain.submission import Figure, FigureState
from townreturn.intake.faults import fault, notice
from townreturn.intake.figures import CategoryColumn, read_figure
from townreturn.intake.labels import plain_label
from townreturn.intake.table import StatisticsTable
from townreturn.intake.unseen import merged_rows, unseen_figures


@dataclass(frozen=True)
class CategoryTable:
    """One category's column, read."""

    category: str
    zero_return: bool
    figures: tuple[Figure, ...]
    findings: list[Finding]


def read_statistics(
    table: StatisticsTable | None, form: Form, own: Sequence[Category], *, is_csv: bool
) -> list[CategoryTable]:
    """The unit's own categories. One without a column gets no figures and a finding, never zeros."""
    if table is None:
        return [CategoryTable(one.code, False, (), []) for one in own]
    return [_read_category(table, form, category, is_csv=is_csv) for category in own]


def _read_category(table: StatisticsTable, form: Form, category: Category, *, is_csv: bool) -> CategoryTable:
    place = table.columns.get(category.code)
    if place is None:
        at = table.sheet.at(table.heading_row, 0)
        missing = fault("CATEGORY_MISSING", at, category.heading, category=category.code)
        return CategoryTable(category.code, False, (), [missing])
    findings: list[Finding] = []
    zero_return = _read_zero_return(table, form, category, place, findings)
    column = CategoryColumn(
        table.sheet.raw, place, category.code, zero_return, is_csv, merged_rows(table, place), findings
    )
    figures = tuple(_read_row(table, column, indicator) for indicator in form.indicators_of(category.code))
    findings += unseen_figures(table, form, category)
    return CategoryTable(category.code, zero_return, figures, findings)


def _read_zero_return(
    table: StatisticsTable, form: Form, category: Category, column: int, findings: list[Finding]
) -> bool:
    """Blank means no; anything but yes and no, and what cannot be read, is a fault."""
    row = table.rows.get(form.anchors.zero_return)
    if row is None:
        return False
    text, at = plain_label(table.sheet.text(row, column)), table.sheet.at(row, column)
    words = {"label": form.anchors.zero_return, "yes": form.yes, "no": form.no}
    if table.sheet.raw.unread and at.cell in table.sheet.raw.unread:
        findings.append(fault("ZERO_RETURN_UNREAD", at, category=category.code, **words))
    elif text not in (form.yes, form.no, ""):
        findings.append(fault("ZERO_RETURN_UNCLEAR", at, text, category=category.code, **words))
    return text == form.yes


def _read_row(table: StatisticsTable, column: CategoryColumn, indicator: Indicator) -> Figure:
    row = table.rows.get(indicator.label)
    if row is None:
        at = CellRef(table.sheet.name, "")
        details = {"category": column.category, "indicator": indicator.code, "label": indicator.label}
        column.findings.append(fault("ROW_MISSING", at, **details))
        return Figure(indicator.code, None, FigureState.UNREADABLE, "", at)
    if column.raw.value(row, table.unit_column) != indicator.unit:
        _judge_unit(table, column, row, indicator)
    return read_figure(column, row, indicator)


def _judge_unit(table: StatisticsTable, column: CategoryColumn, row: int, indicator: Indicator) -> None:
    """元 where 万元 was printed is a factor of ten thousand; an erased unit is taken to be the form's."""
    text, at = table.sheet.text(row, table.unit_column), table.sheet.at(row, table.unit_column)
    if plain_label(text) == plain_label(indicator.unit):
        return
    details = {"label": indicator.label, "unit": indicator.unit}
    raised = fault("UNIT_OF_MEASURE_CHANGED", at, text, category=column.category, indicator=indicator.code, **details)
    if not text:
        raised = notice("UNIT_OF_MEASURE_ERASED", at, category=column.category, indicator=indicator.code, **details)
    column.findings.append(raised)
