"""A message goes out once more because a person says so: the order is kept as a further attempt."""

from collections.abc import Iterable
from datetime import datetime

from townreturn.domain.dispatch import AttemptResult, DispatchOutcome, Way
from townreturn.domain.errors import Misuse, Refused
from townreturn.month.attempts import AttemptsBook, Dispatched, sending_scope
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.dispatches import record_result
from townreturn.store.engine import writing
from townreturn.store.messages import find_message
from townreturn.wording import say

_IN_VAIN = (DispatchOutcome.UNCERTAIN, DispatchOutcome.REFUSED, DispatchOutcome.GIVEN_UP, DispatchOutcome.FAILED)


def order_again(office: Office, key_or_id: str, *, account: str, reason: str, now: datetime) -> tuple[Dispatched, ...]:
    """Let a message go out again with the next sending: by the channels that failed, or by all when none did.

    Where some addresses had it, only those get it that had not. Raises Misuse for a message that is
    none, or without account or reason; Refused when it has not been sent yet, is on its way, or was
    withdrawn.
    """
    account, reason = stated(account, reason)
    with writing(office.engine, sending_scope(office)) as tx:
        message = find_message(tx, office.plans.town_code, key_or_id)
        if message is None:
            raise Misuse("MESSAGE_UNKNOWN", value=key_or_id)
        book = AttemptsBook(tx, office, message, now)
        _end_cut_off(book)
        ways = [*book.ways.values()]
        if not ways:
            raise Refused("MESSAGE_NOT_SENT_YET", id=message.id)
        if any(one.last.outcome in (None, DispatchOutcome.ORDERED) for one in ways):
            raise Refused("MESSAGE_ON_ITS_WAY", id=message.id)
        if not _to_repeat(ways):
            raise Refused("MESSAGE_WITHDRAWN", id=message.id, detail=_detail_of(ways[-1]))
        return tuple(
            book.end(one.channel, one, AttemptResult(DispatchOutcome.ORDERED, now, reason, one.missed, account))
            for one in _to_repeat(ways)
        )


def _detail_of(way: Way) -> str:
    return way.last.result.detail if way.last.result else ""


def _end_cut_off(book: AttemptsBook) -> None:
    """Whoever orders it again knows of it: nobody needs to be told."""
    for way in book.ways.values():
        if way.was_cut_off(book.now):
            uncertain = AttemptResult(DispatchOutcome.UNCERTAIN, book.now, say("DISPATCH_CUT_OFF"), way.missed)
            record_result(book.tx, way.last.id, uncertain)


def _to_repeat(ways: Iterable[Way]) -> list[Way]:
    in_vain = [one for one in ways if one.last.outcome in _IN_VAIN]
    return in_vain or [one for one in ways if one.last.outcome is DispatchOutcome.SENT]
