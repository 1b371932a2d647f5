"""The cover (封面): who reports what for which period, and by when."""

from xlsxwriter.worksheet import Worksheet

from townreturn.templates.assignment import Assignment
from townreturn.templates.styles import Styles, height_for, protect, set_up_page
from townreturn.wording import say

_LABEL_WIDTH, _VALUE_WIDTH = 16, 62


def write_cover(sheet: Worksheet, assignment: Assignment, styles: Styles) -> None:
    """Labels in column A equal the form's anchors; the value stands right of its label."""
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _VALUE_WIDTH)
    row = _write_titles(sheet, assignment, styles)
    row = _write_known(sheet, row, assignment, styles)
    if not assignment.upward:
        sheet.write_string(row, 0, say("TEMPLATE_TO_FILL"), styles.note)
        row += 1
    row = _write_entries(sheet, row, assignment, styles)
    if not assignment.upward:
        _write_notes(sheet, row + 1, assignment, styles)
    sheet.hide_gridlines(2)
    set_up_page(sheet, assignment.footer)
    protect(sheet)


def _write_titles(sheet: Worksheet, assignment: Assignment, styles: Styles) -> int:
    for row, (text, style, points) in enumerate(
        ((assignment.title, styles.title, 48), (assignment.period_name, styles.subtitle, 28))
    ):
        sheet.set_row(row, points)
        sheet.write_string(row, 0, text, style)
        sheet.write_blank(row, 1, None, style)
    return 3


def _known(assignment: Assignment) -> tuple[tuple[str, str], ...]:
    form, anchors = assignment.form, assignment.form.anchors
    due = say("TEMPLATE_DUE_VALUE", due=assignment.due)
    return (
        (say("TEMPLATE_NUMBER"), form.number),
        (say("TEMPLATE_AUTHORITY"), form.authority),
        (anchors.unit, assignment.unit.name),
        (anchors.unit_code, assignment.unit.code),
        (anchors.categories, assignment.headings),
        (anchors.period, assignment.period.key),
        (anchors.span, assignment.span),
        (anchors.edition, form.edition),
        (say("TEMPLATE_RECEIVER"), assignment.receiver.name),
        *([] if assignment.upward else [(say("TEMPLATE_DUE"), due)]),
    )


def _write_known(sheet: Worksheet, row: int, assignment: Assignment, styles: Styles) -> int:
    for label, value in _known(assignment):
        sheet.set_row(row, height_for(value, _VALUE_WIDTH) + 4)
        sheet.write_string(row, 0, label, styles.label)
        sheet.write_string(row, 1, value, styles.value)
        row += 1
    return row + 1


def _write_entries(sheet: Worksheet, row: int, assignment: Assignment, styles: Styles) -> int:
    anchors = assignment.form.anchors
    for label in (anchors.filled_by, anchors.reviewed_by, anchors.phone, anchors.filled_on):
        sheet.set_row(row, 24)
        sheet.write_string(row, 0, label, styles.label)
        sheet.write_blank(row, 1, None, styles.text_entry)
        if label == anchors.filled_on:
            message = {"input_title": label, "input_message": say("TEMPLATE_DATE_INPUT")}
            sheet.data_validation(row, 1, row, 1, {"validate": "any", **message})
        row += 1
    return row


def _write_notes(sheet: Worksheet, row: int, assignment: Assignment, styles: Styles) -> None:
    form = assignment.form
    notes = say(
        "TEMPLATE_COVER_NOTES",
        instructions=form.sheets.instructions,
        statistics=form.sheets.statistics,
        zero_return=form.anchors.zero_return,
        yes=form.yes,
    )
    for offset, note in enumerate(notes.splitlines()):
        sheet.set_row(row + offset, 20)
        sheet.write_string(row + offset, 0, note, styles.note)
