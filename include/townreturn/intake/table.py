"""The table of the statistics sheet: which row is which indicator, which column which category."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from townreturn.domain.categories import name_reporting
from townreturn.domain.findings import Finding
from townreturn.domain.form import Form
from townreturn.domain.plan import Category, Plan
from townreturn.intake.faults import fault, notice
from townreturn.intake.labels import LabelledSheet, plain_label
from townreturn.intake.numbers import is_blank
from townreturn.intake.outside import filled_beside, outside_the_form
from townreturn.intake.sheets import HeadedSheet
from townreturn.wording import say


@dataclass(frozen=True)
class StatisticsTable:
    """Rows by label and columns by category code, 0-based; of two equal ones the first."""

    sheet: LabelledSheet
    heading_row: int
    label_column: int
    unit_column: int
    rows: Mapping[str, int]
    columns: Mapping[str, int]


def find_table(found: HeadedSheet, plan: Plan, own: Sequence[Category]) -> tuple[StatisticsTable, list[Finding]]:
    """The table by its heading, wherever it stands; every label in it that stands twice is a fault."""
    sheet, row, anchors = found.sheet, found.headings[0], plan.form.anchors
    label_column = sheet.column_in(row, anchors.indicator) or 0
    unit_column = sheet.column_in(row, anchors.unit_of_measure) or 0
    findings = [_twice(sheet, place, label_column, anchors.indicator) for place in found.headings[1:2]]
    columns = _category_columns(sheet, row, plan.categories, findings)
    rows = _indicator_rows(sheet, row, label_column, _asked_labels(plan.form, own), findings)
    table = StatisticsTable(sheet, row, label_column, unit_column, rows, columns)
    findings += _foreign_columns(table, plan.categories, own)
    findings += _outside(table, plan.form, own)
    return table, findings


def template_of_another_unit(table: StatisticsTable, plan: Plan, own: Sequence[Category]) -> Iterator[Finding]:
    """A table that has categories, but none of the unit's own, was issued to somebody else."""
    if table.columns and not any(one.code in table.columns for one in own):
        code, column = next(iter(table.columns.items()))
        category = plan.category_by_code[code]
        at = table.sheet.at(table.heading_row, column)
        yield fault("TEMPLATE_OF_ANOTHER_UNIT", at, category.heading, lead=name_reporting(plan, code))


def _category_columns(
    sheet: LabelledSheet, heading_row: int, categories: Sequence[Category], findings: list[Finding]
) -> dict[str, int]:
    """The heading may be "5.儿童用品" or just the name."""
    codes = {plain_label(text): one.code for one in categories for text in (one.name, one.heading)}
    columns: dict[str, int] = {}
    for column, value in enumerate(sheet.raw.rows[heading_row]):
        code = codes.get(plain_label(value)) if isinstance(value, str) else None
        if code in columns:
            findings.append(_twice(sheet, heading_row, column, sheet.text(heading_row, column)))
        elif code is not None:
            columns[code] = column
    return columns


def _asked_labels(form: Form, own: Sequence[Category]) -> list[str]:
    indicators = (*form.indicators, *(one for category in own for one in form.extras.get(category.code, ())))
    return [form.anchors.zero_return, *(one.label for one in indicators)]


def _indicator_rows(
    sheet: LabelledSheet, heading_row: int, label_column: int, labels: Sequence[str], findings: list[Finding]
) -> dict[str, int]:
    rows = {}
    for label in labels:
        places = sheet.places.get(plain_label(label), ())
        spots = [row for row, column in places if column == label_column and row > heading_row]
        if spots:
            rows[label] = spots[0]
        if len(spots) > 1:
            findings += [_twice(sheet, row, label_column, label) for row in spots[1:]]
    return rows


def _twice(sheet: LabelledSheet, row: int, column: int, text: str) -> Finding:
    """Which of the two counts is for the unit to say."""
    return fault("LABEL_TWICE", sheet.at(row, column), text)


def _foreign_columns(
    table: StatisticsTable, categories: Sequence[Category], own: Sequence[Category]
) -> Iterator[Finding]:
    for category in categories:
        if category.code in table.columns and category not in own:
            at = table.sheet.at(table.heading_row, table.columns[category.code])
            yield notice("CATEGORY_NOT_YOURS", at, category.heading)


def _outside(table: StatisticsTable, form: Form, own: Sequence[Category]) -> list[Finding]:
    anchors, row = form.anchors, table.heading_row
    headed = (table.sheet.column_in(row, one) for one in (anchors.row_number, anchors.requirement))
    columns = {table.label_column, table.unit_column, *headed, *table.columns.values(), *_last_period(table)}
    places = [*filled_beside(table.sheet.raw, row, columns), *_between_the_rows(table, form, own)]
    return outside_the_form(table.sheet, places)


def _last_period(table: StatisticsTable) -> Iterator[int]:
    """The columns in which a pre-filled template shows last period's figures: ours, and nobody reports in them."""
    mark = plain_label(say("TEMPLATE_LAST_PERIOD"))
    for column, value in enumerate(table.sheet.raw.rows[table.heading_row]):
        if isinstance(value, str) and plain_label(value).startswith(mark):
            yield column


def _between_the_rows(table: StatisticsTable, form: Form, own: Sequence[Category]) -> Iterator[tuple[int, int]]:
    """Filled cells in the unit's own columns, in rows that the category is not asked for."""
    raw, not_asked = table.sheet.raw, say("TEMPLATE_NOT_ASKED")
    for category in own:
        column = table.columns.get(category.code)
        if column is None:
            continue
        labels = (form.anchors.zero_return, *(one.label for one in form.indicators_of(category.code)))
        asked = {table.rows.get(label) for label in labels}
        for row in range(table.heading_row + 1, len(raw.rows)):
            if row not in asked and not is_blank(raw.value(row, column)) and raw.value(row, column) != not_asked:
                yield row, column
