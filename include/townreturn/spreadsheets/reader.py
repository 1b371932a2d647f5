"""Files → raw workbooks, in child processes: the process that asks never opens a file itself."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from townreturn.foreign_text import storable
from townreturn.spreadsheets.workbook import RawSheet, RawValue, RawWorkbook, Unreadable

BATCH_TIMEOUT_SECONDS = 120
"""Wall time for one child; its own CPU limit is lower, this one catches a child that only waits."""


def read_workbooks(paths: Sequence[Path]) -> dict[Path, RawWorkbook | Unreadable]:
    """Every path with what its file holds, or why it cannot be read.

    A batch whose child dies is halved until the file that kills it stands alone.
    """
    if not paths:
        return {}
    answers = _ask_child(paths)
    unanswered = [path for path in paths if path not in answers]
    if len(unanswered) == 1 and len(paths) == 1:
        return {paths[0]: Unreadable("FILE_UNREADABLE")}
    if unanswered:
        middle = max(1, len(unanswered) // 2)
        answers |= read_workbooks(unanswered[:middle])
        answers |= read_workbooks(unanswered[middle:])
    return answers


def _ask_child(paths: Sequence[Path]) -> dict[Path, RawWorkbook | Unreadable]:
    questions = "".join(json.dumps(str(path)) + "\n" for path in paths)
    command = [sys.executable, "-I", "-m", "townreturn.spreadsheets.reader_child"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no text from outside in the command
            command, input=questions.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=BATCH_TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        output = done.stdout
    except subprocess.TimeoutExpired as late:
        output = late.stdout or b""
    return dict(_answer(line) for line in output.split(b"\n")[:-1])


def _answer(line: bytes) -> tuple[Path, RawWorkbook | Unreadable]:
    answer = json.loads(line)
    path = Path(answer["path"])
    if "fault" in answer:
        return path, Unreadable(answer["fault"])
    sheets = tuple(
        RawSheet(
            storable(sheet["name"]), tuple(tuple(_value(one) for one in row) for row in sheet["rows"]), sheet["unread"]
        )
        for sheet in answer["sheets"]
    )
    return path, RawWorkbook(sheets)


def _value(value: Any) -> RawValue:
    if isinstance(value, dict):
        return str(value["moment"])
    if isinstance(value, str):
        return storable(value) or None
    return value if isinstance(value, bool | int | float) else None
