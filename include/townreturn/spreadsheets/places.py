"""Cells' places as spreadsheets write them: "D12" and "A1:B2"."""

import re

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})", re.ASCII)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""As many rows and columns as an Excel sheet has."""


def read_place(name: str) -> tuple[int, int] | None:
    """ "D12" → (11, 3); None for what is no cell's name."""
    place = _PLACE.fullmatch(name)
    if place is None:
        return None
    column = 0
    for letter in place[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(place[2])
    return (row - 1, column - 1) if row <= LAST_ROW and column <= LAST_COLUMN else None


def read_range(name: str) -> tuple[int, int, int, int] | None:
    """ "A1:B2" → (0, 0, 1, 1)."""
    first, _, last = name.partition(":")
    start, end = read_place(first), read_place(last or first)
    if start is None or end is None or start[0] > end[0] or start[1] > end[1]:
        return None
    return (*start, *end)
