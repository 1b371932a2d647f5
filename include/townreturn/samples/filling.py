"""Filling an issued template: every cell is found by its label, as a person would find it."""

from pathlib import Path

from townreturn.samples.filing import Filing
from townreturn.spreadsheets.editing.cells import Cells
from townreturn.spreadsheets.editing.workbook import EditedWorkbook


def fill_template(template: Path, filing: Filing) -> bytes:
    """The template with a filing's contents, as the bytes of a workbook; same inputs, same bytes.

    Numbers are written as numbers, texts as texts: never as a formula, whatever they begin with.
    """
    book = EditedWorkbook(template.read_bytes())
    form = filing.plan.form
    _fill_cover(_cells(book, form.sheets.cover), filing)
    _fill_statistics(_cells(book, form.sheets.statistics), filing)
    for section in filing.entries:
        _fill_section(_cells(book, form.section(section).sheet), section, filing)
    return book.pack()


def _fill_cover(cells: Cells, filing: Filing) -> None:
    for label, text in filing.cover.items():
        row, column = _find(cells, label)
        cells.put(row, column + 1, text)


def _fill_statistics(cells: Cells, filing: Filing) -> None:
    form, plan = filing.plan.form, filing.plan
    heading_row, label_column = _find(cells, form.anchors.indicator)
    columns = cells.in_row(heading_row)
    rows = {cells.text(row, label_column): row for row in cells.rows}
    for category, month in filing.figures.items():
        column = columns[plan.category_by_code[category].heading]
        cells.put(rows[form.anchors.zero_return], column, form.yes if month.zero_return else form.no)
        for indicator in month.values:
            cells.put(rows[form.by_code[indicator].label], column, filing.cells[category, indicator])


def _fill_section(cells: Cells, code: str, filing: Filing) -> None:
    section = filing.plan.form.section(code)
    heading_row, category_column = _find(cells, filing.plan.form.anchors.category)
    columns = cells.in_row(heading_row)
    for row, (category, entry) in enumerate(filing.entries[code], heading_row + 1):
        cells.put(row, category_column, filing.plan.category_by_code[category].heading)
        for field in section.fields:
            cells.put(row, columns[field.label], entry[field.code])


def _cells(book: EditedWorkbook, name: str) -> Cells:
    sheet = book.sheet(name)
    if sheet is None:
        raise LookupError(f"a template without the sheet {name}")
    return sheet.cells


def _find(cells: Cells, label: str) -> tuple[int, int]:
    """0-based row and column of the first cell that holds exactly the label."""
    found = cells.find(label)
    if found is None:
        raise LookupError(f"a template without the label {label}")
    return found
