"""Filling issued workbooks in tests, by their labels as a person would."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.templates import write_template


def find(sheet: Worksheet, text: str) -> tuple[int, int]:
    """Row and column (1-based) of the first cell that holds this text."""
    return next((cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value == text)


def fill_workbook(
    plan: Plan, unit: Unit, period: Period, target: Path, *,
    figures: Mapping[str, Mapping[str, str]], zero_returns: frozenset[str] = frozenset(),
    key_cases: Mapping[str, str] | None = None, explanations: Iterable[Mapping[str, str]] = (),
) -> Path:  # fmt: skip
    """An issued workbook with figures (indicator → category → text; blank stays blank).

    ``explanations`` are rows of 审核说明: category, indicator, finding, reason.
    """
    blank = write_template(plan, period, unit, target.parent)
    book = load_workbook(blank)
    sheet, listed = book[plan.form.sheets.statistics], 0
    for category in plan.categories_reported_by(unit.code):
        column = find(sheet, category.heading)[1]
        if category.code in zero_returns:
            sheet.cell(find(sheet, plan.form.anchors.zero_return)[0], column, plan.form.yes)
        for indicator in plan.form.indicators_of(category.code):
            text = figures.get(indicator.code, {}).get(category.code, "")
            if text:
                sheet.cell(find(sheet, indicator.label)[0], column, float(text) if "." in text else int(text))
        if title := (key_cases or {}).get(category.code):
            listed += 1
            _list_key_case(book[plan.form.section("key_cases").sheet], plan, category.heading, title, listed)
    own = {one.code: one.heading for one in plan.categories_reported_by(unit.code)}
    if rows := [{**row, "category": own[row["category"]]} for row in explanations if row["category"] in own]:
        _explain(book, plan, rows)
    cover = book[plan.form.sheets.cover]
    row, column = find(cover, plan.form.anchors.filled_by)
    cover.cell(row, column + 1, "张三")
    book.save(target)
    blank.unlink()
    return target


def _list_key_case(sheet: Worksheet, plan: Plan, heading: str, title: str, number: int) -> None:
    labels = {field.code: field.label for field in plan.form.section("key_cases").fields}
    row = find(sheet, plan.form.anchors.category)[0] + number
    for label, text in (
        (plan.form.anchors.category, heading), (labels["title"], title), (labels["large"], plan.form.yes)
    ):  # fmt: skip
        sheet.cell(row, find(sheet, label)[1], text)


def _explain(book: Workbook, plan: Plan, rows: Iterable[Mapping[str, str]]) -> None:
    section = plan.form.section(plan.form.explanations)
    sheet = book[section.sheet]
    labels = {"category": plan.form.anchors.category} | {field.code: field.label for field in section.fields}
    for number, row in enumerate(rows, start=find(sheet, plan.form.anchors.category)[0] + 1):
        for code, label in labels.items():
            sheet.cell(number, find(sheet, label)[1], row[code] or None)
