"""Tables for a screen of text."""

from collections.abc import Sequence
from unicodedata import east_asian_width


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row, columns padded by their width on screen, where a Chinese character takes two."""
    widths = [max(map(shown_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - shown_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def shown_width(text: str) -> int:
    """Columns that a text takes on screen."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
