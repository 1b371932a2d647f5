"""The child process's side of marked copies: it alone opens senders' workbooks to write into them."""

from dataclasses import replace
from pathlib import Path

import msgspec

from townreturn.receipts.marked_copy import mark_workbook
from townreturn.receipts.marking import Marking

_DECODER = msgspec.json.Decoder(Marking)


def answer(job: bytes) -> bytes:
    """A marking (JSON) → the marked copy, rebuilt from its values where the file's own package cannot be edited.

    Nothing where the file cannot be read, or cannot be marked for a reason nobody thought of: the
    receipt then goes out without a copy.
    """
    marking = _DECODER.decode(job)
    content = Path(marking.path).read_bytes()
    for make in (mark_workbook, _mark_rebuilt):
        try:
            return make(content, marking)
        except Exception:  # noqa: BLE001, S112 - NotEditable, CannotRead, or what a hostile file provokes
            continue
    return b""


def _mark_rebuilt(content: bytes, marking: Marking) -> bytes:
    from townreturn.receipts.rebuilding import rebuild_workbook
    from townreturn.spreadsheets.reader_child import read_bytes

    rebuilt, names = rebuild_workbook(read_bytes(content), marking)
    return mark_workbook(rebuilt, _renamed(marking, names), is_rebuilt=True)


def _renamed(marking: Marking, names: dict[str, str]) -> Marking:
    """The marking with sheets called as they are in the rebuilt copy."""
    marks = tuple(replace(one, sheet=names.get(one.sheet, one.sheet)) for one in marking.marks)
    lines = tuple(replace(one, sheet=names.get(one.sheet, one.sheet)) for one in marking.front.lines)
    return replace(marking, marks=marks, front=replace(marking.front, lines=lines))
