"""Somebody else's workbook with some of its cells filled: styles, formulas, rules and all other cells stay."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from townreturn.spreadsheets.editing.cells import CellValue, place_of, range_of
from townreturn.spreadsheets.editing.package import NotEditable
from townreturn.spreadsheets.editing.sheet import EditedSheet
from townreturn.spreadsheets.editing.workbook import EditedWorkbook
from townreturn.spreadsheets.workbook import Merge, cell_name

_SHEET_AND_RANGE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([^!]+)")


@dataclass(frozen=True)
class Cell:
    """A cell of a workbook: its sheet's name, row and column from 0."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.sheet}!{cell_name(self.row, self.column)}"


def split_reference(reference: str) -> tuple[str, str] | None:
    """Sheet and cells of "汇总!D9" or "'汇 总'!$D$9:$D$11"; None for anything else."""
    found = _SHEET_AND_RANGE.fullmatch(reference.strip())
    return (found[1].replace("''", "'") if found[1] else found[2], found[3]) if found else None


class FillableWorkbook:
    """An xlsx package without macros.

    Raises NotEditable as EditedWorkbook does, and for pivot tables, which keep what they were made from.
    """

    def __init__(self, content: bytes) -> None:
        self._book = EditedWorkbook(content)
        if self._book.has_parts_like("pivotTable"):
            raise NotEditable("pivot tables")

    @property
    def sheet_names(self) -> list[str]:
        return self._book.sheet_names

    def find_sheet(self, name: str) -> str | None:
        """A worksheet's own name, without regard to spaces around it; None where there is none."""
        found = next((one for one in self.sheet_names if one.strip() == name.strip()), None)
        return found if found is not None and self._book.sheet(found) is not None else None

    def named(self, name: str) -> str | None:
        """What a defined name stands for, None where there is none."""
        return self._book.named_range(name)

    def cell(self, sheet: str, text: str) -> Cell | None:
        """The cell named so ("D9"), or that a merge shows as one ("D9:F9"); None for what is not one cell."""
        named = range_of(text)
        place = place_of(text)
        if named is None or place is None:
            return None
        is_one = (named.first_row, named.first_column) == (named.last_row, named.last_column)
        return Cell(sheet, *place) if is_one or named in self._sheet(sheet).merges else None

    def text(self, cell: Cell) -> str:
        """What a cell shows of a text."""
        return self._sheet(cell.sheet).cells.text(cell.row, cell.column)

    def can_fill(self, cell: Cell) -> bool:
        """Whether a cell is shown as itself and holds no formula."""
        return self.merge_over(cell) is None and not self.is_calculated(cell)

    def is_calculated(self, cell: Cell) -> bool:
        """Whether a formula says what stands in the cell."""
        return self._sheet(cell.sheet).cells.is_calculated(cell.row, cell.column)

    def merge_over(self, cell: Cell) -> Merge | None:
        """The merge that hides the cell; None for its first cell, which it shows."""
        covering = (one for one in self._sheet(cell.sheet).merges if one.covers(cell.row, cell.column))
        return next((one for one in covering if (one.first_row, one.first_column) != (cell.row, cell.column)), None)

    def fill(self, values: Mapping[Cell, CellValue]) -> bytes:
        """The package with these cells filled, None blank; the same values give the same bytes."""
        for cell, value in values.items():
            cells = self._sheet(cell.sheet).cells
            look = cells.look(cell.row, cell.column) or cells.inherited_look(cell.row, cell.column)
            cells.put(cell.row, cell.column, value, look)
        self._book.calculate_on_opening()
        return self._book.pack()

    def _sheet(self, name: str) -> EditedSheet:
        found = self._book.sheet(name)
        if found is None:
            raise NotEditable(f"no worksheet {name}")
        return found
