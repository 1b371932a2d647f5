"""The text sections (文字部分): a sheet each, one row an entry."""

from xlsxwriter.worksheet import Worksheet

from townreturn.domain.form import Section
from townreturn.templates.assignment import Assignment
from townreturn.templates.statistics import heading_cells
from townreturn.templates.styles import Styles, height_for, protect, set_up_page, width_of
from townreturn.wording import say

_TITLE_ROW, _HINT_ROW, HEADING_ROW = 0, 1, 2
_ROW_POINTS = 34
_LONG_FIELD = 40
_WIDEST_PORTRAIT = 100


def write_section(sheet: Worksheet, section: Section, assignment: Assignment, styles: Styles) -> None:
    """The category in column A, then the section's fields; ``section.rows`` empty rows."""
    widths = _widths(section, assignment)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _write_head(sheet, section, assignment, styles, sum(widths))
    for column in range(len(widths)):
        _write_column(sheet, column, section, assignment, styles)
    for row in range(HEADING_ROW + 1, HEADING_ROW + 1 + section.rows):
        sheet.set_row(row, _ROW_POINTS)
    sheet.freeze_panes(HEADING_ROW + 1, 1)
    sheet.repeat_rows(HEADING_ROW)
    sheet.print_area(0, 0, HEADING_ROW + section.rows, len(section.fields))
    set_up_page(sheet, assignment.footer, landscape=sum(widths) > _WIDEST_PORTRAIT, pages_high=1)
    protect(sheet, insert_rows=True)


def category_rule(assignment: Assignment) -> str:
    """How the category column is filled; a unit with one category may leave it blank."""
    category = assignment.form.anchors.category
    if len(assignment.categories) > 1:
        return say("TEMPLATE_SECTION_MANY_CATEGORIES", category=category)
    return say("TEMPLATE_SECTION_ONE_CATEGORY", category=category, heading=assignment.headings)


def _widths(section: Section, assignment: Assignment) -> list[int]:
    widest = max(width_of(category.heading) for category in assignment.categories)
    return [min(20, max(14, widest + 3)), *(max(field.width, width_of(field.label) + 2) for field in section.fields)]


def _write_head(sheet: Worksheet, section: Section, assignment: Assignment, styles: Styles, width: int) -> None:
    title = say("TEMPLATE_SECTION_TITLE", sheet=section.sheet, unit=assignment.unit.name, period=assignment.period_name)
    hint = section.hint + category_rule(assignment) + _required_rule(section)
    sheet.set_row(_TITLE_ROW, 32)
    for column in range(len(section.fields) + 1):
        sheet.write_blank(_TITLE_ROW, column, None, styles.title)
    sheet.write_string(_TITLE_ROW, 0, title, styles.title)
    sheet.write_string(_HINT_ROW, 0, hint, styles.note)
    sheet.set_row(_HINT_ROW, height_for(hint, width))


def _required_rule(section: Section) -> str:
    labels = [field.label for field in section.fields if field.required]
    return say("TEMPLATE_SECTION_REQUIRED", labels=say("TEMPLATE_JOIN").join(labels)) if labels else ""


def _write_column(sheet: Worksheet, column: int, section: Section, assignment: Assignment, styles: Styles) -> None:
    first, last = HEADING_ROW + 1, HEADING_ROW + section.rows
    field = section.fields[column - 1] if column else None
    label = field.label if field else assignment.form.anchors.category
    sheet.set_row(HEADING_ROW, 26)
    sheet.write_string(HEADING_ROW, column, label, styles.heading)
    source: object = list(field.choices) if field else heading_cells(assignment)
    style = styles.choice_entry if source else styles.text_entry
    if field and field.width >= _LONG_FIELD:
        style = styles.long_entry
    for row in range(first, last + 1):
        sheet.write_blank(row, column, None, style)
    if source:
        sheet.data_validation(first, column, last, column, _choice_rule(label, source))


def _choice_rule(label: str, source: object) -> dict[str, object]:
    return {
        "validate": "list",
        "source": source,
        "input_title": label[:32],
        "input_message": say("TEMPLATE_CHOICE_ERROR"),
        "error_title": say("TEMPLATE_INPUT_ERROR_TITLE"),
        "error_message": say("TEMPLATE_CHOICE_ERROR"),
    }
