"""How much room a text takes in a cell: columns, lines and points."""

import unicodedata
from functools import lru_cache
from math import ceil

_LINE_POINTS = 16
_LAST_ROW_POINTS = 409  # Excel allows no higher row
_NEVER_SHORTER = 20


def width_of(text: str) -> int:
    """Columns that a text takes: Chinese characters count two."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=1 << 14)
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def lines_of(text: str, width: float) -> int:
    """Lines that a wrapped text takes in a column of ``width``."""
    return sum(max(1, ceil(width_of(line) / width)) for line in text.split("\n"))


def height_for(text: str, width: float, line_points: int = _LINE_POINTS) -> int:
    """Points a row needs to show a wrapped text in a column of ``width``."""
    return min(max(_NEVER_SHORTER, lines_of(text, width) * line_points + 4), _LAST_ROW_POINTS)
