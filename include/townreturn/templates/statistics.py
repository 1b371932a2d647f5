"""The statistics sheet (统计表): one row an indicator, one column a category."""

from itertools import groupby

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from townreturn.domain.form import Indicator, Kind
from townreturn.domain.plan import Category
from townreturn.templates.assignment import Assignment
from townreturn.templates.styles import Styles, height_for, protect, set_up_page, width_of
from townreturn.wording import say

HEADING_ROW = 4
FIRST_CATEGORY = 3
_NUMBER, _INDICATOR, _UNIT = 0, 1, 2
_REQUIREMENT_WIDTH = 46
_WIDEST_PORTRAIT = 3


def write_statistics(sheet: Worksheet, assignment: Assignment, styles: Styles) -> None:
    """Unit, its code, period and edition stand here too: a csv of this sheet alone still says whose it is."""
    _set_widths(sheet, assignment)
    _write_head(sheet, assignment, styles)
    _write_headings(sheet, assignment, styles)
    _write_zero_return(sheet, HEADING_ROW + 1, assignment, styles)
    last = _write_groups(sheet, HEADING_ROW + 2, assignment, styles)
    sheet.freeze_panes(HEADING_ROW + 1, FIRST_CATEGORY)
    sheet.repeat_rows(HEADING_ROW)
    sheet.print_area(0, 0, last, _requirement(assignment))
    set_up_page(sheet, assignment.footer, landscape=len(assignment.categories) > _WIDEST_PORTRAIT)
    protect(sheet)


def heading_cells(assignment: Assignment) -> str:
    """The range of the category headings, as a drop-down of another sheet refers to it."""
    last = FIRST_CATEGORY + len(assignment.categories) - 1
    name = assignment.form.sheets.statistics.replace("'", "''")
    return f"='{name}'!{xl_range_abs(HEADING_ROW, FIRST_CATEGORY, HEADING_ROW, last)}"


def requirement_of(indicator: Indicator) -> str:
    """What may stand in an indicator's cell, in words."""
    rule = say("TEMPLATE_REQUIRE_COUNT")
    if indicator.kind is not Kind.COUNT:
        rule = say("TEMPLATE_REQUIRE_DECIMAL", places=indicator.decimals)
    return say("TEMPLATE_REQUIRE_HINT", rule=rule, hint=indicator.hint) if indicator.hint else rule


def _requirement(assignment: Assignment) -> int:
    return FIRST_CATEGORY + len(assignment.categories)


def _set_widths(sheet: Worksheet, assignment: Assignment) -> None:
    labels = [one.label for one in assignment.indicators()] + [assignment.unit.name]
    sheet.set_column(_NUMBER, _NUMBER, 10)
    sheet.set_column(_INDICATOR, _INDICATOR, min(30, max(map(width_of, labels)) + 2))
    sheet.set_column(_UNIT, _UNIT, 10)
    for column, category in enumerate(assignment.categories, FIRST_CATEGORY):
        sheet.set_column(column, column, min(18, max(14, width_of(category.heading) + 2)))
    sheet.set_column(_requirement(assignment), _requirement(assignment), _REQUIREMENT_WIDTH)


def _write_head(sheet: Worksheet, assignment: Assignment, styles: Styles) -> None:
    anchors = assignment.form.anchors
    sheet.set_row(0, 34)
    for column in range(_requirement(assignment) + 1):
        sheet.write_blank(0, column, None, styles.title)
    sheet.write_string(0, 0, _title(assignment), styles.title)
    head = (
        (1, _NUMBER, anchors.unit, assignment.unit.name),
        (1, _UNIT, anchors.unit_code, assignment.unit.code),
        (2, _NUMBER, anchors.period, assignment.period.key),
        (3, _NUMBER, anchors.edition, assignment.form.edition),
    )
    for row, column, label, value in head:
        sheet.set_row(row, 20)
        sheet.write_string(row, column, label, styles.label)
        sheet.write_string(row, column + 1, value, styles.value)


def _title(assignment: Assignment) -> str:
    return say("TEMPLATE_SHEET_TITLE", title=assignment.title, period=assignment.period_name)


def _write_headings(sheet: Worksheet, assignment: Assignment, styles: Styles) -> None:
    anchors = assignment.form.anchors
    headings = [category.heading for category in assignment.categories]
    texts = [anchors.row_number, anchors.indicator, anchors.unit_of_measure, *headings, anchors.requirement]
    sheet.set_row(HEADING_ROW, max(height_for(heading, 14) for heading in headings) + 8)
    for column, text in enumerate(texts):
        sheet.write_string(HEADING_ROW, column, text, styles.heading)


def _write_zero_return(sheet: Worksheet, row: int, assignment: Assignment, styles: Styles) -> None:
    form, last = assignment.form, _requirement(assignment)
    names = {"opening": form.by_code[form.opening_stock].label, "closing": form.by_code[form.closing_stock].label}
    sheet.set_row(row, 22)
    sheet.write_blank(row, _NUMBER, None, styles.centred)
    sheet.write_string(row, _INDICATOR, form.anchors.zero_return, styles.name)
    sheet.write_blank(row, _UNIT, None, styles.centred)
    for column in range(FIRST_CATEGORY, last):
        sheet.write_string(row, column, form.no, styles.choice_entry)
    sheet.write_string(row, last, say("TEMPLATE_REQUIRE_ZERO", yes=form.yes, no=form.no), styles.name)
    choice = {
        "validate": "list",
        "source": [form.yes, form.no],
        "ignore_blank": False,
        "input_title": form.anchors.zero_return,
        "input_message": say("TEMPLATE_ZERO_INPUT", yes=form.yes, **names),
        "error_title": say("TEMPLATE_INPUT_ERROR_TITLE"),
        "error_message": say("TEMPLATE_CHOICE_ERROR"),
    }
    sheet.data_validation(row, FIRST_CATEGORY, row, last - 1, choice)


def _write_groups(sheet: Worksheet, row: int, assignment: Assignment, styles: Styles) -> int:
    number = 0
    for group, indicators in groupby(assignment.indicators(), key=lambda one: one.group):
        sheet.set_row(row, 20)
        sheet.write_string(row, 0, say("TEMPLATE_GROUP", group=group), styles.group)
        for column in range(1, _requirement(assignment) + 1):
            sheet.write_blank(row, column, None, styles.group)
        for indicator in indicators:
            row, number = row + 1, number + 1
            _write_indicator(sheet, row, number, indicator, assignment, styles)
        row += 1
    return row - 1


def _write_indicator(
    sheet: Worksheet, row: int, number: int, indicator: Indicator, assignment: Assignment, styles: Styles
) -> None:
    requirement = requirement_of(indicator)
    sheet.set_row(row, height_for(requirement, _REQUIREMENT_WIDTH))
    sheet.write_number(row, _NUMBER, number, styles.centred)
    sheet.write_string(row, _INDICATOR, indicator.label, styles.name)
    sheet.write_string(row, _UNIT, indicator.unit, styles.centred)
    for column, category in enumerate(assignment.categories, FIRST_CATEGORY):
        _write_input(sheet, row, column, indicator, category, assignment, styles)
    sheet.write_string(row, _requirement(assignment), requirement, styles.name)


def _write_input(
    sheet: Worksheet,
    row: int,
    column: int,
    indicator: Indicator,
    category: Category,
    assignment: Assignment,
    styles: Styles,
) -> None:
    if indicator not in assignment.form.indicators_of(category.code):
        sheet.write_string(row, column, say("TEMPLATE_NOT_ASKED"), styles.closed)
        return
    entry = styles.count_entry if indicator.kind is Kind.COUNT else styles.decimal_entry
    sheet.write_blank(row, column, None, entry)
    sheet.data_validation(row, column, row, column, _number_rule(indicator))


def _number_rule(indicator: Indicator) -> dict[str, object]:
    whole = indicator.kind is Kind.COUNT
    error = say("TEMPLATE_COUNT_ERROR") if whole else say("TEMPLATE_DECIMAL_ERROR", places=indicator.decimals)
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": ">=",
        "value": 0,
        "input_title": say("TEMPLATE_INPUT_TITLE", label=indicator.label, unit=indicator.unit)[:32],
        "input_message": requirement_of(indicator)[:255],
        "error_title": say("TEMPLATE_INPUT_ERROR_TITLE"),
        "error_message": error,
    }
