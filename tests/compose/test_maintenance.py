"""The night's work: when it is due, what goes and what stays."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import maintenance
from maintenance import Upkeep, check, do_what_is_due, keep_up, remove_old_backups, remove_old_logs
from object_store import ObjectStore, run_object_store

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2018, 4, 2, 2, 0, tzinfo=ZONE)


@pytest.fixture
def upkeep(tmp_path: Path) -> Upkeep:
    archive, backups, logs = tmp_path / "archive", tmp_path / "backups", tmp_path / "logs"
    for folder in (archive / "ab", backups, logs):
        folder.mkdir(parents=True)
    return Upkeep(str(archive), backups, logs, ZONE, hour=2, kept=3, log_days=90, airflow_days=400)


def backup(upkeep: Upkeep, day: str, at: datetime = NIGHT) -> Path:
    return old(upkeep.backups / f"townreturn-{day}.tar", at)


def old(path: Path, at: datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_the_first_backup_of_all_does_not_wait_for_the_night(upkeep: Upkeep) -> None:
    assert upkeep.is_due(NIGHT - timedelta(hours=10))


def test_an_office_that_holds_nothing_yet_has_no_backup_and_lacks_none(upkeep: Upkeep) -> None:
    (Path(upkeep.archive) / "ab").rmdir()
    assert not upkeep.is_due(NIGHT)
    assert not upkeep.is_late(NIGHT)


def test_a_day_has_one_backup_from_its_hour_on(upkeep: Upkeep) -> None:
    backup(upkeep, "2018-04-01")
    assert not upkeep.is_due(NIGHT - timedelta(minutes=1))
    assert upkeep.is_due(NIGHT)
    assert upkeep.is_due(NIGHT + timedelta(hours=20))
    backup(upkeep, "2018-04-02")
    assert not upkeep.is_due(NIGHT + timedelta(hours=20))


def test_the_day_is_the_towns_not_greenwichs(upkeep: Upkeep) -> None:
    backup(upkeep, "2018-04-01")
    assert upkeep.is_due(datetime(2018, 4, 1, 18, 0, tzinfo=UTC))
    assert upkeep.backup_of(datetime(2018, 4, 1, 18, 0, tzinfo=UTC)).name == "townreturn-2018-04-02.tar"


def test_no_backup_is_late_and_so_is_one_of_the_day_before_yesterday(upkeep: Upkeep) -> None:
    assert upkeep.is_late(NIGHT)
    backup(upkeep, "2018-04-01", NIGHT - timedelta(hours=25))
    assert not upkeep.is_late(NIGHT)
    assert upkeep.is_late(NIGHT + timedelta(hours=2))


def test_the_newest_backups_are_kept_and_nothing_of_anybody_else(upkeep: Upkeep) -> None:
    for day in range(1, 6):
        backup(upkeep, f"2018-04-0{day}")
    others = [upkeep.backups / "townreturn-by-hand.tar", upkeep.backups / "notes.txt"]
    for path in others:
        path.write_text("x", encoding="utf-8")
    remove_old_backups(upkeep, NIGHT)
    assert sorted(upkeep.backups.iterdir()) == sorted(
        [*others, *(upkeep.backups / f"townreturn-2018-04-0{day}.tar" for day in (3, 4, 5))]
    )


def test_what_a_backup_cut_off_has_left_goes_the_next_day(upkeep: Upkeep) -> None:
    left = old(upkeep.backups / ".0f3a.part", NIGHT - timedelta(days=2))
    under_way = old(upkeep.backups / ".99aa.part", NIGHT - timedelta(hours=1))
    remove_old_backups(upkeep, NIGHT)
    assert not left.exists()
    assert under_way.exists()


def test_logs_go_after_their_days_with_the_folders_they_leave_empty(upkeep: Upkeep) -> None:
    gone = old(upkeep.logs / "dag_id=monthly_return" / "run_id=a" / "attempt=1.log", NIGHT - timedelta(days=91))
    kept = old(upkeep.logs / "dag_id=monthly_return" / "run_id=b" / "attempt=1.log", NIGHT - timedelta(days=89))
    longer_ago = (NIGHT - timedelta(days=200)).timestamp()
    remove_old_logs(upkeep, NIGHT)
    os.utime(gone.parent, (longer_ago, longer_ago))
    remove_old_logs(upkeep, NIGHT)
    assert not gone.parent.exists()
    assert kept.exists()


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(maintenance, "run", lambda *command: given.append(command) is None)
    return given


def test_a_night_backs_up_first_and_then_clears_airflows_records(upkeep: Upkeep, commands: list[Any]) -> None:
    assert keep_up(upkeep, NIGHT)
    taken, cleaned = commands
    assert taken == ("townreturn", "backup", str(upkeep.backups / "townreturn-2018-04-02.tar"))
    assert cleaned[:3] == ("airflow", "db", "clean")
    assert datetime.fromisoformat(cleaned[4]) == NIGHT - timedelta(days=400)


def test_a_failed_backup_is_told_and_costs_no_older_one(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 6):
        backup(upkeep, f"2018-03-0{day}")
    monkeypatch.setattr(maintenance, "run", lambda *command: command[0] != "townreturn")
    assert not keep_up(upkeep, NIGHT)
    assert len(upkeep.taken()) == 5


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    yield from run_object_store()


def test_a_store_that_is_away_before_the_first_backup_is_told_and_asked_again(
    upkeep: Upkeep, store: ObjectStore, commands: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    remote = replace(upkeep, archive=f"{store.bucket()}/archive")
    with store.away():
        assert not do_what_is_due(remote, NIGHT)
        assert remote.archive in capsys.readouterr().out
        assert check(remote, NIGHT) == 1
        assert remote.archive in capsys.readouterr().out
    assert do_what_is_due(remote, NIGHT)
    assert check(remote, NIGHT) == 0
    assert commands == []
