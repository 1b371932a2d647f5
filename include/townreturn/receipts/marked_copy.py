"""A workbook's bytes and a marking → the marked copy: tints, comments, the receipt's sheet, rows to answer."""

from collections.abc import Sequence

from townreturn.receipts.front_sheet import build_front_sheet
from townreturn.receipts.marking import Mark, Marking
from townreturn.receipts.questions import put_questions
from townreturn.receipts.tints import TINTS
from townreturn.spreadsheets.editing.cells import place_of
from townreturn.spreadsheets.editing.workbook import EditedWorkbook

_GRAVITY = tuple(TINTS)
_MAY_BE_MARKED = ("conditionalFormatting", "legacyDrawing")


def mark_workbook(content: bytes, marking: Marking, is_rebuilt: bool = False) -> bytes:
    """The copy, itself a workbook that can be sent in; what an earlier receipt left in it is replaced.

    Tints are conditional formats: the sender's own formats stay, and the next receipt can take the
    tints out again. Raises NotEditable for a package that the editor leaves alone.
    """
    workbook = EditedWorkbook(content)
    signature = marking.front.name
    marks_by_sheet: dict[str, list[Mark]] = {}
    for mark in marking.marks:
        marks_by_sheet.setdefault(mark.sheet.strip(), []).append(mark)
    for name in workbook.sheet_names:
        marks = marks_by_sheet.get(name.strip(), [])
        if name.strip() != signature and (marks or workbook.sheet_may_have(name, *_MAY_BE_MARKED)):
            _mark_sheet(workbook, name, marks, signature)
    if marking.questions and marking.questions.questions:
        sheet, waiting = put_questions(workbook, marking.questions)
        tint = workbook.styles.tint(TINTS["verifying"])
        sheet.tint(waiting, tint, f'AND(ISTEXT("{signature}"),LEN(TRIM({waiting[0]}))=0)')
    front, title_rows = build_front_sheet(marking.front, workbook.styles, set(workbook.sheet_names), is_rebuilt)
    workbook.put_first(signature, front, title_rows)
    return workbook.pack()


def _mark_sheet(workbook: EditedWorkbook, name: str, marks: Sequence[Mark], signature: str) -> None:
    sheet = workbook.sheet(name)
    if sheet is None:
        return
    sheet.take_out_tints(signature)
    comments: dict[tuple[int, int], list[str]] = {}
    gravest: dict[str, str] = {}
    for mark in sorted(marks, key=lambda one: _GRAVITY.index(one.severity)):
        place = place_of(mark.cell)
        if place is not None:
            comments.setdefault(place, []).append(mark.comment)
            gravest.setdefault(mark.cell, mark.severity)
    for severity in reversed(_GRAVITY):
        cells = [cell for cell, one in gravest.items() if one == severity]
        if cells:
            sheet.tint(cells, workbook.styles.tint(TINTS[severity]), f'ISTEXT("{signature}")')
    if comments or sheet.has_comments():
        texts = {place: "\n".join(one) for place, one in comments.items()}
        workbook.comment(sheet, texts, signature)
