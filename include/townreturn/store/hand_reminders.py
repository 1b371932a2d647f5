"""Reminders sent by hand (手工催报): which letters they are, who had them sent and why, and what the trail says."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from townreturn.domain.audit import Event, EventKind
from townreturn.store.messages import StoredMessage, find_message, read_message
from townreturn.store.schema import hand_reminders, messages
from townreturn.store.trail import append_events


@dataclass(frozen=True)
class HandReminder:
    """A letter that somebody had sent; ``words`` are his own in it, empty where he added none."""

    message: StoredMessage
    account: str
    reason: str
    words: str


def record_hand_reminder(
    tx: Connection, town: str, plan: str, message_key: str, *, account: str, reason: str, words: str
) -> None:
    """Keep who had a letter sent and why, and tell the audit trail of its plan and period; the letter is recorded."""
    message = find_message(tx, town, message_key)
    if message is None:
        raise KeyError(message_key)
    values = {"account": account, "reason": reason, "words": words}
    tx.execute(insert(hand_reminders).values(message_id=message.id, **values))
    append_events(tx, town, plan, message.period, [tell_reminded(HandReminder(message, **values))])


def list_hand_reminders(tx: Connection, town: str, period: str) -> list[HandReminder]:
    """Those of a period, in the order of writing."""
    query = select(messages, hand_reminders).join_from(hand_reminders, messages)
    query = query.where(messages.c.town == town, messages.c.period == period).order_by(messages.c.id)
    return [HandReminder(read_message(row), row.account, row.reason, row.words) for row in tx.execute(query)]


def tell_reminded(reminder: HandReminder) -> Event:
    """Which unit was reminded by which letter, in whose name and why."""
    message = reminder.message
    details = {
        "message": message.id,
        "message_key": message.key,
        "letter_hash": message.file_hash,
        "unit": message.unit,
        "to": list(message.to),
        "account": reminder.account,
        "reason": reminder.reason,
        "words": reminder.words,
    }
    return Event(EventKind.REMINDED, message.composed_at, details)
