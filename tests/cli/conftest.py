"""A data directory and a clock of each test's own, and the command line run in this process."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from townreturn.cli import approvals, checking, main, returns, status, submissions, timeliness

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of this test's own, and a clock that stands at NOW."""
    for name in [name for name in os.environ if name.startswith("TOWNRETURN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TOWNRETURN_HOME", str(tmp_path / "home"))
    for module in (approvals, checking, submissions, returns, status, timeliness):
        monkeypatch.setattr(module, "read_clock", lambda: NOW)
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


@pytest.fixture
def workbook(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> Callable[..., Path]:
    def save(name: str, unit: str, *edits: Callable[[FilledWorkbook], object]) -> Path:
        return filled(unit, "2018-01", *edits).save(tmp_path / name, NOW - timedelta(hours=1))

    return save
