"""What an approver is told in Markdown, as blocks of a page: the same text as Airflow's own question shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

_Kind = Literal["heading", "table", "items", "text", "gap"]


@dataclass(frozen=True)
class Block:
    """Lines of one kind; of a table the heads are the first row, and ``are_numbers`` says it of each column."""

    kind: _Kind
    rows: tuple[tuple[str, ...], ...]
    are_numbers: tuple[bool, ...] = ()


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks in their order. Only what summaries are made of is known: no text from outside has marks left."""
    grouped = groupby(markdown.splitlines(), key=_kind_of)
    return tuple(_block(kind, list(lines)) for kind, lines in grouped if kind != "gap")


def _kind_of(line: str) -> _Kind:
    if not line.strip():
        return "gap"
    marks: dict[str, _Kind] = {"**": "heading", "|": "table", "- ": "items"}
    return next((kind for mark, kind in marks.items() if line.startswith(mark)), "text")


def _block(kind: _Kind, lines: Sequence[str]) -> Block:
    if kind == "table":
        heads, rule, *rows = (_cells(line) for line in lines)
        return Block(kind, (heads, *rows), tuple(one.endswith(":") for one in rule))
    return Block(kind, tuple((line.removeprefix("- ").strip("*"),) for line in lines))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
