"""``health``: what a cron job goes by."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from townreturn.cli import health, safekeeping
from townreturn.month.health import TroubleCode

Run = Callable[..., tuple[int, str, str]]
NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)


def test_each_trouble_is_a_line_and_ends_with_1_and_none_with_0(
    run: Run, home: Path, workbook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (health, safekeeping):
        monkeypatch.setattr(module, "read_clock", lambda: NOW)
    status, told, _ = run("health")
    assert status == 1
    assert [line.partition("：")[0] for line in told.splitlines()] == [
        TroubleCode.INTAKE_SILENT, TroubleCode.BACKUP_OLD,
    ]  # fmt: skip
    (home / "inbox").mkdir(exist_ok=True)
    workbook("report.xlsx", "yancao").rename(home / "inbox" / "report.xlsx")
    assert [run("intake")[0], run("backup", tmp_path / "backup.tar")[0]] == [0, 0]
    assert run("health") == (0, "一切正常\n", "")


@pytest.mark.parametrize("record", ['{"pid": 999999999, "born": 1}', "spoilt"])
def test_an_airflow_that_was_brought_up_and_is_gone_is_told(run: Run, home: Path, record: str) -> None:
    assert "airflow_lost" not in run("health")[1]
    (home / "airflow").mkdir()
    (home / "airflow" / "airflow.process.json").write_text(record)
    status, told, _ = run("health")
    assert status == 1
    assert told.splitlines()[0].startswith(f"{TroubleCode.AIRFLOW_LOST}：")
    assert "make up" in told.splitlines()[0]
    assert run("down")[0] == 0
    assert "airflow_lost" not in run("health")[1], "what was stopped is not missed"
