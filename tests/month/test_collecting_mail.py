"""Collecting mail: nothing lost, nothing twice, strangers kept aside and never answered, mails on the server marked."""

import hashlib
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from filled_workbook import FilledWorkbook
from mailed_office import CHIEF, alert_texts, outcomes, rows, state_of, with_addresses
from mails import PaperMailbox, fails, write_mail
from townreturn import local_archive, month
from townreturn.domain.mail import MailOutcome
from townreturn.month import mail_in, mail_quarantine, submissions, trays
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import writing
from townreturn.store.mails import pending_documents
from townreturn.store.reporters import NamedReporter, record_reporter
from townreturn.store.schema import arrivals, mail_attachments, mails

RECEIVED = datetime(2018, 3, 28, 2, tzinfo=UTC)
NOW = datetime(2018, 3, 28, 4, tzinfo=UTC)
REPORTER = "shiyaojian@unit.example"
STRANGER = "stranger@elsewhere.example"
JPEG, PDF = b"\xff\xd8\xff\xe0 a photograph", b"%PDF-1.4 scanned"
Workbook = Callable[..., bytes]


@pytest.fixture
def workbook(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> Workbook:
    def make(unit: str, period: str = "2018-03", *edits: Callable[[FilledWorkbook], object]) -> bytes:
        return filled(unit, period, *edits).save(tmp_path / "made.xlsx", RECEIVED).read_bytes()

    return make


def test_a_reporters_mail_is_kept_recorded_and_marked(office: Office, workbook: Workbook) -> None:
    office, mailbox, content = with_addresses(office), PaperMailbox(), workbook("shiyaojian")
    raw = write_mail("张三 <ShiYaoJian@Unit.Example>", {"3月月报.xlsx": content}, message_id="<1@unit.example>")
    mailbox.put(raw, RECEIVED)
    report = month.collect_mail(office, mailbox, NOW)
    assert [(one.outcome, one.unit) for one in report.collected] == [(MailOutcome.TAKEN, "shiyaojian")]
    assert (report.left_count, report.faults, report.read_at) == (0, (), NOW)
    digest, file_hash = hashlib.sha256(raw).hexdigest(), hashlib.sha256(content).hexdigest()
    assert rows(
        office, mails, "mailbox", "uid_validity", "uid", "message_id", "sender", "received_at", "file_hash"
    ) == [(mailbox.name, "1", "1", "<1@unit.example>", REPORTER, RECEIVED, digest)]
    assert rows(office, mail_attachments, "file_name", "file_hash", "purpose") == [
        ("3月月报.xlsx", file_hash, "report")
    ]  # fmt: skip
    assert office.archive.path(digest).read_bytes() == raw
    assert office.archive.path(file_hash).read_bytes() == content
    assert mailbox.lying["1"].flags == {"taken", "seen"}
    assert alert_texts(office) == []


def test_collected_again_nothing_happens(office: Office, workbook: Workbook) -> None:
    office, mailbox = with_addresses(office), PaperMailbox()
    mailbox.put(write_mail(REPORTER, {"a.xlsx": workbook("shiyaojian")}), RECEIVED)
    mailbox.put(write_mail(STRANGER, {"b.xlsx": b"x"}), RECEIVED)
    month.collect_mail(office, mailbox, NOW)
    before = state_of(office, mailbox)
    assert month.collect_mail(office, mailbox, NOW + timedelta(minutes=10)).collected == ()
    assert state_of(office, mailbox) == before
    assert mailbox.fetched == ["1", "2"]


def test_a_strangers_files_are_kept_aside_and_he_is_not_answered(office: Office, workbook: Workbook) -> None:
    office, mailbox, content = with_addresses(office), PaperMailbox(), workbook("shiyaojian")
    mailbox.put(
        write_mail(f'"{REPORTER}" <{STRANGER}>', {"../月报.xlsx": content, "b.pdf": PDF}, subject="报送=HYPERLINK"),
        RECEIVED,
    )
    month.collect_mail(office, mailbox, NOW)
    assert outcomes(office) == [("1", "unknown_sender", "")]
    (folder,) = office.quarantine.iterdir()
    assert folder.name == f"mail_20180328T100000_{rows(office, mails, 'file_hash')[0][0]}"[: len(folder.name)]
    assert (folder / "attachment-1.bin").read_bytes() == content
    assert (folder / "attachment-2.bin").read_bytes() == PDF
    notice = (folder / "notice.txt").read_text(encoding="utf-8-sig")
    for text in (STRANGER, "报送=HYPERLINK", "2018-03-28 10:00:00", "attachment-1.bin（原名 月报.xlsx）", "怎么办"):
        assert text in notice
    (alert,) = alert_texts(office)
    assert f"未登记的发件人 {STRANGER} 发来带附件的邮件“报送=HYPERLINK”（月报.xlsx、b.pdf）" in alert
    assert f"quarantine/{folder.name}" in alert
    assert mailbox.lying["1"].flags == {"taken"}, "it stays unread, for somebody has to look at it"
    assert month.take_in(office, NOW).taken == ()
    assert rows(office, arrivals, "id") == []


def test_a_file_moved_from_quarantine_into_the_inbox_keeps_its_time(small_office: Office, workbook: Workbook) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    mailbox.put(write_mail(STRANGER, {"a.xlsx": workbook("shiyaojian")}), RECEIVED)
    month.collect_mail(office, mailbox, NOW)
    (kept,) = office.quarantine.rglob("attachment-1.bin")
    shutil.move(kept, Path(office.inbox.path) / kept.name)
    (taken,) = month.take_in(office, NOW).taken
    assert (taken.unit, taken.disposition) == ("shiyaojian", "accepted")
    assert rows(office, arrivals, "received_at") == [(RECEIVED,)]


@pytest.mark.parametrize(
    ("mail", "outcome", "told"),
    [
        pytest.param(write_mail(REPORTER), "without_files", "没有附件（网盘或“超大附件”链接不算）", id="no file"),
        pytest.param(write_mail(STRANGER), "unknown_sender", "未登记的发件人来信，没有附件", id="a stranger's letter"),
        pytest.param(
            write_mail(REPORTER, headers={"Auto-Submitted": "auto-replied"}), "automatic", "", id="out of office",
        ),
        pytest.param(
            write_mail(REPORTER, {"a.xlsx": b"x"}, headers={"Auto-Submitted": "auto-replied"}), "automatic", "",
            id="out of office with what was sent",
        ),
        pytest.param(
            write_mail(REPORTER, {"a.xlsx": b"x"}, message_id="<1a@qingxi.townreturn.invalid>"), "automatic", "",
            id="our own mail",
        ),
        pytest.param(
            write_mail(STRANGER, {"a.xlsx": b"x"}, headers={"Auto-Submitted": "auto-generated"}), "automatic", "",
            id="a stranger's machine",
        ),
        pytest.param(
            write_mail(REPORTER, {"a.csv": b"x"}, headers={"Auto-Submitted": "auto-generated"}), "taken", "",
            id="a unit's own machine",
        ),
        pytest.param(
            write_mail(REPORTER, {"a.xlsx": b"x"}, headers={"Authentication-Results": "mx; dmarc=fail"}),
            "unknown_sender", "未登记的发件人 shiyaojian@unit.example", id="found forged by a server",
        ),
        pytest.param(
            write_mail(REPORTER, {"a.xlsx": b"x"}).replace(b"From:", b"From: x@y.example\r\nFrom:", 1),
            "unknown_sender", "未登记的发件人 x@y.example；shiyaojian@unit.example", id="two senders",
        ),
        pytest.param(
            write_mail(REPORTER, {f"{n}.xlsx": b"x" for n in range(201)}), "unreadable", "附件或嵌套的邮件过多",
            id="too many files",
        ),
        pytest.param(
            write_mail(REPORTER) + b"a" * (40 << 20), "too_large", "邮件过大（超过 40MB）", id="too large",
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_other_mails(small_office: Office, mail: bytes, outcome: str, told: str) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    mailbox.put(mail, RECEIVED)
    month.collect_mail(office, mailbox, NOW)
    assert [one for _, one, _ in outcomes(office)] == [outcome]
    assert [told in text for text in alert_texts(office)] == ([True] if told else [])
    assert mailbox.lying["1"].flags == ({"taken", "seen"} if outcome == "taken" else {"taken"})
    assert office.archive.path(str(rows(office, mails, "file_hash")[0][0])).is_file()


def test_a_bounce_is_told_with_whom_it_did_not_reach(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    mailbox.put(
        b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n"
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; gone@unit.example\r\nAction: failed\r\n\r\n--b--\r\n",
        RECEIVED,
    )
    month.collect_mail(office, mailbox, NOW)
    assert outcomes(office) == [("1", "bounced", "")]
    assert alert_texts(office) == [
        "发给 gone@unit.example 的邮件没有送达（退信“Undelivered”）。请核对邮箱地址，改用其他方式通知"
    ]


def test_what_files_are_for(small_office: Office, workbook: Workbook) -> None:
    """Pictures beside a workbook are no report; what is called a work plan and is no spreadsheet is a document."""
    office, mailbox, content = with_addresses(small_office), PaperMailbox(), workbook("shiyaojian")
    mailbox.put(write_mail(REPORTER, {"a.xlsx": content, "photo.jpg": JPEG, "b.pdf": PDF}), RECEIVED)
    mailbox.put(write_mail(REPORTER, {"photo.jpg": JPEG}), RECEIVED)
    mailbox.put(write_mail(REPORTER, {"2018年打假工作方案.pdf": PDF, "a.xlsx": content}), RECEIVED)
    mailbox.put(write_mail(REPORTER, {"scan.jpg": JPEG, "工作方案.xlsx": content}, subject="报送工作方案"), RECEIVED)
    month.collect_mail(office, mailbox, NOW)
    assert rows(office, mail_attachments, "mail_id", "file_name", "purpose") == [
        (1, "a.xlsx", "report"), (1, "photo.jpg", "aside"), (1, "b.pdf", "report"),
        (2, "photo.jpg", "report"),
        (3, "2018年打假工作方案.pdf", "document"), (3, "a.xlsx", "report"),
        (4, "scan.jpg", "document"), (4, "工作方案.xlsx", "report"),
    ]  # fmt: skip
    with writing(office.engine) as tx:
        documents = pending_documents(tx, "qingxi")
    assert [(one.file_name, one.unit, one.received_at) for one in documents] == [
        ("2018年打假工作方案.pdf", "shiyaojian", RECEIVED), ("scan.jpg", "shiyaojian", RECEIVED),
    ]  # fmt: skip


def test_the_server_says_when_it_was_received_but_not_later_than_now(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    mailbox.put(write_mail(REPORTER, {"a.csv": b"x"}, headers={"Date": "Mon, 01 Jan 2018 00:00:00 +0800"}), RECEIVED)
    mailbox.put(write_mail(REPORTER, {"b.csv": b"x"}), NOW + timedelta(days=1))
    month.collect_mail(office, mailbox, NOW)
    assert rows(office, mails, "received_at") == [(RECEIVED,), (NOW,)]


def test_the_same_mail_under_another_name_is_taken_once(office: Office, workbook: Workbook) -> None:
    """The mailbox made anew with another UIDVALIDITY; a copy delivered by another way; a mail with other files."""
    office, content = with_addresses(office), workbook("shiyaojian")
    raw = write_mail(REPORTER, {"a.xlsx": content}, message_id="<1@unit.example>")
    first, anew = PaperMailbox(), PaperMailbox(uid_validity="2")
    first.put(raw, RECEIVED)
    month.collect_mail(office, first, NOW)
    anew.put(raw, RECEIVED + timedelta(hours=1))
    anew.put(b"Received: by another way\r\n" + raw, RECEIVED + timedelta(hours=1))
    anew.put(write_mail(REPORTER, {"b.xlsx": content}, message_id="<1@unit.example>"), RECEIVED)
    month.collect_mail(office, anew, NOW)
    assert [one for _, one, _ in outcomes(office)] == ["taken", "repeated", "repeated", "taken"]
    assert anew.lying["1"].flags == {"taken", "seen"}
    taken = month.take_in(office, NOW).taken
    assert [(one.file_name, one.is_duplicate) for one in taken] == [("a.xlsx", False), ("b.xlsx", True)]


def test_a_strangers_mail_that_comes_again_is_told_once_and_taken_when_he_is_registered(small_office: Office) -> None:
    office, raw = with_addresses(small_office), write_mail(STRANGER, {"a.csv": b"x"})
    boxes = [PaperMailbox(uid_validity=str(number)) for number in range(3)]
    for box in boxes:
        box.put(raw, RECEIVED)
    month.collect_mail(office, boxes[0], NOW)
    month.collect_mail(office, boxes[1], NOW)
    assert len(alert_texts(office)) == 1
    with writing(office.engine) as tx:
        named = NamedReporter("zhujian", "李四", STRANGER, NOW, "operator", NOW)
        record_reporter(tx, office.plans.town_code, office.plans.plans[0].code, named)
    month.collect_mail(office, boxes[2], NOW)
    assert outcomes(office) == [("1", "unknown_sender", ""), ("1", "repeated", ""), ("1", "taken", "zhujian")]


def test_an_address_of_two_units_is_filed_under_the_first(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    mailbox.put(write_mail(CHIEF, {"a.csv": b"x"}), RECEIVED)
    month.collect_mail(office, mailbox, NOW)
    assert outcomes(office) == [("1", "taken", "shiyaojian")]


def test_no_mailbox_is_nothing_to_do(small_office: Office) -> None:
    report = month.collect_mail(small_office, None, NOW)
    assert (report.read_at, report.collected, report.left_count) == (None, (), 0)


@pytest.mark.parametrize("deed", ["enter", "list", "fetch", "mark"])
def test_a_mailbox_that_fails_is_counted_as_not_read_and_told_once(
    small_office: Office, workbook: Workbook, deed: str
) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    for unit in ("shiyaojian", "zhujian"):
        mailbox.put(write_mail(f"{unit}@unit.example", {"a.xlsx": workbook(unit)}), RECEIVED)
    mailbox.trouble = fails(deed, uid="2" if deed in ("fetch", "mark") else "")
    for _ in range(2):
        report = month.collect_mail(office, mailbox, NOW)
        assert (report.left_count, len(report.faults)) == (1, 1)
    (alert,) = alert_texts(office)
    assert "收件邮箱 return@qingxi.example/INBOX 连不上、登录不了，或有邮件取不出来" in alert
    mailbox.trouble = lambda deed, uid: None
    assert month.collect_mail(office, mailbox, NOW).left_count == 0
    assert [one for _, one, _ in outcomes(office)] == ["taken", "taken"]
    assert {tuple(sorted(one.flags)) for one in mailbox.lying.values()} == {("seen", "taken")}


def test_one_mail_that_the_server_does_not_give_holds_up_no_other(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    for name in ("a.csv", "b.csv", "c.csv"):
        mailbox.put(write_mail(REPORTER, {name: name.encode()}), RECEIVED)
    mailbox.trouble = fails("fetch", uid="2", is_over=False)
    report = month.collect_mail(office, mailbox, NOW)
    assert ([one.uid for one in report.collected], report.left_count) == (["1", "3"], 1)


def test_a_mail_that_is_gone_when_it_is_fetched(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    mailbox.put(write_mail(REPORTER), RECEIVED)
    mailbox.trouble = lambda deed, uid: mailbox.lying.clear() if deed == "fetch" else None
    report = month.collect_mail(office, mailbox, NOW)
    assert (report.collected, report.left_count) == ((), 0)


def test_more_mails_than_one_run_takes_wait_for_the_next(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    for number in range(5):
        mailbox.put(write_mail(STRANGER, text=str(number)), RECEIVED)
    monkeypatch.setattr(mail_in, "MAILS_A_RUN", 3)
    assert [month.collect_mail(office, mailbox, NOW).left_count for _ in range(2)] == [2, 0]
    assert len(outcomes(office)) == 5


def test_the_log_tells_what_became_of_each_mail(small_office: Office) -> None:
    office, mailbox = with_addresses(small_office), PaperMailbox()
    for name in ("a.csv", "b.csv"):
        mailbox.put(write_mail(REPORTER, {name: b"x"}), RECEIVED)
    mailbox.trouble = fails("fetch", uid="2")
    assert [*month.describe_mail(month.collect_mail(office, mailbox, NOW))] == [
        "shiyaojian@unit.example“报送3月月报”：已收取（附件 1 个）",
        "收件邮箱 return@qingxi.example/INBOX 连不上或读不了：weg",
        "收件邮箱没有收完，至少还剩 1 封，下次再收",
    ]


def test_two_runs_at_once_record_a_mail_once(office: Office, workbook: Workbook) -> None:
    office, mailbox = with_addresses(office), PaperMailbox()
    mailbox.put(write_mail(REPORTER, {"a.xlsx": workbook("shiyaojian")}), RECEIVED)
    mailbox.put(write_mail(STRANGER, {"b.xlsx": b"x"}), RECEIVED)
    others = [PaperMailbox(), PaperMailbox()]
    for other in others:
        other.lying = mailbox.lying
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(month.collect_mail, office, one, NOW) for one in others]
        collected = [one.uid for run in runs for one in run.result(timeout=120).collected]
    assert sorted(collected) == ["1", "2"]
    assert len(alert_texts(office)) == 1
    assert [sorted(one.flags) for one in mailbox.lying.values()] == [["seen", "taken"], ["taken"]]


def run_to_the_end(office: Office, mailbox: PaperMailbox) -> dict[str, object]:
    report = month.collect_mail(office, mailbox, NOW)
    month.take_in(office, NOW, report)
    return state_of(office, mailbox)


KILLS = [
    (local_archive, "write_for_now", 1), (local_archive, "write_for_now", 2), (mail_in, "read_kept_mail", 1),
    (mail_in, "sort_files", 1), (mail_in, "record_mail", 1), (mail_in, "record_mail", 2),
    (mail_quarantine, "write_for_now", 1), (mail_quarantine, "write_for_now", 2), (mail_in, "record_alert", 1),
    (mail_in, "settle", 1), (mail_in, "settle", 2), (PaperMailbox, "mark", 1), (PaperMailbox, "mark", 2),
    (PaperMailbox, "fetch", 2), (submissions, "mailed_reports", 1), (trays, "settle", 1),
    (submissions, "record_intake_runs", 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def delivered(filled: Callable[..., FilledWorkbook], tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """A report with a photograph, a stranger's file, and a report of another unit than the sender's."""
    path = tmp_path_factory.mktemp("made") / "made.xlsx"
    march, february = (filled("shiyaojian", key).save(path, RECEIVED).read_bytes() for key in ("2018-03", "2018-02"))
    return [
        write_mail(REPORTER, {"a.xlsx": march, "photo.jpg": JPEG}, message_id="<1@unit.example>"),
        write_mail(STRANGER, {"b.xlsx": b"x"}, message_id="<2@unit.example>"),
        write_mail("zhujian@unit.example", {"c.xlsx": february}, message_id="<3@unit.example>"),
    ]


def filled_box(delivered: list[bytes]) -> PaperMailbox:
    mailbox = PaperMailbox()
    for one in delivered:
        mailbox.put(one, RECEIVED)
    return mailbox


@pytest.fixture(scope="module")
def undisturbed(delivered: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a run leaves that nobody kills."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    office = with_addresses(open_office(Settings.from_environment({"TOWNRETURN_HOME": str(home)})))
    state = run_to_the_end(office, filled_box(delivered))
    office.engine.dispose()
    return state


def test_an_undisturbed_run(undisturbed: dict[str, Any]) -> None:
    assert undisturbed["flags"] == {"1": ["seen", "taken"], "2": ["taken"], "3": ["seen", "taken"]}
    assert [one[5] for one in undisturbed["mails"]] == ["taken", "unknown_sender", "taken"]
    assert [one[2:] for one in undisturbed["files"]] == [
        ("a.xlsx", one_of(undisturbed, "a.xlsx"), "report"), ("photo.jpg", hashlib.sha256(JPEG).hexdigest(), "aside"),
        ("b.xlsx", hashlib.sha256(b"x").hexdigest(), "report"), ("c.xlsx", one_of(undisturbed, "c.xlsx"), "report"),
    ]  # fmt: skip
    assert [(one[0], one[3]) for one in undisturbed["arrivals"]] == [("c.xlsx", "quarantined"), ("a.xlsx", "accepted")]
    assert len(undisturbed["alerts"]) == 2


def one_of(state: dict[str, Any], name: str) -> str:
    return str(next(digest for file, digest, _, _ in state["arrivals"] if file == name))


@pytest.mark.parametrize(("where", "what", "nth"), KILLS, ids=[f"{what}-{nth}" for _, what, nth in KILLS])
def test_killed_anywhere_and_run_again_the_end_is_the_same(
    small_office: Office, delivered: list[bytes], undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
    where: object, what: str, nth: int,
) -> None:  # fmt: skip
    office, mailbox = with_addresses(small_office), filled_box(delivered)
    calls, real = [0], getattr(where, what)

    def die(*given: object, **named: object) -> object:
        calls[0] += 1
        if calls[0] == nth:
            raise KeyboardInterrupt
        return real(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(where, what, die)
        with pytest.raises(KeyboardInterrupt):
            run_to_the_end(office, mailbox)
    assert run_to_the_end(office, mailbox) == undisturbed
