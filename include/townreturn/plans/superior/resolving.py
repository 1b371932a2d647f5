"""References of a mapping file ("汇总表!D9", a defined name) → cells of the template that can be filled."""

from collections.abc import Sequence

from townreturn.plans.superior.wanted import Wanted
from townreturn.spreadsheets.editing.filling import Cell, FillableWorkbook, split_reference
from townreturn.spreadsheets.workbook import cell_name
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say


def resolve_all(document: StrictDocument, book: FillableWorkbook, wanted: Sequence[Wanted]) -> dict[Wanted, Cell]:
    """Raises ConfigurationFault for a cell that is not there, cannot be filled, or is wanted twice."""
    cells: dict[Wanted, Cell] = {}
    taken: set[Cell] = set()
    for one in wanted:
        cell = _locate(document, book, one)
        _refuse_obstacle(document, book, one.at, cell)
        if cell in taken:
            document.fail(one.at, "CONFIG_DUPLICATE", value=cell)
        taken.add(cell)
        cells[one] = cell
    return cells


def _locate(document: StrictDocument, book: FillableWorkbook, one: Wanted) -> Cell:
    if one.sheet:
        return _cell(document, book, one.at, one.sheet, one.reference)
    return resolve(document, book, one.at, one.reference)


def resolve(document: StrictDocument, book: FillableWorkbook, at: Location, reference: str) -> Cell:
    """One cell by sheet and place, or by a defined name; raises ConfigurationFault."""
    split = split_reference(reference)
    if split is None:
        stands_for = book.named(reference)
        split = None if stands_for is None else split_reference(stands_for)
        if split is None:
            document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_NO_NAME", name=reference))
    return _cell(document, book, at, *split)


def require_sheet(document: StrictDocument, book: FillableWorkbook, at: Location, name: str) -> str:
    """A worksheet's own name; raises ConfigurationFault naming the sheets that there are."""
    found = book.find_sheet(name)
    if found is None:
        names = say("LIST_SEPARATOR").join(book.sheet_names)
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_NO_SHEET", sheet=name, names=names))
    return found


def _cell(document: StrictDocument, book: FillableWorkbook, at: Location, sheet: str, text: str) -> Cell:
    cell = book.cell(require_sheet(document, book, at, sheet), text)
    if cell is None:
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_NOT_A_CELL", sheet=sheet, value=text))
    return cell


def _refuse_obstacle(document: StrictDocument, book: FillableWorkbook, at: Location, cell: Cell) -> None:
    merge = book.merge_over(cell)
    if merge is not None:
        first = cell_name(merge.first_row, merge.first_column)
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_INSIDE_MERGE", cell=cell, first=first))
    if book.is_calculated(cell):
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("SUPERIOR_CALCULATED", cell=cell))
