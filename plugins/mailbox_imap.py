"""The mailbox that units send their reports to, by the Airflow connection ``townreturn_imap`` (IMAP).

The provider's hook connects and signs in; its own functions know attachments but no sender, so the
rest is spoken to the server directly. Nothing here deletes or moves a mail, and fetching leaves it
unread.
"""

import base64
import imaplib
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any

from airflow.providers.imap.hooks.imap import ImapHook
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from townreturn.intake.mailbox import FetchedMail, MailboxFault, MailNotice
from townreturn.intake.mails import MAIL_BYTES
from townreturn.plans.finding import variable_name

CONNECTION = "townreturn_imap"
MARK = "TownreturnTaken"
"""The keyword that marks a mail as dealt with, where the server keeps keywords; else \\Flagged."""
_SECONDS = 60.0
"""Longest silence of the server."""
_HEAD_BYTES = 1 << 18
_SIZE, _DATE = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb'INTERNALDATE "([^"]+)"')


def open_mailbox(town: str = "") -> "ImapMailbox | None":
    """The mailbox of the connection ``townreturn_imap``, of one of several towns ``townreturn_imap_<town>`` with ``_``
    for what no variable's name may hold; None where that is not set up."""
    connection = f"{CONNECTION}_{variable_name(town)}" if town else CONNECTION
    try:
        known = Connection.get(connection)
    except AirflowNotFoundException:
        return None
    folder = str(known.extra_dejson.get("folder") or "INBOX")
    return ImapMailbox(f"{known.login or ''}@{known.host or ''}/{folder}", folder, connection)


class ImapMailbox:
    """One folder of an account; a ``townreturn.intake.mailbox.Mailbox``."""

    def __init__(self, name: str, folder: str, connection: str = CONNECTION) -> None:
        self.name = name
        self._connection = connection
        self._folder = folder
        self._client: imaplib.IMAP4
        self._validity = self._flag = self._seen = ""

    def __enter__(self) -> "ImapMailbox":
        with self._faults(), _answers_within(_SECONDS):
            client = ImapHook(self._connection).get_conn().mail_client
            assert client is not None  # noqa: S101 - get_conn has connected
            self._client = client
            if "ID" in client.capabilities:  # some servers let nobody in who does not say who it is
                client.xatom("ID", '("name" "townreturn")')
            self._ask("SELECT", *client.select(f'"{_mailbox_name(self._folder)}"'))
            self._validity = _first(client.response("UIDVALIDITY")[1]).decode()
            self._flag, self._seen = _flags_among(_first(client.response("PERMANENTFLAGS")[1]).decode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(imaplib.IMAP4.error, OSError):  # the server may have hung up before us
            self._client.logout()

    def list_mails(self) -> list[MailNotice]:
        """Every mail of the folder, oldest first."""
        with self._faults():
            uids = self._search("ALL")
            unmarked = set(self._search(*_without(self._flag))) if self._flag else set[str]()
        return [MailNotice(self._validity, uid, uid not in unmarked) for uid in sorted(uids, key=int)]

    def fetch(self, notice: MailNotice) -> FetchedMail | None:
        """The mail as it is on the server; None when it is gone."""
        with self._faults():
            described = _joined(self._fetch(notice.uid, "(UID RFC822.SIZE INTERNALDATE)"))
            if not described:
                return None
            size, received_at = _SIZE.search(described), _instant(described)
            is_whole = size is not None and int(size[1]) <= MAIL_BYTES
            part = f"BODY.PEEK[]<0.{MAIL_BYTES + 1}>" if is_whole else f"BODY.PEEK[HEADER]<0.{_HEAD_BYTES}>"
            pieces = [one[1] for one in self._fetch(notice.uid, f"(UID {part})") if isinstance(one, tuple)]
            if size is None or received_at is None or not pieces:
                raise MailboxFault(self.name, f"FETCH {notice.uid}", is_over=False)
            return FetchedMail(received_at, pieces[0], is_whole)

    def mark(self, notice: MailNotice, *, is_read: bool) -> None:
        """Add our mark, and \\Seen for what nobody needs to look at."""
        flags = [one for one in (self._flag, self._seen if is_read else "") if one]
        if flags:
            with self._faults():
                answer = self._client.uid("STORE", notice.uid, "+FLAGS.SILENT", f"({' '.join(flags)})")
                self._ask("STORE", *answer)

    def _search(self, *criteria: str) -> list[str]:
        found = self._ask("SEARCH", *self._client.uid("SEARCH", *criteria))
        return _joined(found).decode().split()

    def _fetch(self, uid: str, what: str) -> list[Any]:
        return self._ask("FETCH", *self._client.uid("FETCH", uid, what), is_over=False)

    def _ask(self, command: str, status: str, answer: list[Any], *, is_over: bool = True) -> list[Any]:
        if status != "OK":
            raise MailboxFault(self.name, f"{command}：{_joined(answer).decode('utf-8', 'replace')}", is_over=is_over)
        return answer

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Whatever server and network do wrong is the mailbox's fault."""
        try:
            yield
        except (imaplib.IMAP4.error, OSError, ValueError, RuntimeError) as fault:
            raise MailboxFault(self.name, str(fault) or type(fault).__name__) from fault


@contextmanager
def _answers_within(seconds: float) -> Iterator[None]:
    """The hook has no time-out of its own: sockets made here take this one, and keep it."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _flags_among(permitted: str) -> tuple[str, str]:
    """Of PERMANENTFLAGS, our mark and \\Seen; empty where it cannot be kept for good.

    A server that says nothing of them keeps its own [RFC 3501, 7.1].
    """
    flags = (permitted or "(\\Seen \\Flagged)").strip("()").split()
    own = MARK if {MARK, "\\*"} & {*flags} else "\\Flagged"
    return own if own == MARK or own in flags else "", "\\Seen" if "\\Seen" in flags else ""


def _without(flag: str) -> tuple[str, ...]:
    return ("UNFLAGGED",) if flag.startswith("\\") else ("UNKEYWORD", flag)


def _instant(described: bytes) -> datetime | None:
    """The INTERNALDATE, aware; -0000 is UTC. None for what is none."""
    try:
        received_at = parsedate_to_datetime(_DATE.findall(described)[0].decode().strip())
    except (IndexError, ValueError):
        return None
    return received_at if received_at.tzinfo else received_at.replace(tzinfo=UTC)


def _first(answer: list[Any]) -> bytes:
    return next((one for one in answer if isinstance(one, bytes)), b"")


def _joined(answer: list[Any]) -> bytes:
    """The lines of an answer, without literals."""
    return b" ".join(one[0] if isinstance(one, tuple) else one for one in answer if one)


def _mailbox_name(folder: str) -> str:
    """As IMAP writes names beyond ASCII: UTF-7, modified [RFC 3501, 5.1.3]."""
    written = re.sub(r"[^\x20-\x7e]+", _packed, folder.replace("&", "&-"))
    return written.replace("\\", "\\\\").replace('"', '\\"')


def _packed(run: re.Match[str]) -> str:
    return f"&{base64.b64encode(run[0].encode('utf-16-be')).decode().rstrip('=').replace('/', ',')}-"
