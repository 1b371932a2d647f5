"""Last period's figures (上期对照) beside the cells to be filled: locked, greyed and for comparison only."""

from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from townreturn.domain.form import Indicator, Kind
from townreturn.domain.plan import Category
from townreturn.templates.assignment import Assignment
from townreturn.templates.styles import Styles
from townreturn.wording import say

LINES_OF_NOTE = 2
"""Lines that the note below a heading takes in a column of a category's width."""


def last_heading(assignment: Assignment, category: Category) -> str:
    """The heading of a category's column; intake knows by its beginning that nobody reports in it."""
    values = {"mark": say("TEMPLATE_LAST_PERIOD"), "period": assignment.last_period_name}
    return say("TEMPLATE_LAST_HEADING", category=category.heading, **values)


def write_last_note(sheet: Worksheet, row: int, column: int, assignment: Assignment, styles: Styles) -> None:
    """Below each heading what the column is for, or why it is empty; ``column`` is the first of them."""
    for place, category in enumerate(assignment.categories, column):
        sheet.write_string(row, place, _note(assignment, category), styles.last_note)


def _note(assignment: Assignment, category: Category) -> str:
    if not assignment.knows_last(category):
        return say("TEMPLATE_LAST_UNKNOWN")
    return say("TEMPLATE_LAST_ONLY_COMPARED" if assignment.is_comparable(category) else "TEMPLATE_LAST_INCOMPARABLE")


def write_last_figures(
    sheet: Worksheet, row: int, column: int, indicator: Indicator, assignment: Assignment, styles: Styles
) -> None:  # fmt: skip
    """An indicator's figures of last period, one a category; what was not accepted stays blank, never 0."""
    style = styles.last_count if indicator.kind is Kind.COUNT else styles.last_decimal
    for place, category in enumerate(assignment.categories, column):
        figure = compared(assignment, category, indicator)
        if figure is None:
            sheet.write_blank(row, place, None, style)
        else:
            sheet.write_number(row, place, float(figure), style)


def compared(assignment: Assignment, category: Category, indicator: Indicator) -> Decimal | None:
    """What an indicator's cell is compared with; None where last period has nothing comparable."""
    return assignment.last(category, indicator.code) if assignment.is_comparable(category) else None
