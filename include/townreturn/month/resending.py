"""A message goes out once more because a person says so: the order is kept as a further attempt."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from townreturn.domain.dispatch import AttemptResult, DispatchOutcome, Way
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.attempts import AttemptsBook, Dispatched, sending_scope
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.dispatches import record_result, tell_resent
from townreturn.store.engine import reading, writing
from townreturn.store.messages import StoredMessage, find_message
from townreturn.store.trail import append_events
from townreturn.wording import say

_IN_VAIN = (DispatchOutcome.UNCERTAIN, DispatchOutcome.REFUSED, DispatchOutcome.GIVEN_UP, DispatchOutcome.FAILED)
_REPEATED = (*_IN_VAIN, DispatchOutcome.SENT)
_ON_ITS_WAY = (None, DispatchOutcome.ORDERED)


def order_again(office: Office, key_or_id: str, *, account: str, reason: str, now: datetime) -> tuple[Dispatched, ...]:
    """Let a message go out again with the next sending: by the channels that failed, or by all when none did.

    Where some addresses had it, only those get it that had not. Raises Misuse for a message that is
    none, or without account or reason; Refused when it has not been sent yet, is on its way, or was
    withdrawn.
    """
    account, reason = stated(account, reason)
    message = _find(office, key_or_id)
    with writing(office.engine, sending_scope(office), f"{office.plans.town_code}/{message.period}") as tx:
        book = AttemptsBook(tx, office, message, now)
        _end_cut_off(book)
        ordered = tuple(
            book.end(one.channel, one, AttemptResult(DispatchOutcome.ORDERED, now, reason, one.missed, account))
            for one in _to_repeat(message, [*book.ways.values()])
        )
        events = [tell_resent(one.message, one.channel, one.result) for one in ordered]
        append_events(tx, office.plans.town_code, _plan_of(office, message.period).code, message.period, events)
    return ordered


def can_be_ordered_again(ways: Iterable[Way], now: datetime) -> bool:
    """Whether ``order_again`` would take an order for a message sent these ways."""
    made = [*ways]
    is_on_its_way = any(one.last.outcome in _ON_ITS_WAY and not one.was_cut_off(now) for one in made)
    return not is_on_its_way and any(one.was_cut_off(now) or one.last.outcome in _REPEATED for one in made)


def _find(office: Office, key_or_id: str) -> StoredMessage:
    with reading(office.engine) as tx:
        message = find_message(tx, office.plans.town_code, key_or_id)
    if message is None:
        raise Misuse("MESSAGE_UNKNOWN", value=key_or_id)
    return message


def _plan_of(office: Office, period: str) -> Plan:
    """That in force; the newest for what belongs to no period."""
    return (office.plans.find(Period(period)) if period else None) or office.plans.plans[-1]


def _detail_of(way: Way) -> str:
    return way.last.result.detail if way.last.result else ""


def _end_cut_off(book: AttemptsBook) -> None:
    """Whoever orders it again knows of it: nobody needs to be told."""
    for way in book.ways.values():
        if way.was_cut_off(book.now):
            uncertain = AttemptResult(DispatchOutcome.UNCERTAIN, book.now, say("DISPATCH_CUT_OFF"), way.missed)
            record_result(book.tx, way.last.id, uncertain)


def _to_repeat(message: StoredMessage, ways: Sequence[Way]) -> list[Way]:
    if not ways:
        raise Refused("MESSAGE_NOT_SENT_YET", id=message.id)
    if any(one.last.outcome in _ON_ITS_WAY for one in ways):
        raise Refused("MESSAGE_ON_ITS_WAY", id=message.id)
    in_vain = [one for one in ways if one.last.outcome in _IN_VAIN]
    found = in_vain or [one for one in ways if one.last.outcome is DispatchOutcome.SENT]
    if not found:
        raise Refused("MESSAGE_WITHDRAWN", id=message.id, detail=_detail_of(ways[-1]))
    return found
