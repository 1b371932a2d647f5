"""Filling an issued template: every cell is found by its label, as a person would find it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from townreturn.domain.form import Section
from townreturn.domain.plan import Plan
from townreturn.spreadsheets.editing.cells import Cells
from townreturn.spreadsheets.editing.workbook import EditedWorkbook
from townreturn.spreadsheets.text_size import height_for

CellValue = Decimal | str | None


@dataclass(frozen=True)
class Contents:
    """What is written into a template.

    ``cover`` by the label on the cover; ``zero_returns``: category → whether it is one; ``cells`` by
    (category, indicator), None leaves a cell blank; ``entries`` by section, each with its category.
    """

    cover: Mapping[str, str]
    zero_returns: Mapping[str, bool]
    cells: Mapping[tuple[str, str], CellValue]
    entries: Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]


def fill_template(template: bytes, plan: Plan, contents: Contents) -> bytes:
    """The template with its contents, as the bytes of a workbook; same inputs, same bytes.

    Numbers are written as numbers, texts as texts: never as a formula, whatever they begin with.
    """
    book = EditedWorkbook(template)
    form = plan.form
    _fill_cover(_cells(book, form.sheets.cover), contents)
    _fill_statistics(_cells(book, form.sheets.statistics), plan, contents)
    for code, entries in contents.entries.items():
        section = form.section(code)
        _fill_section(_cells(book, section.sheet), section, plan, entries)
    return book.pack()


def _fill_cover(cells: Cells, contents: Contents) -> None:
    for label, text in contents.cover.items():
        row, column = _find(cells, label)
        cells.put(row, column + 1, text)


def _fill_statistics(cells: Cells, plan: Plan, contents: Contents) -> None:
    form = plan.form
    heading_row, label_column = _find(cells, form.anchors.indicator)
    columns = cells.in_row(heading_row)
    column_of = {category: columns[plan.category_by_code[category].heading] for category in contents.zero_returns}
    rows = {cells.text(row, label_column): row for row in cells.rows}
    for category, is_zero in contents.zero_returns.items():
        cells.put(rows[form.anchors.zero_return], column_of[category], form.yes if is_zero else form.no)
    for (category, indicator), value in contents.cells.items():
        cells.put(rows[form.by_code[indicator].label], column_of[category], value)


def _fill_section(
    cells: Cells, section: Section, plan: Plan, entries: Sequence[tuple[str, Mapping[str, str]]]
) -> None:  # fmt: skip
    heading_row, category_column = _find(cells, plan.form.anchors.category)
    columns = cells.in_row(heading_row)
    for row, (category, entry) in enumerate(entries, heading_row + 1):
        cells.put(row, category_column, plan.category_by_code[category].heading)
        for field in section.fields:
            cells.put(row, columns[field.label], entry.get(field.code))
        cells.heighten(row, max(height_for(entry.get(field.code, ""), field.width) for field in section.fields))


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
