"""The mailbox as the intake sees it: mails are listed, fetched and marked, never deleted and never moved."""

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from townreturn.domain.errors import TownReturnError

MAILS_A_RUN = 100
"""New mails of one run: hostile ones may take ten seconds each. What is left waits for the next run."""


class MailboxFault(TownReturnError):
    """The mailbox, or one mail in it, cannot be had now; ``is_over`` when the connection is of no use any more."""

    def __init__(self, mailbox: str, reason: str, *, is_over: bool = True) -> None:
        super().__init__("MAILBOX_FAULT" if is_over else "MAIL_NOT_GIVEN", mailbox=mailbox, reason=reason)
        self.is_over = is_over


@dataclass(frozen=True)
class MailNotice:
    """A mail in the mailbox; ``uid`` names it as long as the mailbox keeps its ``uid_validity``.

    ``is_marked``: it bears our mark already, or this mailbox lets nothing be marked.
    """

    uid_validity: str
    uid: str
    is_marked: bool


@dataclass(frozen=True)
class FetchedMail:
    """A mail's bytes as they are on the server; ``received_at`` is when the server took it in (INTERNALDATE).

    Of one that is longer than a mail may be, the head alone: ``is_whole`` is false.
    """

    received_at: datetime
    content: bytes
    is_whole: bool


class Mailbox(Protocol):
    """A mailbox, connected to within its ``with`` block. Every method raises MailboxFault."""

    @property
    def name(self) -> str:
        """Account, server and folder: what the ledger of mails goes by."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def list_mails(self) -> list[MailNotice]:
        """Every mail in it, oldest first."""
        ...

    def fetch(self, notice: MailNotice) -> FetchedMail | None:
        """The mail, which stays unread; None when it is gone."""
        ...

    def mark(self, notice: MailNotice, *, is_read: bool) -> None:
        """Mark it as dealt with; ``is_read`` when nobody needs to look at it any more."""
        ...
