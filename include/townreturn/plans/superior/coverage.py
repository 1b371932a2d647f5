"""Ranges of the template that have to be filled: every cell that can be has its figure, or is skipped by name."""

from collections.abc import Collection, Iterator

from townreturn.plans.superior.mapping import MappingFile
from townreturn.plans.superior.resolving import require_sheet
from townreturn.plans.superior.wanted import skipped_cells
from townreturn.spreadsheets.editing.cells import range_of
from townreturn.spreadsheets.editing.filling import Cell, FillableWorkbook, split_reference
from townreturn.spreadsheets.workbook import Merge
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say

_MOST_CELLS = 100_000
_NAMED = 10


def refuse_uncovered(
    document: StrictDocument, book: FillableWorkbook, mapping: MappingFile, mapped: Collection[Cell]
) -> None:
    """Raises ConfigurationFault naming cells of ``required`` that are neither mapped nor skipped."""
    skipped: dict[str, list[Merge]] = {}
    for number, grid in enumerate(mapping.grids):
        skipped.setdefault(grid.sheet.strip(), []).extend(skipped_cells(document, ("grids", number), grid))
    for row, text in enumerate(mapping.required):
        sheet, cells = _required(document, book, ("required", row), text)
        ranges = skipped.get(sheet.strip(), [])
        left = [one for one in _fillable(book, sheet, cells) if one not in mapped and not _is_in(ranges, one)]
        if left:
            named = say("LIST_SEPARATOR").join(str(one).rpartition("!")[2] for one in left[:_NAMED])
            detail = say("SUPERIOR_UNCOVERED", sheet=sheet, count=len(left), cells=named)
            document.fail(("required", row), "CONFIG_BAD_VALUE", detail=detail)


def _required(document: StrictDocument, book: FillableWorkbook, at: Location, text: str) -> tuple[str, Merge]:
    sheet, cells = split_reference(text) or ("", text)
    found = range_of(cells)
    if not sheet or found is None or _size(found) > _MOST_CELLS:
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_BAD_RANGE", value=text))
    return require_sheet(document, book, at, sheet), found


def _size(cells: Merge) -> int:
    return (cells.last_row - cells.first_row + 1) * (cells.last_column - cells.first_column + 1)


def _fillable(book: FillableWorkbook, sheet: str, cells: Merge) -> Iterator[Cell]:
    for row in range(cells.first_row, cells.last_row + 1):
        for column in range(cells.first_column, cells.last_column + 1):
            cell = Cell(sheet, row, column)
            if book.can_fill(cell):
                yield cell


def _is_in(ranges: Collection[Merge], cell: Cell) -> bool:
    return any(one.covers(cell.row, cell.column) for one in ranges)
