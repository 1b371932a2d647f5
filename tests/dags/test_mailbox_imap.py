"""The mailbox against a real IMAP server: what is read, what is marked, and what happens when it fails."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from filled_workbook import FilledWorkbook
from imap_server import ImapServer, free_port, ok, why_absent
from mailed_office import outcomes, rows, with_addresses
from mails import write_mail
from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.intake.mailbox import MailboxFault, MailNotice
from townreturn.office import Office
from townreturn.store.schema import arrivals, mails

VARIABLE = "AIRFLOW_CONN_TOWNRETURN_IMAP"
RECEIVED = datetime(2018, 3, 31, 15, 59, 59, tzinfo=UTC)  # the last second in time
NOW = RECEIVED + timedelta(hours=9)
REPORTER = "shiyaojian@unit.example"
MARK = "TownreturnTaken"

pytestmark = pytest.mark.skipif(bool(why_absent()), reason=why_absent())


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def server(running: ImapServer, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    """The server with an account of the test's own, set up as Airflow's connection."""
    running.user = f"{uuid4().hex}@qingxi.example"
    monkeypatch.setenv(VARIABLE, running.connection())
    return running


@pytest.fixture
def workbook(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> bytes:
    return filled("shiyaojian", "2018-03").save(tmp_path / "made.xlsx", RECEIVED).read_bytes()


def opened() -> Any:
    from mailbox_imap import open_mailbox

    mailbox = open_mailbox()
    assert mailbox is not None
    return mailbox


def test_without_the_connection_there_is_no_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from mailbox_imap import open_mailbox

    def unknown(name: str) -> Connection:
        raise AirflowNotFoundException(name)

    monkeypatch.setattr(Connection, "get", unknown)  # outside a task it would ask Airflow's database
    assert open_mailbox() is None


def test_a_report_by_mail_is_taken_in_as_received_by_the_server(
    server: ImapServer, small_office: Office, workbook: bytes
) -> None:
    office = with_addresses(small_office)
    raw = write_mail("食药监 <ShiYaoJian@unit.example>", {"打假月报.xlsx": workbook})
    uid = server.append(raw, RECEIVED)
    other = server.append(write_mail("x@elsewhere.example", {"a.xlsx": b"x"}), RECEIVED)
    report = month.collect_mail(office, opened(), NOW)
    assert (report.left_count, report.faults) == (0, ())
    assert rows(office, mails, "mailbox", "uid", "received_at", "outcome") == [
        (f"{server.user}@127.0.0.1/INBOX", uid, RECEIVED, "taken"),
        (f"{server.user}@127.0.0.1/INBOX", other, RECEIVED, "unknown_sender"),
    ]
    (taken,) = month.take_in(office, NOW, report).taken
    assert (taken.file_name, taken.disposition, taken.unit) == ("打假月报.xlsx", Verdict.ACCEPTED, "shiyaojian")
    assert rows(office, arrivals, "received_at") == [(RECEIVED,)]
    assert server.flags_of(uid) == {"\\Seen", MARK}
    assert server.flags_of(other) == {MARK}
    assert server.uids() == [uid, other], "nothing is deleted or moved"
    assert month.collect_mail(office, opened(), NOW).collected == ()


def test_fetching_leaves_a_mail_unread_and_gives_its_very_bytes(server: ImapServer) -> None:
    raw = write_mail(REPORTER, {"a.xlsx": bytes(range(256)) * 4096})
    server.append(raw, RECEIVED)
    with opened() as mailbox:
        (notice,) = mailbox.list_mails()
        fetched = mailbox.fetch(notice)
    assert (fetched.content, fetched.received_at, fetched.is_whole) == (raw, RECEIVED, True)
    assert not notice.is_marked
    assert server.flags_of(notice.uid) == set()


def test_mails_are_listed_oldest_first_and_marked_ones_are_known(server: ImapServer) -> None:
    uids = [server.append(write_mail(REPORTER, text=str(number)), RECEIVED) for number in range(12)]
    with opened() as mailbox:
        mailbox.mark(mailbox.list_mails()[3], is_read=False)
        listed = mailbox.list_mails()
    assert [one.uid for one in listed] == uids
    assert [one.is_marked for one in listed] == [number == 3 for number in range(12)]


def test_of_a_mail_that_is_too_long_only_the_head_is_fetched(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mailbox_imap

    server.append(write_mail(REPORTER, {"a.xlsx": b"x" * 5000}, subject="大"), RECEIVED)
    monkeypatch.setattr(mailbox_imap, "MAIL_BYTES", 5000)
    with opened() as mailbox:
        fetched = mailbox.fetch(mailbox.list_mails()[0])
    assert not fetched.is_whole
    assert b"From: shiyaojian@unit.example" in fetched.content
    assert b"Content-Disposition" not in fetched.content


def test_a_mail_that_is_gone(server: ImapServer) -> None:
    server.append(write_mail(REPORTER), RECEIVED)
    with opened() as mailbox:
        (notice,) = mailbox.list_mails()
        assert mailbox.fetch(MailNotice(notice.uid_validity, "77", False)) is None


def test_recorded_but_not_marked_it_is_marked_the_next_time(
    server: ImapServer, small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mailbox_imap

    office, uid = with_addresses(small_office), server.append(write_mail(REPORTER, {"a.csv": b"x"}), RECEIVED)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mailbox_imap.ImapMailbox, "mark", die)
        with pytest.raises(KeyboardInterrupt):
            month.collect_mail(office, opened(), NOW)
    assert server.flags_of(uid) == set()
    assert month.collect_mail(office, opened(), NOW).collected == ()
    assert server.flags_of(uid) == {"\\Seen", MARK}


def test_a_folder_with_a_chinese_name_made_anew(
    server: ImapServer, small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its UIDs start again from 1, under another UIDVALIDITY; the same mail in it is no news, another one is."""
    office, written = with_addresses(small_office), '"&ZwhipQ- &- 2018"'  # as RFC 3501 writes 月报 & 2018
    monkeypatch.setenv(VARIABLE, server.connection(folder="月报 & 2018"))
    raw = write_mail(REPORTER, {"a.csv": b"x"})
    for mail in ((raw,), (raw, write_mail(REPORTER, {"b.csv": b"y"}))):
        with server.client() as client:
            client.delete(written)
            ok(client.create(written))
        for one in mail:
            server.append(one, RECEIVED, written)
        month.collect_mail(office, opened(), NOW)
    assert [one[:2] for one in outcomes(office)] == [("1", "taken"), ("1", "repeated"), ("2", "taken")]
    assert len({validity for (validity,) in rows(office, mails, "uid_validity")}) == 2


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"password": "wrong"}, "AUTHENTICATIONFAILED"),
        ({"port": free_port()}, "refused"),
        ({"extra": {"use_ssl": False, "folder": "nowhere"}}, "SELECT"),
        ({"extra": {"use_ssl": True}}, ""),
        ({"extra": {"use_ssl": True, "ssl_context": "strange"}}, "strange"),
        ({"login": ""}, "NONAUTH"),
    ],
)
def test_a_mailbox_that_cannot_be_entered_is_told(
    server: ImapServer, small_office: Office, monkeypatch: pytest.MonkeyPatch, extra: dict[str, Any], reason: str
) -> None:
    import json

    monkeypatch.setenv(VARIABLE, json.dumps({**json.loads(server.connection()), **extra}))
    report = month.collect_mail(small_office, opened(), NOW)
    assert (report.left_count, report.collected) == (1, ())
    assert report.faults[0].startswith("收件邮箱 ")
    assert reason in report.faults[0]
    assert server.password not in report.faults[0]


def test_a_server_that_stops_in_the_middle(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded stays; started again, the rest follows."""
    office = with_addresses(small_office)
    with ImapServer() as server:
        monkeypatch.setenv(VARIABLE, server.connection())
        for name in ("a.csv", "b.csv"):
            server.append(write_mail(REPORTER, {name: name.encode()}), RECEIVED)
        mailbox = opened()
        fetch = mailbox.fetch

        def stop_before_the_second(notice: MailNotice) -> Any:
            if notice.uid == "2":
                server.stop()
            return fetch(notice)

        monkeypatch.setattr(mailbox, "fetch", stop_before_the_second)
        report = month.collect_mail(office, mailbox, NOW)
        assert ([one.uid for one in report.collected], report.left_count) == (["1"], 1)
        server.start()
        assert [one.uid for one in month.collect_mail(office, opened(), NOW).collected] == ["2"]


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    import mailbox_imap

    monkeypatch.setattr(mailbox_imap, "_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_server = ImapServer()
        silent_server.port = silent.getsockname()[1]
        monkeypatch.setenv(VARIABLE, silent_server.connection())
        with pytest.raises(MailboxFault, match="timed out"), opened():
            pass
    assert socket.getdefaulttimeout() is None


def test_over_tls_only_with_a_certificate_that_is_trusted(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ImapServer(is_secret=True) as server:
        monkeypatch.setenv(VARIABLE, server.connection())
        server.append(write_mail(REPORTER, {"a.csv": b"x"}), RECEIVED)
        office = with_addresses(small_office)
        assert "CERTIFICATE_VERIFY_FAILED" in month.collect_mail(office, opened(), NOW).faults[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        assert [one.outcome.value for one in month.collect_mail(office, opened(), NOW).collected] == ["taken"]


@pytest.mark.parametrize(
    ("described", "instant"),
    [
        (b'1 (INTERNALDATE " 1-Apr-2018 07:59:59 +0800")', datetime(2018, 3, 31, 23, 59, 59, tzinfo=UTC)),
        (b'1 (INTERNALDATE "31-Mar-2018 23:59:59 -0000")', datetime(2018, 3, 31, 23, 59, 59, tzinfo=UTC)),
        (b'1 (INTERNALDATE "yesterday")', None),
        (b"1 (UID 1)", None),
    ],
)
def test_when_the_server_received_a_mail(described: bytes, instant: datetime | None) -> None:
    from mailbox_imap import _instant

    assert _instant(described) == instant


@pytest.mark.parametrize(
    ("permitted", "flags"),
    [
        (r"(\Seen \Flagged \*)", (MARK, r"\Seen")),
        (rf"(\Seen {MARK})", (MARK, r"\Seen")),
        (r"(\Answered \Seen \Flagged)", (r"\Flagged", r"\Seen")),
        ("()", ("", "")),
        ("", (r"\Flagged", r"\Seen")),
    ],
)
def test_the_mark_is_one_that_the_server_keeps(permitted: str, flags: tuple[str, str]) -> None:
    from mailbox_imap import _flags_among

    assert _flags_among(permitted) == flags
