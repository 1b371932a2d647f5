"""How much room a sheet's columns and rows take on the screen: where the box of a comment is drawn."""

from collections.abc import Callable

from townreturn.spreadsheets.editing.markup import Element, main
from townreturn.spreadsheets.text_size import lines_of

_BOX_WIDTH, _LINE, _CHARACTERS = 300, 17, 38  # pixels, pixels, half-width characters a line
_COLUMN, _ROW = 64, 20  # pixels of one that says nothing of itself
_INDENT, _DROP = 15, 2
_MOST_STEPS = 200  # hidden columns take no room, and a hostile sheet may hide them all
_TRUE = ("1", "true")


class Room:
    """Pixels of the columns and rows of a worksheet, 0-based."""

    def __init__(self, sheet: Element) -> None:
        self._columns = [
            (int(one.get("min", "0")) - 1, int(one.get("max", "0")) - 1, _pixels(one, "width", 7, 5))
            for one in sheet.iterfind(f"{main('cols')}/{main('col')}")
        ]
        self._rows = {
            one.get("r"): _pixels(one, "ht", 4 / 3, 0)
            for one in sheet.iterfind(f"{main('sheetData')}/{main('row')}")
            if one.get("ht") or one.get("hidden")
        }

    def box_beside(self, place: tuple[int, int], text: str) -> list[int]:
        """A box right of the cell, large enough for the text: column, pixels, row, pixels of both its corners."""
        row, column = place[0], place[1] + 1
        height = _LINE * (lines_of(text, _CHARACTERS) + 1)
        right, bottom = self._reach(column, _BOX_WIDTH, self._width), self._reach(row, height, self._height)
        return [column, _INDENT, row, _DROP, *right, *bottom]

    def _width(self, column: int) -> int:
        return next((pixels for first, last, pixels in self._columns if first <= column <= last), _COLUMN)

    def _height(self, row: int) -> int:
        return self._rows.get(str(row + 1), _ROW)

    @staticmethod
    def _reach(start: int, pixels: int, size_of: Callable[[int], int]) -> tuple[int, int]:
        """How far ``pixels`` reach: the row or column, and the pixels within it."""
        for at in range(start, start + _MOST_STEPS):
            if pixels < size_of(at):
                return at, pixels
            pixels -= size_of(at)
        return start + _MOST_STEPS, 0


def _pixels(one: Element, size: str, factor: float, padding: int) -> int:
    return 0 if one.get("hidden") in _TRUE else int(float(one.get(size, "9")) * factor) + padding
