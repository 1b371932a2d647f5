"""A workbook uploaded for a unit: judged, answered and recorded as the inbox's files are, under the account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from mailed_office import alert_texts, rows
from published_months import tamper
from townreturn import local_archive, month
from townreturn.domain.audit import EventKind
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.month import Upload, answering, groups, trays
from townreturn.month.answering import Answer
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.receipts.text import write_text
from townreturn.store.arrivals import find_file
from townreturn.store.engine import reading
from townreturn.store.schema import arrivals, intake_runs, messages, reports
from townreturn.store.trail import read_chain

MARCH = Period("2018-03")
NOW = datetime(2018, 3, 28, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Send = Callable[..., Path]
Workbook = Callable[..., bytes]


@pytest.fixture
def workbook(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> Workbook:
    def make(unit: str, *edits: Callable[[FilledWorkbook], object]) -> bytes:
        return filled(unit, "2018-03", *edits).save(tmp_path / "made.xlsx", NOW).read_bytes()

    return make


def inspected(count: object) -> Callable[[FilledWorkbook], object]:
    return lambda book: book.put("premises_inspected", count)


def bring(
    office: Office, unit: str, content: bytes, *, name: str = "三月.xlsx", at: datetime = NOW, account: str = "clerk"
) -> tuple[int, Answer]:  # fmt: skip
    return month.take_in_upload(office, Upload(unit, name, content, at), account=account)


def faults(office: Office) -> list[str]:
    return [one.text for one in verify(office) if not one.is_whole]


def receipts(office: Office) -> dict[str, str]:
    return {path.name: path.read_text("utf-8-sig") for path in office.receipts.rglob("*.txt")}


def test_an_upload_is_answered_and_stored_as_the_same_file_from_the_inbox(
    office: Office, send: Send, workbook: Workbook
) -> None:
    content = workbook("yancao", inspected("一千"))
    number, answer = bring(office, "yancao", content)
    assert answer.case.disposition is Verdict.RETURNED
    [text] = receipts(office).values()
    assert text == write_text(answer.case, answer.plan), "what is shown is what the unit gets"
    assert "标注好的工作簿" in text
    assert [path.suffix for path in sorted(office.receipts.rglob("*.*"))] == [".html", ".txt", ".xlsx"]
    assert rows(office, messages, "unit", "kind") == [("yancao", "receipt")]
    with reading(office.engine) as tx:
        file = find_file(tx, "qingxi", number)
    assert file is not None
    assert (file.unit, file.period, file.uploaded_by) == ("yancao", "2018-03", "clerk")
    assert office.archive.path(file.file_hash).read_bytes() == content
    assert (file.received_at, file.taken_in_at) == (NOW, NOW)
    send(office, "yancao", "2018-03", inspected("一千"), name="三月.xlsx", received_at=NOW + MINUTE)
    month.take_in(office, NOW + 5 * MINUTE)
    assert rows(office, arrivals, "disposition", "unit", "uploaded_by") == [
        ("returned", "yancao", "clerk"), ("returned", "yancao", ""),
    ]  # fmt: skip


def test_the_trail_names_the_account_and_the_way_and_nobody_can_change_it(office: Office, workbook: Workbook) -> None:
    bring(office, "yancao", workbook("yancao"), account="yancao_reporter")
    with reading(office.engine) as tx:
        events = [one.event for one in read_chain(tx, "qingxi-2018", MARCH.key)]
    [received] = [one for one in events if one.kind is EventKind.RECEIVED]
    assert (received.details["way"], received.details["account"]) == ("board", "yancao_reporter")
    assert faults(office) == []
    tamper(office, "arrivals", "UPDATE arrivals SET uploaded_by = 'somebody'")
    assert any("somebody" in one for one in faults(office))


def test_a_file_of_another_unit_is_nobodys(office: Office, workbook: Workbook) -> None:
    bring(office, "zhujian", workbook("zhujian"), name="first.xlsx")
    _, answer = bring(office, "yancao", workbook("zhujian", inspected(9)), account="yancao_reporter")
    assert (answer.case.disposition, answer.case.submission.unit) == (Verdict.QUARANTINED, None)
    told = write_text(answer.case, answer.plan)
    assert "这份文件是“镇住建局”的报表，而账号 yancao_reporter 上传时选的单位是市烟草专卖局第五分局，没有采用" in told
    assert rows(office, reports, "category", "entry_number") == [("building", 1)]
    assert len(alert_texts(office)) == 1
    assert "上传的文件“三月.xlsx”没有收下" in alert_texts(office)[0]


def test_a_copy_of_another_units_file_does_not_tell_what_that_was_called(office: Office, workbook: Workbook) -> None:
    content = workbook("zhujian")
    bring(office, "zhujian", content, name="住建局内部.xlsx")
    _, answer = bring(office, "yancao", content, name="copy.xlsx")
    assert answer.case.disposition is Verdict.QUARANTINED
    assert "住建局内部" not in write_text(answer.case, answer.plan)


def test_a_copy_of_what_belongs_to_nobody_does_not_tell_what_it_was_called(office: Office) -> None:
    """Anybody may have sent that first: only that it has come before is told."""
    bring(office, "zhujian", b"no workbook", name="住建局内部.xlsx")
    _, answer = bring(office, "yancao", b"no workbook", name="copy.xlsx", at=NOW + MINUTE)
    told = write_text(answer.case, answer.plan)
    assert "这个文件的内容以前已经收到过，不重复计。" in told
    assert "住建局内部" not in told


def test_a_unit_is_not_told_what_another_called_its_workbook(office: Office, workbook: Workbook) -> None:
    """Somebody else had it first, and it was nobody's: this one's own copy is the first that counts."""
    content = workbook("zhujian")
    bring(office, "yancao", content, name="烟草内部.xlsx")
    _, first = bring(office, "zhujian", content, name="own.xlsx", at=NOW + MINUTE)
    _, second = bring(office, "zhujian", content, name="again.xlsx", at=NOW + 2 * MINUTE)
    told = [write_text(one.case, one.plan) for one in (first, second)]
    assert not any("烟草内部" in one for one in told)
    assert "（第一次的文件名：own.xlsx）" in told[1]


def test_a_unit_may_report_for_one_whose_work_it_goes_on_with(small_office: Office, workbook: Workbook) -> None:
    plan = small_office.plans.plans[0]
    units = tuple(replace(one, succeeds=("yancao",)) if one.code == "zhujian" else one for one in plan.units)
    office = replace(small_office, plans=replace(small_office.plans, plans=(replace(plan, units=units),)))
    _, answer = bring(office, "zhujian", workbook("yancao"))
    assert answer.case.submission.unit == "yancao"


def test_the_same_bytes_twice_are_a_duplicate(office: Office, workbook: Workbook) -> None:
    content = workbook("yancao")
    first, _ = bring(office, "yancao", content)
    second, answer = bring(office, "yancao", content, at=NOW + MINUTE)
    assert answer.case.first_name == "三月.xlsx"
    with reading(office.engine) as tx:
        file = find_file(tx, "qingxi", second)
    assert file is not None
    assert file.duplicate_of == first
    with pytest.raises(Refused, match="刚刚已经收下"):
        bring(office, "yancao", content, at=NOW + MINUTE)
    assert faults(office) == []


def test_what_lay_in_the_inbox_before_it_is_an_earlier_revision(office: Office, send: Send, workbook: Workbook) -> None:
    """Judged later, received earlier: the upload stands. And the inbox is not told to have been read."""
    send(office, "yancao", "2018-03", inspected(3), name="inbox.xlsx", received_at=NOW - MINUTE)
    bring(office, "yancao", workbook("yancao", inspected(4)), name="upload.xlsx")
    assert rows(office, intake_runs, "id") == []
    assert [path.name for path in Path(office.inbox.path).iterdir()] == ["inbox.xlsx"]
    month.take_in(office, NOW + MINUTE)
    found = month.revisions_of(office, MARCH)
    assert [(one.number, one.link.first.file_name, one.stands) for one in found] == [
        (1, "inbox.xlsx", False), (2, "upload.xlsx", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ("C:\\Users\\a\\三月.xlsx", "三月.xlsx"), ("../../etc/passwd", "passwd"), ("a\x00b\n.xlsx", "a\ufffdb\n.xlsx"),
        ("=HYPERLINK(1).xlsx", "=HYPERLINK(1).xlsx"), ("\ud800.xlsx", "?.xlsx"),
    ],
)  # fmt: skip
def test_names_are_kept_as_the_inbox_keeps_them(small_office: Office, sent: str, kept_as: str) -> None:
    bring(small_office, "yancao", b"no workbook", name=sent)
    assert rows(small_office, arrivals, "file_name") == [(kept_as,)]


def test_a_name_too_long_for_a_file_keeps_its_beginning_and_its_ending(small_office: Office) -> None:
    bring(small_office, "yancao", b"no workbook", name="很" * 300 + ".xlsx")
    [(name,)] = rows(small_office, arrivals, "file_name")
    assert str(name).startswith("很" * 66 + "…")
    assert str(name).endswith("很.xlsx")
    assert len(str(name).encode()) <= 255


def test_what_is_left_out_is_asked_for(small_office: Office) -> None:
    for wrong, sentence in (
        (("elsewhere", "a.xlsx"), "没有“elsewhere”这个报送单位"),
        (("yancao", "a/"), "请先选择文件"),
    ):
        with pytest.raises(Misuse, match=sentence):
            bring(small_office, wrong[0], b"x", name=wrong[1])
    with pytest.raises(Misuse):
        bring(small_office, "yancao", b"x", account="")
    assert not any(path.is_file() for path in small_office.archive.root.rglob("*"))


@pytest.mark.parametrize(
    ("room", "step"),
    [
        (local_archive, "write_for_now"), (trays, "read_submissions"), (groups, "judge"),
        (answering, "write_for_now"), (trays, "settle"),
    ],
)  # fmt: skip
def test_broken_off_anywhere_it_is_as_if_it_had_not_been_sent(
    office: Office, workbook: Workbook, room: object, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object) -> None:
        raise OSError("gone")

    content = workbook("yancao")
    with monkeypatch.context() as patch:
        patch.setattr(room, step, break_off)
        with pytest.raises(OSError, match="gone"):
            bring(office, "yancao", content)
    assert rows(office, arrivals, "id") == rows(office, messages, "id") == []
    assert faults(office) == []
    _, answer = bring(office, "yancao", content, at=NOW + MINUTE)
    assert answer.case.disposition is Verdict.ACCEPTED
    assert answer.case.first_name == ""
    assert len(rows(office, messages, "id")) == 1


def test_no_transaction_waits_for_what_judging_has_to_import(
    office: Office, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    load, write = trays.load_engine, trays.writing
    monkeypatch.setattr(trays, "load_engine", lambda: (begun.append("engine"), load()))
    monkeypatch.setattr(trays, "writing", lambda *given: (begun.append("transaction"), write(*given))[1])
    bring(office, "zhujian", workbook("zhujian"))
    assert begun == ["engine", "transaction"]
