"""Reports by mail beside the inbox's: in the order received, only for the sender's own unit, answered to the sender."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from filled_workbook import FilledWorkbook
from mailed_office import CHIEF, alert_texts, rows, with_addresses
from mails import PaperMailbox, fails, write_mail
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.safekeeping.tables import named_hashes
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.schema import arrivals, intake_runs, mail_attachments, mails, reports

MARCH = Period("2018-03")
RECEIVED = datetime(2018, 3, 28, 2, tzinfo=UTC)
NOW = datetime(2018, 3, 28, 4, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
FOOD, BUILDING, SECURITY = (f"{unit}@unit.example" for unit in ("shiyaojian", "zhujian", "gongan"))
Workbook = Callable[..., bytes]
Send = Callable[..., Path]


@pytest.fixture
def workbook(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> Workbook:
    def make(unit: str, *edits: Callable[[FilledWorkbook], object], period: str = "2018-03") -> bytes:
        return filled(unit, period, *edits).save(tmp_path / "made.xlsx", RECEIVED).read_bytes()

    return make


def inspected(count: int) -> Callable[[FilledWorkbook], object]:
    return lambda book: book.put("premises_inspected", count)


def mailed(office: Office, *sent: tuple[str, dict[str, bytes], datetime], now: datetime = NOW) -> month.MailReport:
    mailbox = PaperMailbox(uid_validity=f"{now:%H%M%S}")
    for number, (sender, files, received_at) in enumerate(sent):
        mailbox.put(write_mail(sender, files, message_id=f"<{number}.{now:%H%M%S}@unit.example>"), received_at)
    return month.collect_mail(office, mailbox, now)


def receipts(office: Office) -> list[str]:
    return [path.read_text(encoding="utf-8-sig") for path in sorted(office.receipts.rglob("*.txt"))]


def refusals(office: Office) -> list[str]:
    return [path.read_text(encoding="utf-8-sig") for path in sorted(office.quarantine.rglob("receipt.txt"))]


def standing(office: Office) -> list[tuple[object, ...]]:
    """(category, state, when received) of what is in."""
    with reading(office.engine) as tx:
        found = month.standings_of(tx, office.plans.plans[0], MARCH, NOW)
    return [(one.category, str(one.state), one.received_at) for one in found if one.revision]


def test_mails_and_files_are_taken_in_in_the_order_in_which_they_were_received(
    office: Office, workbook: Workbook, send: Send
) -> None:
    office = with_addresses(office)
    send(office, "shiyaojian", "2018-03", inspected(2), name="folder.xlsx", received_at=RECEIVED + MINUTE)
    report = mailed(
        office,
        (FOOD, {"third.xlsx": workbook("shiyaojian", inspected(3))}, RECEIVED + 2 * MINUTE),
        (FOOD, {"first.xlsx": workbook("shiyaojian", inspected(1))}, RECEIVED),
    )
    assert [one.file_name for one in month.take_in(office, NOW, report).taken] == [
        "first.xlsx", "folder.xlsx", "third.xlsx",
    ]  # fmt: skip
    assert rows(office, arrivals, "file_name", "received_at", "taken_in_at") == [
        ("first.xlsx", RECEIVED, NOW), ("folder.xlsx", RECEIVED + MINUTE, NOW),
        ("third.xlsx", RECEIVED + 2 * MINUTE, NOW),
    ]  # fmt: skip
    assert [revision for (revision,) in rows(office, reports, "entry_number")] == [1, 2, 3]
    assert len(receipts(office)) == 3
    assert month.take_in(office, NOW + MINUTE).taken == ()
    with reading(office.engine) as tx:
        named = named_hashes(tx)
    kept = {one for table in (mails, mail_attachments) for (one,) in rows(office, table, "file_hash")}
    assert kept < set(named), "a backup takes mails and their files along"
    assert [one.text for one in verify(office) if not one.is_whole] == []


def test_what_is_no_spreadsheet_gets_the_usual_answer(small_office: Office) -> None:
    office = with_addresses(small_office)
    report = mailed(office, (FOOD, {"3月月报.pdf": b"%PDF-1.4", "winmail.dat": b"\x78\x9f\x3e\x22"}, RECEIVED))
    taken = month.take_in(office, NOW, report).taken
    assert {(one.file_name, one.disposition) for one in taken} == {
        ("3月月报.pdf", Verdict.QUARANTINED), ("winmail.dat", Verdict.QUARANTINED),
    }  # fmt: skip
    said = "\n".join(refusals(office))
    assert "这是 PDF 文件，不是电子表格" in said
    assert "这是 Outlook 的 winmail.dat" in said


def test_a_reporter_cannot_replace_another_units_figures(office: Office, workbook: Workbook) -> None:
    office, own = with_addresses(office), workbook("shiyaojian", inspected(1))
    month.take_in(office, NOW, mailed(office, (FOOD, {"own.xlsx": own}, RECEIVED)))
    foreign = workbook("shiyaojian", inspected(99))
    later = NOW + MINUTE
    report = mailed(office, (BUILDING, {"foreign.xlsx": foreign}, RECEIVED + MINUTE), now=later)
    (taken,) = month.take_in(office, later, report).taken
    assert (taken.disposition, taken.unit, taken.period) == (Verdict.QUARANTINED, None, None)
    assert standing(office) == [("food_drug", "accepted", RECEIVED)]
    assert rows(office, reports, "category", "entry_number") == [("food_drug", 1)]
    (refusal,) = refusals(office)
    assert "这份文件是“镇食药监分局”的报表，而发件邮箱 zhujian@unit.example 登记的是镇住建局的信息报送员" in refusal
    assert "请先告知镇经科信局" in refusal
    (alert,) = alert_texts(office)
    assert alert.startswith("邮件附件“foreign.xlsx”没有收下：这份文件是“镇食药监分局”的报表")
    assert [one.text for one in verify(office) if not one.is_whole] == []


def test_a_co_operating_unit_cannot_either(small_office: Office, workbook: Workbook) -> None:
    office = with_addresses(small_office)
    report = mailed(office, (SECURITY, {"a.xlsx": workbook("shiyaojian")}, RECEIVED))
    assert [one.disposition for one in month.take_in(office, NOW, report).taken] == [Verdict.QUARANTINED]


@pytest.mark.parametrize("stranger_first", [True, False])
def test_a_copy_from_another_unit_makes_a_report_neither_earlier_nor_a_duplicate(
    office: Office, workbook: Workbook, stranger_first: bool
) -> None:
    """The very bytes: whoever sends them, they count when their own unit has sent them."""
    office, content = with_addresses(office), workbook("shiyaojian")
    due = office.plans.calendar.due_at(MARCH).astimezone(UTC)
    runs = [(BUILDING, due - MINUTE, due + MINUTE), (FOOD, due + SECOND, due + 2 * MINUTE)]
    if not stranger_first:
        runs = [(FOOD, due + SECOND, due + MINUTE), (BUILDING, due - MINUTE, due + 2 * MINUTE)]
    for sender, received_at, now in runs:
        month.take_in(office, now, mailed(office, (sender, {f"{sender[:4]}.xlsx": content}, received_at), now=now))
    assert sorted(rows(office, arrivals, "file_name", "unit", "disposition")) == [
        ("shiy.xlsx", "shiyaojian", "accepted"), ("zhuj.xlsx", None, "quarantined"),
    ]  # fmt: skip
    with reading(office.engine) as tx:
        (found,) = [one for one in month.standings_of(tx, office.plans.plans[0], MARCH, due + MINUTE) if one.revision]
    assert (found.received_at, str(found.timeliness), found.revision) == (due + SECOND, "late", 1)
    assert [one.text for one in verify(office) if not one.is_whole] == []


def test_one_address_of_two_units_reports_for_both(small_office: Office, workbook: Workbook) -> None:
    office = with_addresses(small_office)
    files = {f"{unit}.xlsx": workbook(unit) for unit in ("shiyaojian", "zhujian", "yancao")}
    taken = month.take_in(office, NOW, mailed(office, (CHIEF, files, RECEIVED))).taken
    assert {one.file_name: one.disposition for one in taken} == {
        "shiyaojian.xlsx": Verdict.ACCEPTED, "zhujian.xlsx": Verdict.ACCEPTED, "yancao.xlsx": Verdict.QUARANTINED,
    }  # fmt: skip
    assert "登记的是镇食药监分局、镇住建局的信息报送员" in refusals(office)[0]


def test_a_successors_reporter_sends_what_its_predecessor_owes(small_office: Office, workbook: Workbook) -> None:
    office = with_addresses(small_office)
    (plan,) = office.plans.plans
    units = tuple(replace(one, succeeds=("shiyaojian",)) if one.code == "gongan" else one for one in plan.units)
    office = replace(office, plans=PlanBook((replace(plan, units=units),)))
    report = mailed(office, (SECURITY, {"a.xlsx": workbook("shiyaojian"), "b.xlsx": workbook("zhujian")}, RECEIVED))
    taken = month.take_in(office, NOW, report).taken
    assert {one.file_name: one.disposition for one in taken} == {
        "a.xlsx": Verdict.ACCEPTED, "b.xlsx": Verdict.QUARANTINED,
    }  # fmt: skip


def test_answers_go_to_the_registered_address_that_sent_the_file(
    office: Office, workbook: Workbook, send: Send
) -> None:
    office = with_addresses(office)
    send(office, "yancao", "2018-03", received_at=RECEIVED)
    sent = (f"经办 <{FOOD.upper()}>", {"a.xlsx": workbook("shiyaojian"), "b.pdf": b"%PDF-1.4"}, RECEIVED)
    mailed(office, sent, ("x@elsewhere.example", {"c.xlsx": b"x"}, RECEIVED))
    month.take_in(office, NOW)
    came = [Arrival(*row) for row in rows(office, arrivals, "file_name", "file_hash", "received_at")]  # type: ignore[arg-type]
    with reading(office.engine) as tx:
        replies = month.reply_to_of(tx, office, came)
    assert {arrival.file_name: tuple(reply) for arrival, reply in replies.items()} == {
        "a.xlsx": ("shiyaojian", (FOOD,), "<0.040000@unit.example>"),
        "b.pdf": ("shiyaojian", (FOOD,), "<0.040000@unit.example>"),
    }


def test_receipts_go_back_to_whoever_mailed_the_files(office: Office, workbook: Workbook) -> None:
    """Also of a file that is nobody's, because it is another unit's, and of a backfilled period."""
    office = with_addresses(office)
    month.open_period(office, MARCH, NOW, "backfill", backfilled=True)
    files = {"a.xlsx": workbook("shiyaojian"), "b.xlsx": workbook("zhujian")}
    mailed(office, (FOOD, files, RECEIVED))
    month.take_in(office, NOW)
    with reading(office.engine) as tx:
        told = list_messages(tx, "qingxi")
    assert {(one.subject[:3], one.unit, one.to) for one in told} == {
        ("【通过", "shiyaojian", (FOOD,)), ("【未能", "shiyaojian", (FOOD,)),
    }  # fmt: skip
    for one in told:
        mail = message_from_bytes(office.archive.path(one.file_hash).read_bytes(), policy=policy.default)
        assert mail["In-Reply-To"] == "<0.040000@unit.example>"


def test_a_mail_received_in_the_last_second_is_in_time_however_late_it_is_collected(
    office: Office, workbook: Workbook
) -> None:
    office = with_addresses(office)
    due = office.plans.calendar.due_at(MARCH).astimezone(UTC)
    report = mailed(
        office,
        (FOOD, {"a.xlsx": workbook("shiyaojian")}, due - SECOND),
        (BUILDING, {"b.xlsx": workbook("zhujian")}, due),
        now=due + timedelta(hours=9),
    )
    month.take_in(office, due + timedelta(hours=9), report)
    with reading(office.engine) as tx:
        found = month.standings_of(tx, office.plans.plans[0], MARCH, due + timedelta(hours=9))
    assert [(one.unit, str(one.timeliness)) for one in found if one.revision] == [
        ("shiyaojian", "on_time"), ("zhujian", "late"),
    ]  # fmt: skip


def is_unread(office: Office, now: datetime) -> bool:
    return month.readiness(office, MARCH, now).inbox_unread


def test_a_due_period_waits_until_the_mailbox_has_been_read_since(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    due = office.plans.calendar.due_at(MARCH).astimezone(UTC)
    month.open_period(office, MARCH, due - timedelta(days=3), "run", backfilled=False)

    mailbox.trouble = fails("list")
    month.take_in(office, due + MINUTE, month.collect_mail(office, mailbox, due + MINUTE))
    assert is_unread(office, due + MINUTE), "the mailbox could not be read"

    mailbox.trouble = lambda deed, uid: None
    month.take_in(office, due + 2 * MINUTE, month.collect_mail(office, mailbox, due - SECOND))
    assert is_unread(office, due + 2 * MINUTE), "a mail may have come between the reading and the due instant"
    assert rows(office, intake_runs, "started_at", "left_count") == [(due + MINUTE, 1), (due - SECOND, 0)]

    month.take_in(office, due + 3 * MINUTE, month.collect_mail(office, mailbox, due))
    assert not is_unread(office, due + 3 * MINUTE)


def test_mails_that_wait_for_another_run_hold_a_due_period(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    due = office.plans.calendar.due_at(MARCH).astimezone(UTC)
    month.open_period(office, MARCH, due - timedelta(days=3), "run", backfilled=False)
    for number in range(3):
        mailbox.put(write_mail(FOOD, {f"{number}.csv": b"x"}), RECEIVED)
    monkeypatch.setattr("townreturn.month.mail_in.MAILS_A_RUN", 2)
    for expected in (True, False):
        month.take_in(office, due + MINUTE, month.collect_mail(office, mailbox, due))
        assert is_unread(office, due + MINUTE) is expected


def test_a_mailed_file_whose_bytes_are_gone_waits_and_stops_no_other(
    small_office: Office, workbook: Workbook, send: Send
) -> None:
    office = with_addresses(small_office)
    send(office, "zhujian", "2018-03", received_at=RECEIVED)
    content = workbook("shiyaojian")
    report = mailed(office, (FOOD, {"a.xlsx": content}, RECEIVED))
    ((digest, *_),) = rows(office, mail_attachments, "file_hash")
    office.archive.path(str(digest)).unlink()
    assert [one.file_name for one in month.take_in(office, NOW, report).taken] == ["zhujian-2018-03.xlsx"]
    assert rows(office, intake_runs, "left_count") == [(1,)]
    assert "a.xlsx" in alert_texts(office)[0]
    office.archive.path(str(digest)).write_bytes(content)
    assert [one.file_name for one in month.take_in(office, NOW + MINUTE).taken] == ["a.xlsx"]


def test_a_registration_that_ended_meanwhile_still_covers_the_unit_it_was_for(
    small_office: Office, workbook: Workbook
) -> None:
    office: Any = with_addresses(small_office)
    mailed(office, (FOOD, {"a.xlsx": workbook("shiyaojian")}, RECEIVED))
    assert [one.disposition for one in month.take_in(small_office, NOW).taken] == [Verdict.ACCEPTED]
