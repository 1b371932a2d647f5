"""Messages as they are kept: written once for each key, in the transaction that they tell of."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from townreturn.domain.message import Letter, MessageKind
from townreturn.store.schema import messages


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


def written_keys(tx: Connection, town: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys that a message was written for before."""
    query = select(messages.c.message_key).where(messages.c.town == town, messages.c.message_key.in_(list(keys)))
    return set(tx.scalars(query))


def record_message(tx: Connection, town: str, letter: Letter, file_hash: str, now: datetime) -> None:
    """Keep a message whose bytes are in the archive; the caller has looked whether its key is new."""
    tx.execute(
        insert(messages).values(
            town=town, message_key=letter.key, kind=letter.kind, period=letter.period, unit=letter.unit,
            addressee=letter.addressee, recipients=json.dumps(letter.to), subject=letter.subject,
            file_hash=file_hash, composed_at=now,
        )
    )  # fmt: skip


def list_messages(tx: Connection, town: str, period: str | None = None) -> list[StoredMessage]:
    """In the order in which they were written; of one period, or all."""
    query = select(messages).where(messages.c.town == town).order_by(messages.c.id)
    if period is not None:
        query = query.where(messages.c.period == period)
    return [
        StoredMessage(
            row.id, row.message_key, MessageKind(row.kind), row.period, row.unit, row.addressee,
            tuple(json.loads(row.recipients)), row.subject, row.file_hash, row.composed_at,
        )
        for row in tx.execute(query)
    ]  # fmt: skip
