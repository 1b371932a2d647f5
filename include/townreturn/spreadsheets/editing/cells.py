"""The cells of a worksheet part, by 0-based row and column: found, read as text, written."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from lxml import etree

from townreturn.spreadsheets.editing.markup import Element, add_text, main, text_of
from townreturn.spreadsheets.editing.package import NotEditable
from townreturn.spreadsheets.workbook import Merge, cell_name

CellValue = Decimal | int | str | None
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_OF_MANY_CELLS = ("array", "dataTable")
"""Formulas whose results stand in cells that hold none; a shared one is repeated in each of its cells."""
_ROW, _CELL, _VALUE, _FORMULA = main("row"), main("c"), main("v"), main("f")


def place_of(name: str) -> tuple[int, int] | None:
    """0-based row and column of a cell's name ("D12" → (11, 3)), of a range's first cell; None for anything else."""
    found = _PLACE.fullmatch(name.partition(":")[0])
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    return (row - 1, column - 1) if 0 < row <= 1 << 20 and column <= 1 << 14 else None


def range_of(name: str) -> Merge | None:
    """The cells from first to last of "B2:D9", or of "B2" alone; None for anything else."""
    first, colon, last = name.partition(":")
    start, end = place_of(first), place_of(last if colon else first)
    if start is None or end is None or ":" in last or start > end or start[1] > end[1]:
        return None
    return Merge(*start, *end)


class Cells:
    """An index of a sheet's cells; ``strings`` gives the workbook's shared ones when one is needed."""

    def __init__(self, sheet: Element, strings: Callable[[], Sequence[str]]) -> None:
        data = sheet.find(main("sheetData"))
        if data is None:
            raise NotEditable("a sheet without cells")
        self._sheet, self._data, self._strings = sheet, data, strings
        self._rows: dict[int, Element] = {}
        self._cells: dict[int, dict[int, Element]] = {}
        self.is_changed = False
        self._index()
        ranges = (range_of(one.get("ref", "")) for one in self._data.iter(_FORMULA) if one.get("t") in _OF_MANY_CELLS)
        self._arrays = [one for one in ranges if one is not None]

    def text(self, row: int, column: int) -> str:
        """What the cell shows of a text; a number as it is stored, nothing for a blank."""
        cell = self._cells.get(row, {}).get(column)
        if cell is None:
            return ""
        value = cell.findtext(_VALUE) or ""
        kind = cell.get("t")
        if kind == "s":
            strings = self._strings()
            return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
        return text_of(cell) if kind == "inlineStr" else value

    def find(self, label: str) -> tuple[int, int] | None:
        """The first cell that holds exactly the label."""
        return next(((row, columns[label]) for row in self.rows if label in (columns := self.in_row(row))), None)

    def in_row(self, row: int) -> dict[str, int]:
        """The texts of a row with their columns; of equal ones the first."""
        return {self.text(row, column).strip(): column for column in reversed(self._cells.get(row, {}))}

    @property
    def rows(self) -> list[int]:
        """The rows that are there, from the top."""
        return list(self._rows)

    @property
    def last_row(self) -> int:
        return max(self._rows, default=-1)

    def look(self, row: int, column: int) -> str | None:
        """The number of the cell's look, None for a cell that is not there."""
        cell = self._cells.get(row, {}).get(column)
        return cell.get("s") if cell is not None else None

    def inherited_look(self, row: int, column: int) -> str | None:
        """The look that a cell which is not there shows: its row's, else its column's."""
        element = self._rows.get(row)
        if element is not None and element.get("customFormat") in ("1", "true"):
            return element.get("s")
        columns = self._sheet.iterfind(f"{main('cols')}/{main('col')}")
        covering = (one for one in columns if int(one.get("min", "0")) <= column + 1 <= int(one.get("max", "0")))
        return next((one.get("style") for one in covering), None)

    def is_calculated(self, row: int, column: int) -> bool:
        """Whether a formula stands in the cell, or one of another cell gives its value (array formulas)."""
        cell = self._cells.get(row, {}).get(column)
        if cell is not None and cell.find(_FORMULA) is not None:
            return True
        return any(one.covers(row, column) for one in self._arrays)

    def forget_calculated(self) -> None:
        """Take the stored values of all formulas out: whoever opens the file calculates them, or finds none."""
        for row, cells in self._cells.items():
            for column, cell in cells.items():
                value = cell.find(_VALUE)
                if value is not None and self.is_calculated(row, column):
                    cell.remove(value)
                    cell.attrib.pop("t", "")
                    self.is_changed = True

    def put(self, row: int, column: int, value: CellValue, look: str | None = None) -> None:
        """Write a number or a text, never a formula; the cell keeps its look unless one is given."""
        self.is_changed = True
        cell = self._cell(row, column)
        if cell.find(_FORMULA) is not None:
            raise NotEditable("a formula stands where something is to be written")
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", "")
        if look is not None:
            cell.set("s", look)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            add_text(etree.SubElement(cell, main("is")), value)
        elif value is not None:
            etree.SubElement(cell, _VALUE).text = str(value)

    def heighten(self, row: int, points: int) -> None:
        """Make a row at least as high as this."""
        element = self._row(row)
        if float(element.get("ht", "0")) < points:
            element.set("ht", str(points))
            element.set("customHeight", "1")
            self.is_changed = True

    def _index(self) -> None:
        """Rows and cells may leave their place out: then they follow the one before."""
        row = -1
        for element in self._data.iterchildren(_ROW):
            stated = element.get("r")
            before, row = row, int(stated) - 1 if stated and stated.isdigit() else row + 1
            if row <= before:
                raise NotEditable("rows out of order")
            self._rows[row] = element
            self._cells[row] = self._index_row(row, element)

    def _index_row(self, row: int, element: Element) -> dict[int, Element]:
        cells: dict[int, Element] = {}
        column = -1
        for cell in element.iterchildren(_CELL):
            name = cell.get("r")
            place = place_of(name) if name else (row, column + 1)
            if place is None or place[0] != row or place[1] <= column:
                raise NotEditable("cells out of order")
            column = place[1]
            if not name:
                cell.set("r", cell_name(row, column))
            cells[column] = cell
        return cells

    def _cell(self, row: int, column: int) -> Element:
        parent, cells = self._row(row), self._cells[row]
        if column not in cells:
            cell = etree.Element(_CELL, {"r": cell_name(row, column)})
            later = min((at for at in cells if at > column), default=None)
            if later is None:
                parent.append(cell)
            else:
                cells[later].addprevious(cell)
            self._cells[row] = dict(sorted([*cells.items(), (column, cell)]))
            self._forget_reach(parent)
        return self._cells[row][column]

    def _row(self, row: int) -> Element:
        if row not in self._rows:
            element = etree.Element(_ROW, {"r": str(row + 1)})
            later = min((at for at in self._rows if at > row), default=None)
            if later is None:
                self._data.append(element)
            else:
                self._rows[later].addprevious(element)
            self._rows = dict(sorted([*self._rows.items(), (row, element)]))
            self._cells[row] = {}
        return self._rows[row]

    def _forget_reach(self, row: Element) -> None:
        """What a sheet says of its own reach is optional, and would now be wrong."""
        row.attrib.pop("spans", "")
        dimension = self._sheet.find(main("dimension"))
        if dimension is not None:
            self._sheet.remove(dimension)
