"""Texts from units, made fit for documents: nothing vanishes unseen."""

import re

MARK = "□"
"""Stands where a character was that no document may hold."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """The text with one kind of line end and every control character shown as □."""
    return _FORBIDDEN.sub(MARK, text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Cleaned text for use inside a sentence: line ends and runs of space become one space."""
    return _SPACES.sub(" ", clean_text(text)).strip()


def split_text(text: str, width: int, max_lines: int) -> list[str]:
    """Cleaned text in pieces that fill at most ``max_lines`` lines of ``width`` half-width columns."""
    pieces: list[str] = []
    piece, lines, column = "", 1, 0
    for one in clean_text(text):
        size = _columns_of(one)
        if one == "\n" or column + size > width:
            lines, column = lines + 1, 0
        if lines > max_lines:
            pieces.append(piece)
            piece, lines = "", 1
        piece, column = piece + one, column + size
    return [one.strip("\n") for one in (*pieces, piece)]


def count_lines(text: str, width: int) -> int:
    """How many lines of ``width`` half-width columns the text fills; at least one."""
    return sum(max(1, -(-display_width(line) // width)) for line in text.split("\n"))


def display_width(text: str) -> int:
    """Width in half-width columns of the widest line: Chinese characters take two."""
    return max(sum(map(_columns_of, line)) for line in text.split("\n"))


def _columns_of(character: str) -> int:
    if character == "\n":
        return 0
    return 1 if ord(character) < 0x1100 else 2
