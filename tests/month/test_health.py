"""What a monitor is told: nothing when all is well, and each trouble when it is there and not before."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from asked_board import asking
from stored_reports import empty_the_inbox
from townreturn import month
from townreturn.domain.dispatch import AttemptResult, DispatchOutcome
from townreturn.domain.message import Letter, MessageKind
from townreturn.domain.period import Period
from townreturn.month.health import TroubleCode
from townreturn.office import Office
from townreturn.store.arrivals import IntakeRun, record_intake_runs
from townreturn.store.dispatches import record_attempt, record_result
from townreturn.store.engine import writing
from townreturn.store.messages import list_messages, record_messages
from townreturn.store.periods import Alert, record_alert

NOW = datetime.fromisoformat("2018-02-05T10:00:00+08:00")
JANUARY = Period("2018-01")


def troubles(office: Office, now: datetime = NOW) -> list[TroubleCode]:
    return [one.code for one in month.health_of(office, now).troubles]


@pytest.fixture
def well(small_office: Office, bring_in: Callable[[Office, str], datetime], tmp_path: Path) -> Office:
    """Something is recorded, backed up an hour ago, the inbox read five minutes ago."""
    bring_in(small_office, "2018-01")
    month.back_up(small_office, tmp_path / "backup.tar", NOW - timedelta(hours=1))
    empty_the_inbox(small_office, NOW - timedelta(minutes=5))
    with writing(small_office.engine) as tx:  # what taking in wrote has gone out
        for one in list_messages(tx, "qingxi"):
            attempt = record_attempt(tx, one.id, "folder", 1, NOW - timedelta(hours=1))
            record_result(tx, attempt, AttemptResult(DispatchOutcome.SENT, NOW - timedelta(hours=1)))
    return small_office


def write_letter(office: Office, at: datetime, outcome: DispatchOutcome | None = None) -> None:
    letter = Letter("k", MessageKind.ALERT, "", "", "甲", ("a@example.com",), "题", b"")
    with writing(office.engine) as tx:
        record_messages(tx, "qingxi", [(letter, "0" * 64)], at)
        if outcome:
            attempt = record_attempt(tx, list_messages(tx, "qingxi")[-1].id, "mail", 1, at)
            record_result(tx, attempt, AttemptResult(outcome, at))


def test_an_office_that_is_well_has_no_troubles(well: Office) -> None:
    assert troubles(well) == []


def test_an_office_that_has_done_nothing_yet_is_silent_and_has_no_backup(small_office: Office) -> None:
    assert troubles(small_office) == [TroubleCode.INTAKE_SILENT, TroubleCode.BACKUP_OLD]


def test_the_intake_may_miss_two_turns(well: Office) -> None:
    assert TroubleCode.INTAKE_SILENT not in troubles(well, NOW + timedelta(minutes=25))
    assert TroubleCode.INTAKE_SILENT in troubles(well, NOW + timedelta(minutes=26))


def test_what_the_last_intake_left_is_counted(well: Office) -> None:
    with writing(well.engine) as tx:
        record_intake_runs(tx, [("qingxi", IntakeRun(NOW, NOW, 0, 2))])
    assert troubles(well) == [TroubleCode.INBOX_LEFT]
    assert "2 个文件" in month.health_of(well, NOW).troubles[0].text


def test_a_letter_may_wait_a_day(well: Office) -> None:
    write_letter(well, NOW - timedelta(hours=24))
    assert (troubles(well), month.health_of(well, NOW).waiting_letters) == ([], 1)
    assert TroubleCode.LETTERS_WAITING in troubles(well, NOW + timedelta(minutes=1))


@pytest.mark.parametrize("outcome", [DispatchOutcome.GIVEN_UP, DispatchOutcome.REFUSED, DispatchOutcome.UNCERTAIN])
def test_a_letter_that_is_lost_is_a_trouble_for_a_month(well: Office, outcome: DispatchOutcome) -> None:
    write_letter(well, NOW - timedelta(days=31), outcome)
    assert troubles(well) == [TroubleCode.LETTERS_LOST]
    assert TroubleCode.LETTERS_LOST not in troubles(well, NOW + timedelta(minutes=1))


def test_a_return_is_late_when_the_plan_says_so_unless_it_is_entered_afterwards(well: Office) -> None:
    month.open_period(well, JANUARY, NOW - timedelta(days=9), "run", backfilled=False)
    month.open_period(well, JANUARY.next, NOW, "backfill", backfilled=True)
    # Due with 31 January, a Wednesday; three working days after it end with Monday, 5 February.
    in_time, late = (datetime.fromisoformat(f"2018-02-{end}+08:00") for end in ("05T23:59:59", "06T00:00:00"))
    assert TroubleCode.RETURN_LATE not in troubles(well, in_time)
    assert TroubleCode.RETURN_LATE in troubles(well, late)
    assert month.health_of(well, late + timedelta(days=90)).unpublished == ("2018-01",)


def test_a_backup_lasts_eight_days_and_says_what_it_was(well: Office, tmp_path: Path) -> None:
    last = month.health_of(well, NOW).last_backup
    assert last is not None
    assert (last.taken_at, last.size) == (NOW - timedelta(hours=1), (tmp_path / "backup.tar").stat().st_size)
    assert TroubleCode.BACKUP_OLD not in troubles(well, NOW + timedelta(days=7, hours=23))
    assert TroubleCode.BACKUP_OLD in troubles(well, NOW + timedelta(days=7, hours=23, minutes=1))


def test_a_note_of_a_backup_that_cannot_be_read_is_none(well: Office) -> None:
    for spoilt in ("", "{}", '{"taken_at": "gestern", "sha256": "", "size": 1}', "[]"):
        (well.home / "last-backup.json").write_text(spoilt, "utf-8")
        assert troubles(well) == [TroubleCode.BACKUP_OLD], spoilt


def test_a_disk_with_less_than_a_gigabyte_left_is_short(well: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, expected in ((2**30 - 1, [TroubleCode.DISK_SHORT]), (2**30, [])):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert troubles(well) == expected


def test_alerts_of_the_last_month_are_counted(well: Office) -> None:
    before = month.health_of(well, NOW).alert_count
    with writing(well.engine) as tx:
        for days in (0, 31, 32):
            record_alert(tx, "qingxi", Alert(NOW - timedelta(days=days), "", "提醒"))
    assert month.health_of(well, NOW).alert_count == before + 2


def test_the_board_gives_it_as_json_in_the_towns_time(well: Office) -> None:
    told = asking(well, NOW)("/api/health").json()
    assert told["troubles"] == []
    assert (told["as_of"], told["intake_at"]) == ("2018-02-05T10:00:00+08:00", "2018-02-05T09:55:00+08:00")
    assert json.dumps(told["last_backup"])
