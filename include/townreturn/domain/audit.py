"""The audit trail (留痕): what happened to a period, each event sealed together with the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

GENESIS = "0" * 64
"""Stands before the first event of a chain."""


class EventKind(StrEnum):
    """What is recorded: 收文, 审核, 说明, 剔除, 恢复, 汇总, 批准, 否决, 拒收审批, 发布, 送达, 分送, 延期, 免报, 撤销,
    手工催报, 重发.

    What was asked for by hand, whatever came of it: 要求更正, 要求补办.
    And of what is owed under a plan as a whole: 方案材料收文, 认可, 退回, 报送员登记.
    """

    RECEIVED = "received"
    CHECKED = "checked"
    EXPLAINED = "explained"
    EXCLUDED = "excluded"
    READMITTED = "readmitted"
    COMPILED = "compiled"
    APPROVED = "approved"
    REJECTED = "rejected"
    REFUSED = "refused"
    PUBLISHED = "published"
    DELIVERED = "delivered"
    POSTED = "posted"
    EXTENDED = "extended"
    EXEMPTED = "exempted"
    RESTORED = "restored"
    REMINDED = "reminded"
    RESENT = "resent"
    CORRECTION_ORDERED = "correction_ordered"
    BACKFILL_ORDERED = "backfill_ordered"
    DOCUMENT_RECEIVED = "document_received"
    DOCUMENT_ACCEPTED = "document_accepted"
    DOCUMENT_RETURNED = "document_returned"
    REPORTER_NAMED = "reporter_named"


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``details`` holds texts, numbers and lists of them only."""

    kind: EventKind
    at: datetime
    details: Mapping[str, object]


@dataclass(frozen=True)
class SealedEvent:
    """An event at its place in the chain of one plan and period; numbers count from 1."""

    plan: str
    period: str
    number: int
    event: Event
    previous_hash: str
    hash: str

    @property
    def is_whole(self) -> bool:
        """Whether the hash is that of what stands here."""
        return self.hash == _hash(self.plan, self.period, self.number, self.event, self.previous_hash)


def seal(plan: str, period: str, number: int, previous_hash: str, events: Iterable[Event]) -> Iterator[SealedEvent]:
    """The events as the next links of a chain whose last link has ``number`` and ``previous_hash``."""
    for position, event in enumerate(events, start=number + 1):
        hashed = _hash(plan, period, position, event, previous_hash)
        yield SealedEvent(plan, period, position, event, previous_hash, hashed)
        previous_hash = hashed


def details_text(event: Event) -> str:
    """The details as the one text that is stored and hashed."""
    return json.dumps(dict(event.details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(plan: str, period: str, number: int, event: Event, previous_hash: str) -> str:
    instant = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    sealed = [previous_hash, plan, period, number, instant, event.kind.value, details_text(event)]
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=False).encode()).hexdigest()
