"""Mails to test with, and a mailbox in memory; the real server is in ``imap_server``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from types import TracebackType
from typing import Self

from townreturn.intake.mailbox import FetchedMail, MailboxFault, MailNotice
from townreturn.intake.mails import MAIL_BYTES

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_NUMBERS = count(1)


def write_mail(
    sender: str, files: dict[str, bytes] | None = None, *, subject: str = "报送3月月报", message_id: str = "",
    headers: dict[str, str] | None = None, text: str = "请查收。\n",
) -> bytes:  # fmt: skip
    """A mail as a mail program writes it; without ``message_id`` it gets one of its own."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = "return@qingxi.example"
    mail["Subject"] = subject
    mail["Message-ID"] = message_id or f"<{next(_NUMBERS)}@unit.example>"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype=XLSX[0], subtype=XLSX[1], filename=name)
    return mail.as_bytes()


@dataclass
class Lying:
    raw: bytes
    received_at: datetime
    flags: set[str] = field(default_factory=set)


class PaperMailbox:
    """A mailbox whose mails a test puts in; ``trouble`` is called before each of its deeds and may raise."""

    def __init__(self, name: str = "return@qingxi.example/INBOX", uid_validity: str = "1") -> None:
        self.name, self.uid_validity = name, uid_validity
        self.lying: dict[str, Lying] = {}
        self.fetched: list[str] = []
        self.is_open = False
        self.trouble: Callable[[str, str], object] = lambda deed, uid: None

    def put(self, raw: bytes, received_at: datetime) -> str:
        uid = str(len(self.lying) + 1)
        self.lying[uid] = Lying(raw, received_at)
        return uid

    def __enter__(self) -> Self:
        self.trouble("enter", "")
        self.is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    def list_mails(self) -> list[MailNotice]:
        assert self.is_open
        self.trouble("list", "")
        return [MailNotice(self.uid_validity, uid, "taken" in one.flags) for uid, one in self.lying.items()]

    def fetch(self, notice: MailNotice) -> FetchedMail | None:
        assert self.is_open
        self.trouble("fetch", notice.uid)
        self.fetched.append(notice.uid)
        one = self.lying.get(notice.uid)
        if one is None:
            return None
        is_whole = len(one.raw) <= MAIL_BYTES
        return FetchedMail(one.received_at, one.raw if is_whole else one.raw.split(b"\r\n\r\n")[0], is_whole)

    def mark(self, notice: MailNotice, *, is_read: bool) -> None:
        assert self.is_open
        self.trouble("mark", notice.uid)
        self.lying[notice.uid].flags |= {"taken", "seen"} if is_read else {"taken"}


def fails(deed: str, *, uid: str = "", is_over: bool = True) -> Callable[[str, str], None]:
    """Trouble: the mailbox fails at a deed, of one mail or of any."""

    def trouble(done: str, at: str) -> None:
        if done == deed and at == (uid or at):
            raise MailboxFault("return@qingxi.example/INBOX", "weg", is_over=is_over)

    return trouble
