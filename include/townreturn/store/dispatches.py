"""Attempts to send messages, each recorded before it is made, and what became of them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, insert, or_, select

from townreturn.domain.audit import Event, EventKind
from townreturn.domain.dispatch import WAITING, Attempt, AttemptResult, DispatchOutcome, Way
from townreturn.store.messages import StoredMessage, read_message
from townreturn.store.schema import dispatch_results, dispatches, messages


def ways_of(tx: Connection, message_ids: Iterable[int]) -> dict[int, dict[str, Way]]:
    """Message id → channel → the attempts by it, channels in the order of their first."""
    query = (
        select(dispatches, dispatch_results)
        .outerjoin_from(dispatches, dispatch_results)
        .where(dispatches.c.message_id.in_(list(message_ids)))
        .order_by(dispatches.c.id)
    )
    attempts: defaultdict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for row in tx.execute(query):
        attempts[row.message_id, row.channel].append(_attempt(row))
    found: defaultdict[int, dict[str, Way]] = defaultdict(dict)
    for (message_id, channel), made in attempts.items():
        found[message_id][channel] = Way(tuple(sorted(made, key=lambda one: one.number)))
    return found


def _attempt(row: Row[Any]) -> Attempt:
    result = _result(row) if row.outcome is not None else None
    return Attempt(row.id, row.channel, row.attempt, row.begun_at, result)


def _result(row: Row[Any]) -> AttemptResult:
    missed = tuple(json.loads(row.missed))
    return AttemptResult(DispatchOutcome(row.outcome), row.ended_at, row.detail, missed, row.account)


def unfinished_messages(tx: Connection, town: str) -> list[StoredMessage]:
    """Those never sent, under way or to be tried again, in the order in which they were written."""
    later = dispatches.alias("later")
    is_last = ~exists().where(
        later.c.message_id == dispatches.c.message_id,
        later.c.channel == dispatches.c.channel,
        later.c.attempt > dispatches.c.attempt,
    )
    is_unfinished = or_(dispatch_results.c.outcome.is_(None), dispatch_results.c.outcome.in_(WAITING))
    last = select(dispatches.c.message_id).outerjoin(dispatch_results).where(and_(is_last, is_unfinished))
    never = ~exists().where(dispatches.c.message_id == messages.c.id)
    query = select(messages).where(messages.c.town == town, or_(never, messages.c.id.in_(last)))
    return [read_message(row) for row in tx.execute(query.order_by(messages.c.id))]


def record_attempt(tx: Connection, message_id: int, channel: str, number: int, now: datetime) -> int:
    """Claim an attempt before it is made; its id. Of two processes that claim the same one, one fails."""
    values = {"message_id": message_id, "channel": channel, "attempt": number, "begun_at": now}
    return int(tx.execute(insert(dispatches).values(**values).returning(dispatches.c.id)).scalar_one())


def record_result(tx: Connection, attempt_id: int, result: AttemptResult) -> None:
    """What became of an attempt, for good; the caller has seen that nothing is recorded of it yet."""
    tx.execute(
        insert(dispatch_results).values(
            dispatch_id=attempt_id, outcome=result.outcome, detail=result.detail, missed=json.dumps(result.missed),
            account=result.account, ended_at=result.ended_at,
        )
    )  # fmt: skip


def list_resends(tx: Connection, town: str, period: str) -> Iterator[tuple[int, StoredMessage, str, AttemptResult]]:
    """Every order to send a letter of a period again: its id, the letter, the channel, and who gave it and why."""
    query = (
        select(messages, dispatches.c.id.label("dispatch_id"), dispatches.c.channel, dispatch_results)
        .join_from(dispatches, dispatch_results)
        .join(messages, messages.c.id == dispatches.c.message_id)
        .where(messages.c.town == town, messages.c.period == period)
        .where(dispatch_results.c.outcome == DispatchOutcome.ORDERED)
    )
    for row in tx.execute(query.order_by(dispatches.c.id)):
        yield row.dispatch_id, read_message(row), row.channel, _result(row)


def tell_resent(message: StoredMessage, channel: str, result: AttemptResult) -> Event:
    """What the audit trail says of an order to send a letter again by one channel."""
    details = {
        "message": message.id,
        "message_key": message.key,
        "channel": channel,
        "missed": list(result.missed),
        "account": result.account,
        "reason": result.detail,
    }
    return Event(EventKind.RESENT, result.ended_at, details)
