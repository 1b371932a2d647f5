"""The rows of the explanations sheet (审核说明) that wait for the unit's sentence."""

from townreturn.receipts.marking import Question, QuestionSheet
from townreturn.spreadsheets.editing.cells import Cells
from townreturn.spreadsheets.editing.new_sheet import NewCell, NewSheet
from townreturn.spreadsheets.editing.sheet import EditedSheet
from townreturn.spreadsheets.editing.styles import Look
from townreturn.spreadsheets.editing.workbook import EditedWorkbook
from townreturn.spreadsheets.workbook import cell_name

_HEADING = Look(head=True, boxed=True, fill="DCE6F1", across="center")
_ENTRY = Look(boxed=True, fill="FFF9DB", is_foreign=True)
_NARROW, _WIDE = 22.0, 70.0


class _Table:
    """The sheet's table: its heading row and its columns by label (missing ones are added on the right)."""

    def __init__(self, cells: Cells, asked: QuestionSheet, heading_row: int) -> None:
        self.cells, self.asked, self.heading_row = cells, asked, heading_row
        self.columns = {_plain(text): column for text, column in cells.in_row(heading_row).items()}
        for label in (asked.indicator, asked.finding, asked.reason):
            if _plain(label) not in self.columns:
                self._add_column(label)

    def put(self, row: int, label: str, text: str) -> None:
        column = self.columns[_plain(label)]
        self.cells.put(row, column, text or None, self.cells.look(self.heading_row + 1, column))

    def asked_rows(self) -> tuple[dict[tuple[str, str, str], int], int]:
        """Rows by category, figure and what is asked (of equal ones the first), and the last that says anything."""
        labels = (self.asked.category, self.asked.indicator, self.asked.finding, self.asked.reason)
        columns = [self.columns[_plain(label)] for label in labels]
        rows: dict[tuple[str, str, str], int] = {}
        last = self.heading_row
        for row in self.cells.rows:
            category, indicator, finding, reason = (_plain(self.cells.text(row, column)) for column in columns)
            if row > self.heading_row and (category or indicator or finding or reason):
                rows.setdefault((category, indicator, finding), row)
                last = row
        return rows, last

    def _add_column(self, label: str) -> None:
        """Right of the table: an older template's columns keep their places. It looks like the column beside it."""
        beside = max(self.columns.values())
        column = beside + 1
        for row in range(self.heading_row, self.cells.last_row + 1):
            look = self.cells.look(row, beside)
            if look is not None:
                self.cells.put(row, column, None, look)
        self.cells.put(self.heading_row, column, label, self.cells.look(self.heading_row, beside))
        self.columns[_plain(label)] = column


def put_questions(workbook: EditedWorkbook, asked: QuestionSheet) -> tuple[EditedSheet, list[str]]:
    """One row a question, with the cells that wait for an answer; a sheet that is missing is added.

    A row that asks the question already is used again, so that rounds do not pile up.
    """
    sheet, heading_row = _find_sheet(workbook, asked) or (_new_sheet(workbook, asked), 0)
    table = _Table(sheet.cells, asked, heading_row)
    rows, last = table.asked_rows()
    waiting: set[int] = set()
    for question in asked.questions:
        row = next((rows[key] for key in _keys(question) if key in rows), None)
        if row is None:
            row = last = last + 1
            table.put(row, asked.category, question.category)
            table.put(row, asked.indicator, question.indicator)
            table.put(row, asked.finding, question.finding)
        waiting.add(row)
    return sheet, [cell_name(row, table.columns[_plain(asked.reason)]) for row in sorted(waiting)]


def _keys(question: Question) -> list[tuple[str, str, str]]:
    """How a row may ask this already: the category by heading or name, what is asked by its name or left blank."""
    categories, findings = (question.category, question.category_name), (question.finding, "")
    return [
        (_plain(category), _plain(question.indicator), _plain(finding))
        for finding in findings
        for category in categories
    ]  # fmt: skip


def _find_sheet(workbook: EditedWorkbook, asked: QuestionSheet) -> tuple[EditedSheet, int] | None:
    """By name and heading, else by heading alone: category, figure and reason in one row."""
    labels = {_plain(asked.category), _plain(asked.indicator), _plain(asked.reason)}
    others = [name for name in workbook.sheet_names if name.strip() != asked.name]
    for name in (asked.name, *others):
        sheet = workbook.sheet(name)
        for row in sheet.cells.rows if sheet else ():
            if sheet and labels <= {_plain(text) for text in sheet.cells.in_row(row)}:
                return sheet, row
    return None


def _new_sheet(workbook: EditedWorkbook, asked: QuestionSheet) -> EditedSheet:
    widths = [_WIDE if label == asked.reason else _NARROW for label in asked.labels]
    sheet = NewSheet(workbook.styles, widths)
    sheet.append([NewCell(label, _HEADING) for label in asked.labels], 26)
    for _ in asked.questions:
        sheet.append([NewCell("", _ENTRY) for _ in asked.labels], 34)
    return workbook.append(_free_name(workbook, asked.name), sheet.finish("", is_landscape=True))


def _free_name(workbook: EditedWorkbook, name: str) -> str:
    """The name itself, unless the sender's sheet of this name has lost its heading; intake goes by headings."""
    taken = {one.strip().casefold() for one in workbook.sheet_names}
    names = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one.casefold() not in taken)


def _plain(text: str) -> str:
    """As labels and names are compared: without white space, and without a colon at the end."""
    return "".join(text.split()).rstrip("：:")
