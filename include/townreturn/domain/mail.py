"""Mails that came in: what became of each, and what their files are for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailOutcome(StrEnum):
    """What became of a mail. Only a taken one's files go any further.

    来自登记的报送员，已收取; 发件人未登记; 没有附件; 自动答复或自己发出的; 退信; 读不出; 过大; 以前收过的同一封.
    """

    TAKEN = "taken"
    UNKNOWN_SENDER = "unknown_sender"
    WITHOUT_FILES = "without_files"
    AUTOMATIC = "automatic"
    BOUNCED = "bounced"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    REPEATED = "repeated"


class FilePurpose(StrEnum):
    """A report (报表), a document such as a work plan (工作方案), or a picture sent along with one (未采用)."""

    REPORT = "report"
    DOCUMENT = "document"
    ASIDE = "aside"


@dataclass(frozen=True)
class MailFileKept:
    """A file of a mail, its bytes in the archive."""

    name: str
    file_hash: str
    purpose: FilePurpose


@dataclass(frozen=True)
class KeptMail:
    """A mail as the ledger has it; ``uid`` names it within ``mailbox`` and ``uid_validity``.

    ``file_hash`` is that of the whole mail, of a too large one that of its head. ``unit`` is empty
    unless the sender is registered for it; ``sender`` is an address to be believed only then.
    """

    mailbox: str
    uid_validity: str
    uid: str
    message_id: str
    sender: str
    unit: str
    subject: str
    received_at: datetime
    file_hash: str
    outcome: MailOutcome
    files: tuple[MailFileKept, ...] = ()
