"""The child that parses workbooks is killed from outside, as the kernel does when the machine's memory runs out."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from conserved import read_sent, require_conserved

from townreturn import month
from townreturn.office import Office
from townreturn.spreadsheets import isolation

pytestmark = pytest.mark.faults
Send = Callable[..., Path]
NOW = datetime(2018, 1, 28, 4, tzinfo=UTC)
INTERPRETER = """#!{python}
import os, signal, sys
sys.path[:0] = {path!r}
from townreturn.spreadsheets import isolated_child, reader_child
read, files = reader_child.read_bytes, []
def read_or_die(content):
    files.append(content)
    if len(files) == {deadly}:
        try:
            os.rename({armed!r}, {armed!r} + ".fired")
        except FileNotFoundError:
            return read(content)
        os.kill(os.getpid(), signal.SIGKILL)
    return read(content)
reader_child.read_bytes = read_or_die
isolated_child.main(sys.argv[-1])
"""


def arm(folder: Path, deadly: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The child dies once, at its ``deadly``-th file; the path that is there afterwards."""
    armed, interpreter = folder / "armed", folder / "python"
    armed.touch()
    text = INTERPRETER.format(python=sys.executable, path=sys.path, deadly=deadly, armed=str(armed))
    interpreter.write_text(text, encoding="utf-8")
    interpreter.chmod(0o755)
    monkeypatch.setattr(isolation, "sys", SimpleNamespace(executable=str(interpreter)))
    return armed.with_name("armed.fired")


@pytest.mark.parametrize("deadly", [1, 4])
def test_the_child_that_reads_workbooks_is_killed(
    small_office: Office, send: Send, deadly: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An honest workbook is not told to be damaged because something else killed its reader, the first one neither."""
    for number in range(5):
        send(small_office, "shiyaojian", "2018-01", lambda book, n=number: book.put("premises_inspected", n + 1),
             name=f"{number}.xlsx", received_at=NOW - timedelta(minutes=60 - number))  # fmt: skip
    sent = read_sent(Path(small_office.inbox.path))
    fired = arm(tmp_path, deadly, monkeypatch)
    month.take_in(small_office, NOW)
    assert fired.exists()
    assert require_conserved(small_office, sent) == {"accepted": 5}
