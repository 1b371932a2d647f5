"""Deliveries (送达): which letters carry the files of which published issue, and what the audit trail says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from townreturn.domain.audit import Event, EventKind
from townreturn.domain.kept_file import KeptFile
from townreturn.domain.message import MessageKind
from townreturn.store.messages import StoredMessage, read_message
from townreturn.store.schema import deliveries, messages

DELIVERING = (MessageKind.DELIVERY, MessageKind.BULLETIN)
"""The kinds of messages that deliver files of an issue."""


@dataclass(frozen=True)
class Delivery:
    """A letter and the files of one issue that it delivers, as (name, SHA-256); none where none are recorded."""

    message: StoredMessage
    issue: int | None
    files: tuple[tuple[str, str], ...]


def record_delivery(tx: Connection, message_id: int, issue: int, files: Sequence[KeptFile]) -> None:
    """Keep what a letter delivers; the message is recorded, and its mail has these very files."""
    tx.execute(
        insert(deliveries),
        [{"message_id": message_id, "file_name": one.name, "issue": issue, "file_hash": one.sha256} for one in files],
    )


def list_deliveries(tx: Connection, town: str, period: str | None = None) -> list[Delivery]:
    """Every letter that delivers something, in the order of writing; of one period, or all."""
    ours = messages.c.town == town, messages.c.kind.in_(DELIVERING)
    return _read(tx, *ours, *(() if period is None else (messages.c.period == period,)))


def find_delivery(tx: Connection, message_id: int) -> Delivery:
    """What one letter delivers."""
    return _read(tx, messages.c.id == message_id)[0]


def _read(tx: Connection, *which: ColumnElement[bool]) -> list[Delivery]:
    query = select(messages, deliveries).outerjoin(deliveries).where(*which)
    rows = tx.execute(query.order_by(messages.c.id, deliveries.c.file_name)).all()
    return [_delivery(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _delivery(rows: Sequence[Row[Any]]) -> Delivery:
    """``rows``: a message with each of its files."""
    files = tuple((row.file_name, row[-1]) for row in rows if row.file_name is not None)
    return Delivery(read_message(rows[0]), rows[0].issue, files)


def tell_posted(delivery: Delivery) -> Event:
    """To whom which files of which issue were addressed, and by which letter."""
    message = delivery.message
    details = {
        "message": message.id,
        "message_key": message.key,
        "letter_hash": message.file_hash,
        "issue": delivery.issue,
        "addressee": message.addressee,
        "to": list(message.to),
        "files": [f"{file_hash} {name}" for name, file_hash in delivery.files],
    }
    return Event(EventKind.POSTED, message.composed_at, details)
