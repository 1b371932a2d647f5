"""The statistics sheet → the figures of each category, each with its cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.form import Form, Indicator
from townreturn.domain.plan import Category
from townreturn.domain.submission import Figure, FigureState
from townreturn.intake.numbers import is_blank, read_number
from townreturn.spreadsheets.workbook import RawSheet, cell_name, plain_text
from townreturn.wording import say


@dataclass(frozen=True)
class CategoryTable:
    """One category's column, read."""

    category: str
    zero_return: bool
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]


def read_statistics(
    sheet: RawSheet | None, form: Form, own: Sequence[Category], every: Sequence[Category]
) -> tuple[list[CategoryTable], list[Finding]]:
    """The unit's own categories from the sheet, and findings about columns that are not its own.

    A category without a column gets a table without figures and a finding, never zeros.
    """
    if sheet is None:
        return [CategoryTable(one.code, False, (), ()) for one in own], []
    heading_row, label_column = sheet.places_of(form.anchors.indicator)[0]
    columns = _category_columns(sheet, heading_row, every)
    rows = {text: row for row, text in _labels_below(sheet, heading_row, label_column)}
    repeated = _repeated(sheet, form, every, heading_row, label_column)
    tables = [_read_category(sheet, form, category, columns.get(category.code), rows, heading_row) for category in own]
    own_codes = {category.code for category in own}
    foreign = [(category, columns[category.code]) for category in every if category.code in columns.keys() - own_codes]
    return tables, [*repeated, *(_foreign_column(sheet, category, heading_row, column) for category, column in foreign)]


def _category_columns(sheet: RawSheet, heading_row: int, categories: Sequence[Category]) -> dict[str, int]:
    """Columns by category; the heading may be "5.儿童用品" or just the name."""
    columns: dict[str, int] = {}
    for column, value in enumerate(sheet.rows[heading_row]):
        text = plain_text(value).strip()
        for category in categories:
            if text in (category.heading, category.name):
                columns.setdefault(category.code, column)
    return columns


def _repeated(
    sheet: RawSheet, form: Form, categories: Sequence[Category], heading_row: int, label_column: int
) -> list[Finding]:
    """A label or heading that stands twice: which of the two counts is for the unit to say."""
    headings = {text for one in categories for text in (one.heading, one.name)}
    labels = {one.label for one in form.by_code.values()} | {form.anchors.zero_return}
    across = [
        ((heading_row, column), plain_text(value).strip()) for column, value in enumerate(sheet.rows[heading_row])
    ]
    down = [((row, label_column), text) for row, text in reversed(_labels_below(sheet, heading_row, label_column))]
    findings, seen = [], set[str]()
    for place, text in [
        *((at, one) for at, one in across if one in headings),
        *((at, one) for at, one in down if one in labels),
    ]:
        if text in seen:
            at = CellRef(sheet.name, cell_name(*place))
            findings.append(
                Finding("LABEL_TWICE", Severity.MANDATORY, say("LABEL_TWICE", value=text), at=at, value=text)
            )
        seen.add(text)
    return findings


def _labels_below(sheet: RawSheet, heading_row: int, column: int) -> list[tuple[int, str]]:
    rows = range(len(sheet.rows) - 1, heading_row, -1)  # upwards, so that the first of two labels wins
    return [(row, plain_text(sheet.value(row, column)).strip()) for row in rows]


def _read_category(
    sheet: RawSheet, form: Form, category: Category, column: int | None, rows: dict[str, int], heading_row: int
) -> CategoryTable:
    if column is None:
        message = say("CATEGORY_MISSING", category=category.heading)
        at = CellRef(sheet.name, cell_name(heading_row, 0))
        return CategoryTable(
            category.code, False, (), (Finding("CATEGORY_MISSING", Severity.MANDATORY, message, category.code, at),)
        )
    zero_return, findings = _read_zero_return(sheet, form, category, column, rows)
    figures = []
    for indicator in form.indicators_of(category.code):
        figure, found = _read_figure(sheet, indicator, category, column, rows.get(indicator.label), zero_return)
        figures.append(figure)
        findings += found
    return CategoryTable(category.code, zero_return, tuple(figures), tuple(findings))


def _read_zero_return(
    sheet: RawSheet, form: Form, category: Category, column: int, rows: dict[str, int]
) -> tuple[bool, list[Finding]]:
    row = rows.get(form.anchors.zero_return)
    if row is None:
        return False, []
    text = plain_text(sheet.value(row, column)).strip()
    if text in (form.yes, form.no, ""):
        return text == form.yes, []
    at = CellRef(sheet.name, cell_name(row, column))
    message = say("ZERO_RETURN_UNCLEAR", value=text, yes=form.yes, no=form.no)
    return False, [Finding("ZERO_RETURN_UNCLEAR", Severity.MANDATORY, message, category.code, at, text)]


def _read_figure(
    sheet: RawSheet, indicator: Indicator, category: Category, column: int, row: int | None, zero_return: bool
) -> tuple[Figure, list[Finding]]:
    if row is None:
        at = CellRef(sheet.name, "")
        message = say("ROW_MISSING", label=indicator.label)
        found = [Finding("ROW_MISSING", Severity.MANDATORY, message, category.code, at)]
        return Figure(indicator.code, None, FigureState.UNREADABLE, "", at), found
    value = sheet.value(row, column)
    at = CellRef(sheet.name, cell_name(row, column))
    raw = plain_text(value)
    if code := sheet.unread.get(at.cell):
        return Figure(indicator.code, None, FigureState.UNREADABLE, raw, at), _number_findings(
            indicator, category, at, raw, code
        )
    if is_blank(value):
        if zero_return and not indicator.is_stock:
            return Figure(indicator.code, Decimal(0), FigureState.ZERO, raw, at), []
        return Figure(indicator.code, None, FigureState.BLANK, raw, at), []
    reading = read_number(value)
    findings = _number_findings(indicator, category, at, raw, reading.fault or ("TEXT_AS_NUMBER" * reading.normalised))
    if reading.value is None:
        return Figure(indicator.code, None, FigureState.UNREADABLE, raw, at), findings
    is_zero = zero_return and reading.value == 0
    state = FigureState.ZERO if is_zero else FigureState.REPORTED
    return Figure(indicator.code, reading.value, state, raw, at), findings


def _number_findings(indicator: Indicator, category: Category, at: CellRef, raw: str, code: str) -> list[Finding]:
    if not code:
        return []
    severity = Severity.INFO if code == "TEXT_AS_NUMBER" else Severity.MANDATORY
    message = say(code, label=indicator.label, value=raw, unit=indicator.unit)
    return [Finding(code, severity, message, category.code, at, raw)]


def _foreign_column(sheet: RawSheet, category: Category, row: int, column: int) -> Finding:
    at = CellRef(sheet.name, cell_name(row, column))
    message = say("CATEGORY_NOT_YOURS", category=category.heading)
    return Finding("CATEGORY_NOT_YOURS", Severity.INFO, message, at=at, value=category.heading)
