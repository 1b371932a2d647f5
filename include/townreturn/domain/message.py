"""Messages (通知) to units and operators, and the channels that carry them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from townreturn.domain.errors import TownReturnError


class MessageKind(StrEnum):
    """下发报表, 催报, 催报汇总, 审核回执, 工作方案通知, 提醒经办人, 延期和免报通知, 送达, 信息通报."""

    OPENING = "opening"
    REMINDER = "reminder"
    SUMMARY = "summary"
    RECEIPT = "receipt"
    WORK_PLAN = "work_plan"
    ALERT = "alert"
    ADJUSTMENT = "adjustment"
    DELIVERY = "delivery"
    BULLETIN = "bulletin"


@dataclass(frozen=True)
class Attachment:
    """A file sent along; ``name`` is plain text without a folder."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """What is to be told to whom, once: a second message with the same ``key`` is never sent.

    ``period`` and ``unit`` are empty where there is none; ``unit`` is empty for operators, and for
    whoever ``addressee`` names because no unit is meant. ``to`` are mail addresses, none where they
    are not known.
    """

    key: str
    kind: MessageKind
    period: str
    unit: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    addressee: str = ""


@dataclass(frozen=True)
class Letter:
    """A message as it is kept and handed to channels: ``content`` is the whole mail (RFC 5322) as bytes.

    ``addressee`` is whom people would name: a unit's name, or the operator.
    """

    key: str
    kind: MessageKind
    period: str
    unit: str
    addressee: str
    to: tuple[str, ...]
    subject: str
    content: bytes


class Undelivered(TownReturnError):
    """A channel certainly did not deliver; ``is_final`` when trying again would not help.

    ``missed`` are the addresses that did not get the letter when others did; empty when nobody did.
    """

    def __init__(self, reason: str, *, is_final: bool, missed: tuple[str, ...] = ()) -> None:
        super().__init__("LETTER_UNDELIVERED", reason=reason)
        self.is_final = is_final
        self.missed = missed


class Channel(Protocol):
    """A way out: mail, a folder, a webhook; one file each."""

    @property
    def name(self) -> str:
        """What it is kept under for good: 64 characters at most."""
        ...

    @property
    def is_repeatable(self) -> bool:
        """Whether delivering a letter twice is as good as once; then one cut off in the middle is delivered again."""
        ...

    def carries(self, letter: Letter) -> bool:
        """Whether the letter goes this way at all."""
        ...

    def deliver(self, letter: Letter) -> None:
        """Hand the letter over, within a few minutes.

        Raises Undelivered when that certainly did not happen, or not for every address; anything
        else that it raises means that nobody knows.
        """
        ...
