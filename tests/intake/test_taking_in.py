"""An intake run: nothing lost, nothing twice, every file answered, whatever lies in the inbox."""

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from filled_workbook import FilledWorkbook
from stored_reports import originals
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.month import submissions, trays
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.schema import arrivals, findings, latest, reports

NOW = datetime(2018, 1, 28, 4, tzinfo=UTC)
RECEIVED = datetime(2018, 1, 28, 2, tzinfo=UTC)
DAY_AFTER_OPENING = datetime(2018, 1, 27, 2, tzinfo=UTC)
Send = Callable[..., Path]


def rows(office: Office, table: object, *columns: str) -> list[tuple[object, ...]]:
    with reading(office.engine) as tx:
        chosen = [table.c[name] for name in columns]  # type: ignore[attr-defined]
        return sorted(map(tuple, tx.execute(select(*chosen))))


def inbox_files(office: Office) -> list[str]:
    return sorted(path.name for path in Path(office.inbox.path).rglob("*") if path.is_file())


def receipts(office: Office) -> list[str]:
    return [path.read_text(encoding="utf-8-sig") for path in sorted(office.receipts.rglob("*.txt"))]


def blank_premises(category: str) -> Callable[[FilledWorkbook], object]:
    return lambda book: book.put("premises_inspected", None, category)


def test_every_file_is_in_exactly_one_state_with_its_bytes_archived(office: Office, send: Send) -> None:
    sent = [
        send(office, "shiyaojian", "2018-01", name="随便起的名字.bin"),
        send(office, "jingkexin", "2018-01", blank_premises("children")),
        send(office, "gongshang", "2018-01", lambda book: book.book.remove(book.statistics)),
        Path(office.inbox.path) / "note.txt",
    ]
    sent[3].write_text("本月无", encoding="utf-8")
    os.utime(sent[3], (RECEIVED.timestamp(), RECEIVED.timestamp()))
    content = {path.name: path.read_bytes() for path in sent}

    report = month.take_in(office, NOW)

    assert inbox_files(office) == []
    assert {one.file_name: one.disposition for one in report.taken} == {
        "随便起的名字.bin": Verdict.ACCEPTED,
        "jingkexin-2018-01.xlsx": Verdict.RETURNED,
        "gongshang-2018-01.xlsx": Verdict.RETURNED,
        "note.txt": Verdict.QUARANTINED,
    }
    stored = rows(office, arrivals, "file_name", "file_hash", "disposition", "received_at")
    assert len(stored) == 4
    for name, digest, disposition, received_at in stored:
        archived = office.archive.root / str(digest)[:2] / str(digest)
        assert archived.read_bytes() == content[str(name)]
        assert hashlib.sha256(archived.read_bytes()).hexdigest() == digest
        assert disposition == next(one.disposition for one in report.taken if one.file_name == name)
        assert isinstance(received_at, datetime)
        assert received_at < NOW
    # 经科信局's second category stands although the first one went back.
    assert rows(office, reports, "category", "entry_number", "verdict") == [
        ("appliances", 1, "accepted"),
        ("children", 1, "returned"),
        ("ecommerce", 1, "returned"),
        ("food_drug", 1, "accepted"),
    ]
    assert len(receipts(office)) == 3
    (quarantined,) = office.quarantine.iterdir()
    assert (quarantined / "original.bin").read_bytes() == content["note.txt"]
    assert "未能收下" in (quarantined / "receipt.txt").read_text(encoding="utf-8-sig")
    assert month.take_in(office, NOW + timedelta(minutes=1)).taken == ()
    assert len(rows(office, arrivals, "id")) == 4


def test_a_corrected_file_is_the_next_revision(office: Office, send: Send) -> None:
    send(office, "jingkexin", "2018-01", blank_premises("children"))
    month.take_in(office, NOW)
    send(office, "jingkexin", "2018-01", name="改正.xlsx")
    month.take_in(office, NOW)
    assert rows(office, reports, "category", "entry_number", "verdict") == [
        ("appliances", 1, "accepted"),
        ("appliances", 2, "accepted"),
        ("children", 1, "returned"),
        ("children", 2, "accepted"),
    ]
    with reading(office.engine) as tx:
        newest = dict(tx.execute(select(reports.c.id, reports.c.entry_number)).tuples().all())
        for row in tx.execute(select(latest)):
            assert newest[row.last_report_id] == newest[row.accepted_report_id] == 2


def test_a_returned_revision_leaves_the_accepted_one_standing(small_office: Office, send: Send) -> None:
    send(small_office, "shiyaojian", "2018-01")
    month.take_in(small_office, NOW)
    send(small_office, "shiyaojian", "2018-01", blank_premises("food_drug"))
    month.take_in(small_office, NOW)
    with reading(small_office.engine) as tx:
        (row,) = tx.execute(select(latest)).all()
        revisions = dict(tx.execute(select(reports.c.id, reports.c.entry_number)).tuples().all())
    assert (revisions[row.last_report_id], revisions[row.accepted_report_id]) == (2, 1)


def test_the_same_bytes_under_two_names_are_one_submission(small_office: Office, send: Send) -> None:
    first = send(small_office, "shiyaojian", "2018-01", blank_premises("food_drug"), name="a.xlsx")
    shutil.copy2(first, first.with_name("b.xlsx"))
    report = month.take_in(small_office, NOW)
    assert [(one.file_name, one.disposition, one.is_duplicate) for one in report.taken] == [
        ("a.xlsx", Verdict.RETURNED, False),
        ("b.xlsx", Verdict.RETURNED, True),
    ]
    assert rows(small_office, reports, "category", "entry_number") == [("food_drug", 1)]
    answers = receipts(small_office)
    assert len(answers) == 2, "the answer to the copy must not overwrite the findings"
    assert sum("没有填" in text for text in answers) == 2, "the copy's answer repeats what is wrong"
    assert sum("第一次的文件名：a.xlsx" in text for text in answers) == 1

    again = send(small_office, "shiyaojian", "2018-01", name="c.xlsx")
    again.write_bytes(originals(small_office)[0].read_bytes())
    os.utime(again, (RECEIVED.timestamp(), RECEIVED.timestamp()))
    assert [one.is_duplicate for one in month.take_in(small_office, NOW).taken] == [True]
    assert rows(small_office, reports, "category", "entry_number") == [("food_drug", 1)]
    assert inbox_files(small_office) == []


def test_one_copy_in_each_of_two_folders(small_office: Office, send: Send) -> None:
    first = send(small_office, "shiyaojian", "2018-01", name="甲/月报.xlsx")
    other = Path(small_office.inbox.path) / "乙" / "月报.xlsx"
    other.parent.mkdir()
    shutil.copy2(first, other)
    month.take_in(small_office, NOW)
    assert rows(small_office, reports, "category", "entry_number") == [("food_drug", 1)]
    assert inbox_files(small_office) == []


def test_an_opening_balance_is_checked_against_the_period_before_in_the_same_run(office: Office, send: Send) -> None:
    """February came first and January with it; 期末在办 of January is 4."""
    later = RECEIVED + timedelta(days=30)
    send(office, "shiyaojian", "2018-02", received_at=later)
    send(office, "zhujian", "2018-02", lambda book: (book.put("cases_open_at_start", 5), book.put("cases_pending", 7)),
         received_at=later)  # fmt: skip
    send(office, "yancao", "2018-02", lambda book: (book.put("cases_open_at_start", 9), book.put("cases_pending", 11)),
         received_at=later)  # fmt: skip
    for unit in ("shiyaojian", "zhujian"):
        send(office, unit, "2018-01", received_at=later + timedelta(hours=1))
    taken = month.take_in(office, later + timedelta(hours=2)).taken
    assert [one.period for one in taken] == ["2018-01", "2018-01", "2018-02", "2018-02", "2018-02"]
    returned = [one.unit for one in taken if one.disposition is Verdict.RETURNED]
    assert returned == ["zhujian"]  # 烟草 has no January to compare with
    ((code, cell, message),) = rows(office, findings, "code", "cell", "message")
    assert code == "OPENING_DIFFERS_FROM_LAST"
    assert "期初在办填的是 5，应等于上期已通过的期末在办 4" in str(message)
    assert cell == "D15"


def test_killed_between_commit_and_removal(small_office: Office, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send(small_office, "shiyaojian", "2018-01")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(submissions, "remove_from_inbox", die)
        with pytest.raises(KeyboardInterrupt):
            month.take_in(small_office, NOW)
    assert inbox_files(small_office) == ["shiyaojian-2018-01.xlsx"]
    report = month.take_in(small_office, NOW + timedelta(minutes=5))
    assert report.taken == ()
    assert inbox_files(small_office) == []
    assert rows(small_office, arrivals, "file_name", "received_at") == [("shiyaojian-2018-01.xlsx", DAY_AFTER_OPENING)]
    assert rows(small_office, reports, "category", "entry_number") == [("food_drug", 1)]


def test_killed_before_the_commit_leaves_no_trace_in_the_store(
    small_office: Office, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(small_office, "shiyaojian", "2018-01")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(trays, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            month.take_in(small_office, NOW)
    assert rows(small_office, arrivals, "id") == []
    assert inbox_files(small_office) == ["shiyaojian-2018-01.xlsx"]
    assert len(month.take_in(small_office, NOW).taken) == 1
    assert len(receipts(small_office)) == 1


def test_a_file_still_being_written_is_left(small_office: Office, send: Send) -> None:
    send(small_office, "shiyaojian", "2018-01", received_at=NOW - timedelta(seconds=1))
    for name in ("~$月报.xlsx", ".月报.xlsx.part", "月报.xlsx.crdownload", "月报.tmp"):
        (Path(small_office.inbox.path) / name).write_bytes(b"half")
    report = month.take_in(small_office, NOW)
    assert (report.taken, report.left_count) == ((), 1)
    assert len(inbox_files(small_office)) == 5
    report = month.take_in(small_office, NOW + timedelta(seconds=3))
    assert ([one.disposition for one in report.taken], report.left_count) == ([Verdict.ACCEPTED], 0)
    assert rows(small_office, arrivals, "received_at") == [(NOW - timedelta(seconds=1),)]


def test_a_time_in_the_future_is_received_now(small_office: Office, send: Send) -> None:
    send(small_office, "shiyaojian", "2018-01", received_at=NOW + timedelta(days=400))
    month.take_in(small_office, NOW)
    assert rows(small_office, arrivals, "received_at") == [(NOW,)]


def test_a_file_name_of_another_encoding_harms_nobody(office: Office, send: Send) -> None:
    """A zip from Windows leaves names in GBK bytes on a Linux disk."""
    path = send(office, "shiyaojian", "2018-01")
    path.rename(os.fsdecode(os.fsencode(path.parent) + b"/" + "一月\x1b[31m月报.xlsx".encode("gbk")))
    send(office, "zhujian", "2018-01")
    report = month.take_in(office, NOW)
    assert [one.disposition for one in report.taken] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert inbox_files(office) == []
    for name in receipts(office):
        assert "\x1b" not in name
    assert month.take_in(office, NOW).taken == ()


def test_texts_that_a_database_may_refuse_harm_nobody(office: Office, send: Send) -> None:
    """Too long for a column, and characters that PostgreSQL or UTF-8 do not take."""
    long = "版" * 300
    poison = "甲_x0000_乙_xD800_丙"
    send(office, "shiyaojian", "2018-01", lambda book: setattr(book.beside("报表版本"), "value", long))
    send(office, "zhujian", "2018-01", lambda book: book.put("premises_inspected", poison),
         lambda book: setattr(book.beside("填报人"), "value", poison),
         lambda book: book.add_entry("practices", {"title": poison, "text": long * 100}))  # fmt: skip
    send(office, "yancao", "2018-01", lambda book: setattr(book.statistics, "title", "统" * 31))
    dispositions = {one.unit: one.disposition for one in month.take_in(office, NOW).taken}
    assert dispositions == {
        "shiyaojian": Verdict.RETURNED, "zhujian": Verdict.RETURNED, "yancao": Verdict.ACCEPTED,
    }  # fmt: skip
    assert inbox_files(office) == []


def test_two_runs_over_one_inbox(office: Office, send: Send) -> None:
    for unit in ("shiyaojian", "zhujian", "yancao"):
        send(office, unit, "2018-01")
    with ThreadPoolExecutor(2) as pool:
        taken = [run.result(timeout=60).taken for run in [pool.submit(month.take_in, office, NOW) for _ in range(2)]]
    assert sorted(one.file_name for run in taken for one in run) == [
        "shiyaojian-2018-01.xlsx", "yancao-2018-01.xlsx", "zhujian-2018-01.xlsx",
    ]  # fmt: skip
    assert {revision for _, revision in rows(office, reports, "category", "entry_number")} == {1}
    assert inbox_files(office) == []


def test_bytes_replaced_during_the_run_stay_for_the_next(
    small_office: Office, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = send(small_office, "shiyaojian", "2018-01")
    record = submissions.record_intake_runs

    def replace_meanwhile(*given: object) -> None:
        record(*given)  # type: ignore[arg-type]
        send(small_office, "shiyaojian", "2018-01", lambda book: book.put("premises_inspected", 77))

    with monkeypatch.context() as patched:
        patched.setattr(submissions, "record_intake_runs", replace_meanwhile)
        month.take_in(small_office, NOW)
    assert path.is_file()
    month.take_in(small_office, NOW)
    assert rows(small_office, reports, "category", "entry_number") == [("food_drug", 1), ("food_drug", 2)]


def test_the_inbox_may_lie_on_another_kind_of_store(tmp_path: Path, filled: Callable[..., FilledWorkbook]) -> None:
    environment = {"TOWNRETURN_HOME": str(tmp_path / "home"), "TOWNRETURN_INBOX_URL": "memory://units/inbox"}
    office = open_office(Settings.from_environment(environment))
    content = filled("shiyaojian", "2018-01").save(tmp_path / "a.xlsx", RECEIVED).read_bytes()
    (office.inbox / "a.xlsx").write_bytes(content)
    (office.inbox / "later").mkdir()
    (office.inbox / "later" / "b.xlsx").write_bytes(b"nothing")
    report = month.take_in(office, datetime.now(UTC) + timedelta(minutes=1))
    assert sorted((one.file_name, one.disposition) for one in report.taken) == [
        ("a.xlsx", Verdict.ACCEPTED),
        ("b.xlsx", Verdict.QUARANTINED),
    ]
    assert [path for path in office.inbox.rglob("*") if path.is_file()] == []
    office.engine.dispose()


def test_a_time_of_zero_is_no_time_and_received_now(small_office: Office, send: Send) -> None:
    path = send(small_office, "shiyaojian", "2018-01")
    os.utime(path, (0, 0))
    month.take_in(small_office, NOW)
    assert rows(small_office, arrivals, "received_at") == [(NOW - timedelta(seconds=2),)]
