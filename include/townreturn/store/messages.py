"""Messages as they are kept: written once for each key, in the transaction that they tell of."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from townreturn.domain.message import Letter, MessageKind
from townreturn.store.schema import messages

_DIGITS_OF_ID = 19
"""A longer number is no BIGINT."""


@dataclass(frozen=True)
class StoredMessage:
    """A message without its bytes, which are in the archive under ``file_hash``."""

    id: int
    key: str
    kind: MessageKind
    period: str
    unit: str
    addressee: str
    to: tuple[str, ...]
    subject: str
    file_hash: str
    composed_at: datetime

    def letter(self, content: bytes) -> Letter:
        """With its bytes, as channels get it."""
        return Letter(self.key, self.kind, self.period, self.unit, self.addressee, self.to, self.subject, content)


def written_keys(tx: Connection, town: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys that a message was written for before."""
    query = select(messages.c.message_key).where(messages.c.town == town, messages.c.message_key.in_(list(keys)))
    return set(tx.scalars(query))


def first_written(tx: Connection, town: str, keys: Iterable[str]) -> datetime | None:
    """When the first message with one of the keys was written; None when none was."""
    ours = messages.c.town == town, messages.c.message_key.in_(list(keys))
    written_at: datetime | None = tx.scalar(select(func.min(messages.c.composed_at)).where(*ours))
    return written_at


def record_messages(tx: Connection, town: str, letters: Iterable[tuple[Letter, str]], now: datetime) -> None:
    """Keep messages, each with the hash of its bytes, which are in the archive; the caller has looked whether
    their keys are new."""
    rows = [
        {
            "town": town, "message_key": one.key, "kind": one.kind, "period": one.period, "unit": one.unit,
            "addressee": one.addressee, "recipients": json.dumps(one.to), "subject": one.subject,
            "file_hash": file_hash, "composed_at": now,
        }
        for one, file_hash in letters
    ]  # fmt: skip
    if rows:
        tx.execute(insert(messages), rows)


def list_messages(tx: Connection, town: str, period: str | None = None) -> list[StoredMessage]:
    """In the order in which they were written; of one period, or all."""
    query = select(messages).where(messages.c.town == town).order_by(messages.c.id)
    if period is not None:
        query = query.where(messages.c.period == period)
    return [read_message(row) for row in tx.execute(query)]


def written_since(tx: Connection, town: str, since: datetime) -> list[int]:
    """The numbers of messages written at or after an instant."""
    return list(tx.scalars(select(messages.c.id).where(messages.c.town == town, messages.c.composed_at >= since)))


def find_message(tx: Connection, town: str, key_or_id: str) -> StoredMessage | None:
    """By its key or, where no key is written so, by its number."""
    query = select(messages).where(messages.c.town == town)
    row = tx.execute(query.where(messages.c.message_key == key_or_id)).first()
    if row is None and key_or_id.isascii() and key_or_id.isdigit() and len(key_or_id) < _DIGITS_OF_ID:
        row = tx.execute(query.where(messages.c.id == int(key_or_id))).first()
    return read_message(row) if row else None


def read_message(row: Row[Any]) -> StoredMessage:
    """A whole row of the table ``messages``."""
    return StoredMessage(
        row.id, row.message_key, MessageKind(row.kind), row.period, row.unit, row.addressee,
        tuple(json.loads(row.recipients)), row.subject, row.file_hash, row.composed_at,
    )  # fmt: skip
