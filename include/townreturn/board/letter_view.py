"""通知: what was written to whom for a period, by which channels it went, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from townreturn.domain.dispatch import LOST, WAITING, Attempt, DispatchOutcome, Way
from townreturn.domain.errors import Misuse
from townreturn.domain.message import MessageKind
from townreturn.domain.period import Period
from townreturn.month.resending import can_be_ordered_again
from townreturn.office import Office
from townreturn.store.dispatches import ways_of
from townreturn.store.engine import reading
from townreturn.store.messages import StoredMessage, find_message, list_messages

MOST_LETTERS = 300


class LetterState(StrEnum):
    """Failed: one of its ways will not go on by itself. Waiting: still to be tried, or being tried."""

    FAILED = "failed"
    WAITING = "waiting"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class AttemptLine:
    """An attempt to send it, or an order to. ``outcome`` is None while it is being made; ``missed``: the addresses
    that did not get it when others did; ``account`` ordered it."""

    channel: str
    outcome: DispatchOutcome | None
    at: datetime
    detail: str
    missed: tuple[str, ...]
    account: str


@dataclass(frozen=True)
class LetterLine:
    """A letter; ``attempts`` in their order, channel by channel. ``can_be_sent_again`` by an order."""

    id: int
    kind: MessageKind
    period: str
    written_at: datetime
    addressee: str
    to: tuple[str, ...]
    subject: str
    state: LetterState
    attempts: tuple[AttemptLine, ...]
    can_be_sent_again: bool


@dataclass(frozen=True)
class LettersView:
    """The letters of a period, the newest first, as many as are shown; times in the town's zone. ``period`` is empty
    for those that belong to none. ``total_count`` and ``undelivered_count`` of all."""

    period: str
    time_zone: str
    total_count: int
    undelivered_count: int
    letters: tuple[LetterLine, ...]


def judge_ways(ways: Iterable[Way]) -> LetterState:
    """What became of a letter that was sent these ways so far."""
    outcomes = [one.last.outcome for one in ways]
    if any(one in LOST for one in outcomes):
        return LetterState.FAILED
    if not outcomes or any(one is None or one in WAITING for one in outcomes):
        return LetterState.WAITING
    is_withdrawn = DispatchOutcome.SENT not in outcomes and DispatchOutcome.WITHDRAWN in outcomes
    return LetterState.WITHDRAWN if is_withdrawn else LetterState.SENT


def view_letters(office: Office, period: Period | None, now: datetime, *, undelivered: bool) -> LettersView:
    """The letters of a period, or with None of no period; ``undelivered``: only those that failed or wait."""
    with reading(office.engine) as tx:
        found = list_messages(tx, office.plans.town_code, period.key if period else "")
        lines = _lines(tx, office, found, now)
    open_ones = [one for one in lines if one.state in (LetterState.FAILED, LetterState.WAITING)]
    return LettersView(
        period=period.key if period else "",
        time_zone=office.plans.calendar.time_zone,
        total_count=len(lines),
        undelivered_count=len(open_ones),
        letters=tuple((open_ones if undelivered else lines)[:-MOST_LETTERS - 1:-1]),
    )  # fmt: skip


def view_letter(office: Office, message_id: int, now: datetime) -> LetterLine:
    """One letter by its number; Misuse when there is none."""
    with reading(office.engine) as tx:
        message = find_message(tx, office.plans.town_code, str(message_id))
        if message is None:
            raise Misuse("MESSAGE_UNKNOWN", value=message_id)
        return _lines(tx, office, [message], now)[0]


def _lines(tx: Connection, office: Office, found: Iterable[StoredMessage], now: datetime) -> list[LetterLine]:
    written = [*found]
    ways = ways_of(tx, [one.id for one in written])
    return [_line(office, one, [*ways.get(one.id, {}).values()], now) for one in written]


def _line(office: Office, message: StoredMessage, ways: list[Way], now: datetime) -> LetterLine:
    return LetterLine(
        id=message.id,
        kind=message.kind,
        period=message.period,
        written_at=message.composed_at.astimezone(office.plans.calendar.zone),
        addressee=message.addressee,
        to=message.to,
        subject=message.subject,
        state=judge_ways(ways),
        attempts=tuple(_attempt(office, one) for way in ways for one in way.attempts),
        can_be_sent_again=can_be_ordered_again(ways, now),
    )


def _attempt(office: Office, one: Attempt) -> AttemptLine:
    result, zone = one.result, office.plans.calendar.zone
    if result is None:
        return AttemptLine(one.channel, None, one.begun_at.astimezone(zone), "", (), "")
    ended_at = result.ended_at.astimezone(zone)
    return AttemptLine(one.channel, result.outcome, ended_at, result.detail, result.missed, result.account)
