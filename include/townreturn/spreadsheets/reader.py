"""Files → raw workbooks, in child processes: the process that asks never opens a file itself."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from townreturn.foreign_text import storable
from townreturn.spreadsheets.answer import Answer
from townreturn.spreadsheets.isolation import run_isolated
from townreturn.spreadsheets.workbook import RawSheet, RawWorkbook, Unreadable

_CHILD = "townreturn.spreadsheets.reader_child"


_DECODER = msgspec.json.Decoder(Answer)


def read_workbooks(paths: Sequence[Path]) -> dict[Path, RawWorkbook | Unreadable]:
    """Every path with what its file holds, or why it cannot be read.

    All answers are in memory at once, about 60 kB a workbook: who reads thousands asks in batches.
    """
    answers = run_isolated(_CHILD, [os.fsencode(path.absolute()) for path in paths])
    return {path: _understand(answer) for path, answer in zip(paths, answers, strict=True)}


def _understand(text: bytes | None) -> RawWorkbook | Unreadable:
    if text is None:
        return Unreadable("FILE_BROKE_THE_READER")
    answer = _DECODER.decode(text)
    if answer.workbook is None:
        return answer.fault or Unreadable("FILE_BROKE_THE_READER")
    return _storable(answer.workbook) if b"\\u0000" in text else answer.workbook


def _storable(book: RawWorkbook) -> RawWorkbook:
    """Without the NUL characters that no database takes."""
    return replace(book, sheets=tuple(_storable_sheet(one) for one in book.sheets))


def _storable_sheet(sheet: RawSheet) -> RawSheet:
    rows = (tuple(storable(one) if isinstance(one, str) else one for one in row) for row in sheet.rows)
    return replace(sheet, name=storable(sheet.name), rows=tuple(rows))
