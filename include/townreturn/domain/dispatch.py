"""Attempts to send a letter (发送), and what follows from what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from townreturn.domain.message import Channel, Letter

CUT_OFF_AFTER = timedelta(minutes=30)
"""An attempt without a result that is older was cut off in the middle: channels take a few minutes at most."""
GIVE_UP_AFTER = timedelta(days=4)
"""How long a letter is tried [RFC 5321, 4.5.4.1: at least 4-5 days]."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=4)
"""Between two attempts; each pause is three times the one before."""
TOLD_AT_FAILURE = 3
"""At this failure of a letter, some twenty minutes after the first, the operator hears that the channel fails."""


class DispatchOutcome(StrEnum):
    """已送出, 待重试, 停发, 被拒, 不明, 改道, 待重发, 作废."""

    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    REPLACED = "replaced"
    ORDERED = "ordered"
    WITHDRAWN = "withdrawn"


WAITING = (DispatchOutcome.FAILED, DispatchOutcome.ORDERED)
"""After these it is tried again."""
LOST = (DispatchOutcome.GIVEN_UP, DispatchOutcome.REFUSED, DispatchOutcome.UNCERTAIN)
"""After these it is not, unless somebody orders it."""


@dataclass(frozen=True)
class AttemptResult:
    """What became of an attempt, and why.

    ``missed``: the addresses that have not had the letter when others have; empty when it is all or
    none. ``account`` ordered the letter to be sent again.
    """

    outcome: DispatchOutcome
    ended_at: datetime
    detail: str = ""
    missed: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True)
class Attempt:
    """Recorded before it is made; without a result while it is being made, or when it was cut off."""

    id: int
    channel: str
    number: int
    begun_at: datetime
    result: AttemptResult | None

    @property
    def outcome(self) -> DispatchOutcome | None:
        return self.result.outcome if self.result else None


@dataclass(frozen=True)
class Way:
    """The attempts to send one letter by one channel, in their order; at least one."""

    attempts: tuple[Attempt, ...]

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

    @property
    def channel(self) -> str:
        return self.last.channel

    @property
    def is_waiting(self) -> bool:
        """Whether it is to be tried again."""
        return self.last.outcome in WAITING

    @property
    def missed(self) -> tuple[str, ...]:
        """The addresses that are left when others have had the letter; of an attempt under way, those it is for."""
        known = [one.result.missed for one in self.attempts if one.result]
        return known[-1] if known else ()

    @property
    def tried(self) -> tuple[Attempt, ...]:
        """The attempts since it was last ordered to be sent."""
        since = takewhile(lambda one: one.outcome is not DispatchOutcome.ORDERED, reversed(self.attempts))
        return tuple(since)[::-1]

    def is_due(self, now: datetime) -> bool:
        """Whether it waits and the pause is over."""
        result = self.last.result
        if result is None or result.outcome not in WAITING:
            return False
        return not self.tried or now >= result.ended_at + pause_after(len(self.tried))

    def is_too_old(self, now: datetime) -> bool:
        """Whether it has been tried, or waited to be tried, long enough."""
        return now - (self.tried or (self.last,))[0].begun_at >= GIVE_UP_AFTER

    def was_cut_off(self, now: datetime) -> bool:
        return self.last.result is None and now - self.last.begun_at > CUT_OFF_AFTER


def pause_after(failures: int) -> timedelta:
    """How long nothing is tried after so many failures."""
    pause = FIRST_PAUSE
    for _ in range(1, failures):
        pause = min(pause * 3, LONGEST_PAUSE)
    return pause


Ways = Mapping[str, Way]
"""Channel → the attempts by it."""


@dataclass(frozen=True)
class NextSteps:
    """What is to be done about a letter now.

    ``cut_off``: ways whose last attempt nobody will finish. ``replaced``: ways that wait for a
    channel that is not open any more, and are left for those in ``going``; ``given_up``: that have
    waited for one too long. ``going``: the channels to hand it to. ``is_uncarried``: there are none.
    """

    cut_off: tuple[Way, ...]
    replaced: tuple[Way, ...]
    given_up: tuple[Way, ...]
    going: tuple[Channel, ...]
    is_uncarried: bool

    @property
    def are_none(self) -> bool:
        return not (self.cut_off or self.replaced or self.given_up or self.going or self.is_uncarried)


def next_steps(letter: Letter, ways: Ways, channels: Sequence[Channel], now: datetime) -> NextSteps:
    """What is to be done, with these channels open.

    The ways of a letter are chosen once, when it is first sent: a channel set up later does not
    send what others sent before it. Only a way that waits for a channel that is gone is replaced.
    """
    names = {one.name for one in channels}
    stranded = [one for one in ways.values() if one.is_waiting and one.channel not in names]
    fresh = [one for one in channels if one.name not in ways and one.carries(letter)] if stranded or not ways else []
    due = [one for one in channels if one.name in ways and ways[one.name].is_due(now)]
    return NextSteps(
        cut_off=tuple(one for one in ways.values() if one.was_cut_off(now)),
        replaced=tuple(stranded) if fresh else (),
        given_up=() if fresh else tuple(one for one in stranded if one.is_too_old(now)),
        going=tuple(one for one in channels if one in due or one in fresh),
        is_uncarried=not ways and not fresh,
    )
