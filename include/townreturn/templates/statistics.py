"""The statistics sheet (统计表): one row an indicator, one column a category."""

from itertools import groupby

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from townreturn.domain.form import Form, Indicator, Kind
from townreturn.domain.plan import Category
from townreturn.templates.assignment import Assignment
from townreturn.templates.last_period import (
    LINES_OF_NOTE,
    compared,
    last_heading,
    write_last_figures,
    write_last_note,
)
from townreturn.templates.styles import Styles, height_for, protect, set_up_page, width_of
from townreturn.wording import say

HEADING_ROW = 4
FIRST_CATEGORY = 3
_NUMBER, _INDICATOR, _UNIT = 0, 1, 2
_REQUIREMENT_WIDTH = 46
_WIDEST_PORTRAIT = 3
_LONGEST_INPUT_MESSAGE = 255
"""What Excel takes."""


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
    set_up_page(sheet, assignment.footer, landscape=_requirement(assignment) - FIRST_CATEGORY > _WIDEST_PORTRAIT)
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


def _first_last(assignment: Assignment) -> int:
    """The first column of last period's figures, which stand right of the cells to be filled."""
    return FIRST_CATEGORY + len(assignment.categories)


def _requirement(assignment: Assignment) -> int:
    return _first_last(assignment) + (len(assignment.categories) if assignment.history else 0)


def _set_widths(sheet: Worksheet, assignment: Assignment) -> None:
    labels = [one.label for one in assignment.indicators()] + [assignment.unit.name]
    sheet.set_column(_NUMBER, _NUMBER, 10)
    sheet.set_column(_INDICATOR, _INDICATOR, min(30, max(map(width_of, labels)) + 2))
    sheet.set_column(_UNIT, _UNIT, 10)
    for column, category in enumerate(assignment.categories, FIRST_CATEGORY):
        width = min(18, max(14, width_of(category.heading) + 2))
        sheet.set_column(column, column, width)
        if assignment.history:
            sheet.set_column(column + len(assignment.categories), column + len(assignment.categories), width)
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
    anchors, categories = assignment.form.anchors, assignment.categories
    headings = [category.heading for category in categories]
    last = [last_heading(assignment, category) for category in categories if assignment.history]
    texts = [anchors.row_number, anchors.indicator, anchors.unit_of_measure, *headings, *last, anchors.requirement]
    sheet.set_row(HEADING_ROW, max(height_for(heading, 14) for heading in (*headings, *last)) + 8)
    for column, text in enumerate(texts):
        sheet.write_string(HEADING_ROW, column, text, styles.last_heading if text in last else styles.heading)


def _write_zero_return(sheet: Worksheet, row: int, assignment: Assignment, styles: Styles) -> None:
    form, last = assignment.form, _requirement(assignment)
    sheet.set_row(row, 14 * LINES_OF_NOTE if assignment.history else 22)
    sheet.write_blank(row, _NUMBER, None, styles.centred)
    sheet.write_string(row, _INDICATOR, form.anchors.zero_return, styles.name)
    sheet.write_blank(row, _UNIT, None, styles.centred)
    for column in range(FIRST_CATEGORY, _first_last(assignment)):
        sheet.write_string(row, column, form.no, styles.choice_entry)
    if assignment.history:
        write_last_note(sheet, row, _first_last(assignment), assignment, styles)
    sheet.write_string(row, last, say("TEMPLATE_REQUIRE_ZERO", yes=form.yes, no=form.no), styles.name)
    sheet.data_validation(row, FIRST_CATEGORY, row, _first_last(assignment) - 1, _zero_return_rule(form))


def _zero_return_rule(form: Form) -> dict[str, object]:
    names = {"opening": form.by_code[form.opening_stock].label, "closing": form.by_code[form.closing_stock].label}
    return {
        "validate": "list",
        "source": [form.yes, form.no],
        "ignore_blank": False,
        "input_title": form.anchors.zero_return,
        "input_message": say("TEMPLATE_ZERO_INPUT", yes=form.yes, **names),
        "error_title": say("TEMPLATE_INPUT_ERROR_TITLE"),
        "error_message": say("TEMPLATE_CHOICE_ERROR"),
    }


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
    if _prefilled(indicator, assignment):
        requirement = say("TEMPLATE_REQUIRE_HINT", rule=requirement, hint=say("TEMPLATE_PREFILLED"))
    sheet.set_row(row, height_for(requirement, _REQUIREMENT_WIDTH))
    sheet.write_number(row, _NUMBER, number, styles.centred)
    sheet.write_string(row, _INDICATOR, indicator.label, styles.name)
    sheet.write_string(row, _UNIT, indicator.unit, styles.centred)
    for column, category in enumerate(assignment.categories, FIRST_CATEGORY):
        _write_input(sheet, row, column, indicator, category, assignment, styles)
    if assignment.history:
        write_last_figures(sheet, row, _first_last(assignment), indicator, assignment, styles)
    sheet.write_string(row, _requirement(assignment), requirement, styles.name)


def _prefilled(indicator: Indicator, assignment: Assignment) -> bool:
    """Whether a figure of some category stands in its cell already."""
    if indicator.code != assignment.form.opening_stock:
        return False
    return any(assignment.opening(one) is not None for one in assignment.categories)


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
    opening = assignment.opening(category) if indicator.code == assignment.form.opening_stock else None
    if opening is None:
        sheet.write_blank(row, column, None, entry)
    else:
        sheet.write_number(row, column, float(opening), entry)
    rule = _number_rule(indicator) | {"input_message": _input_message(indicator, category, assignment)}
    sheet.data_validation(row, column, row, column, rule)


def _input_message(indicator: Indicator, category: Category, assignment: Assignment) -> str:
    """What may stand in the cell, and what last period's was."""
    message, last = requirement_of(indicator), compared(assignment, category, indicator)
    if last is not None:
        named = {"period": assignment.last_period_name, "figure": f"{last:,f}"}
        message = say("TEMPLATE_LAST_INPUT", message=message, unit=indicator.unit, **named)
    return message[:_LONGEST_INPUT_MESSAGE]


def _number_rule(indicator: Indicator) -> dict[str, object]:
    whole = indicator.kind is Kind.COUNT
    error = say("TEMPLATE_COUNT_ERROR") if whole else say("TEMPLATE_DECIMAL_ERROR", places=indicator.decimals)
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": ">=",
        "value": 0,
        "input_title": say("TEMPLATE_INPUT_TITLE", label=indicator.label, unit=indicator.unit)[:32],
        "error_title": say("TEMPLATE_INPUT_ERROR_TITLE"),
        "error_message": error,
    }
