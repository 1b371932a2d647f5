"""One look for all: the towns whose wait for a period this triggerer keeps are looked at together."""

import contextlib
import os
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from townreturn.domain.errors import TownReturnError
from townreturn.domain.obligation import Readiness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.settings import Settings

if TYPE_CHECKING:
    from townreturn.office import Office

BEHIND_SECONDS = 60.0
"""How often a period is looked at that cannot be ready, because the one before it is not settled: a backfill of five
years has sixty of them, and each whole look costs as much as ten of the question whether that has changed."""
FORGOTTEN_SECONDS = 300.0
"""Who has not asked for so long waits no more: one that is in trouble asks once a minute."""
SHARE, LONGEST_SECONDS = 10, 30.0
"""A period's looks take a tenth of the time at most, for one at a thousand towns takes a second; yet none is further
from the last than LONGEST_SECONDS."""


@dataclass(frozen=True)
class Seen:
    """How a town stood, by which plan, at an instant of the monotonic clock."""

    plan: Plan
    readiness: Readiness
    at: float


class Lookout:
    """Of one period; asked from several threads at once, of which one looks and no other waits for it."""

    def __init__(self, period: Period, seconds: float) -> None:
        self._period, self._seconds = period, seconds
        self._looking = Lock()
        self._found: dict[str, Seen | Exception] = {}
        self._asked_at: dict[str, float] = {}
        self._next_at = 0.0

    def find(self, town: str, *, anew: bool = False) -> Seen:
        """How a town stands: now, if asked ``anew``; else as seen ``seconds`` ago, or what SHARE makes of them.

        Raises what keeps the town from being looked at, the database or its plan; ConfigurationFault if it is none
        that is served here.
        """
        code = _served(town).plans.town_code
        self._asked_at[code] = time.monotonic()
        must = anew or code not in self._found
        if self._looking.acquire(blocking=must):
            try:
                self._look_for(code, only=must)
            finally:
                self._looking.release()
        found = self._found[code]
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def _look_for(self, code: str, *, only: bool) -> None:
        """At this town; or, where it is time, at all that ask."""
        begun = time.monotonic()
        if only:
            self._look({code}, skips=False)
        elif begun >= self._next_at:
            self._forget(begun)
            self._look(set(self._found), skips=True)
            pace = min(SHARE * (time.monotonic() - begun), LONGEST_SECONDS)
            self._next_at = begun + max(self._seconds, pace)

    def _look(self, towns: set[str], *, skips: bool) -> None:
        """What the database does not answer is everybody's fault; ``skips``: not at those that are still behind."""
        try:
            self._found |= self._judge(towns - self._still_behind() if skips else towns)
        except Exception as fault:  # noqa: BLE001 - raised to each that asks, until the next look
            self._found |= dict.fromkeys(towns, fault)

    def _judge(self, towns: set[str]) -> dict[str, Seen | Exception]:
        from townreturn import month

        offices, found = _among(towns), dict[str, Seen | Exception]()
        outcomes = month.readiness_by_town(offices, self._period, datetime.now(UTC)) if offices else {}
        plans = {one.plans.town_code: one.plans for one in offices}
        for town, one in outcomes.items():
            if isinstance(one, Exception):
                found[town] = one
            else:
                found[town] = Seen(plans[town].in_force(self._period), one, time.monotonic())
        return found

    def _still_behind(self) -> set[str]:
        from townreturn import month

        since = time.monotonic() - BEHIND_SECONDS
        seen = ((town, one) for town, one in self._found.items() if isinstance(one, Seen))
        behind = _among({town for town, one in seen if one.readiness.is_behind and one.at > since})
        return month.towns_behind(behind, self._period) if behind else set()

    def _forget(self, now: float) -> None:
        for town in [one for one, at in list(self._asked_at.items()) if now - at >= FORGOTTEN_SECONDS]:
            del self._asked_at[town]
            self._found.pop(town, None)


_LOOKOUTS: "WeakValueDictionary[tuple[Period, float], Lookout]" = WeakValueDictionary()


def lookout_of(period: Period, seconds: float) -> Lookout:
    """The one that all share which wait for a period, for as long as one of them keeps it."""
    return _LOOKOUTS.setdefault((period, seconds), Lookout(period, seconds))


def served_now() -> "dict[str, Office]":
    """By town code; a plan that was changed is seen within a minute. Left out is a town whose plan cannot be read."""
    return _served_in(int(time.time()) // 60)


def _served(town: str) -> "Office":
    """A town's office; the only one's, where a key names none. Raises ConfigurationFault, which says what is wrong."""
    from townreturn.office import choose_book

    served = served_now()
    alone = (one for one in served.values() if not one.is_among_several)
    if office := served.get(town) if town else next(alone, None):
        return office
    plans = choose_book(Settings.from_environment(os.environ), town)
    return replace(open_once()[plans.town_code], plans=plans)


def _among(towns: Collection[str]) -> "list[Office]":
    return [one for town, one in served_now().items() if town in towns]


@lru_cache(maxsize=1)
def _served_in(minute: int) -> "dict[str, Office]":  # noqa: ARG001 - plans are read once in each
    from townreturn.plans import books_of_towns, load_plan_book

    served, opened = {}, open_once()
    for town, paths in books_of_towns(Settings.from_environment(os.environ).plans).items():
        with contextlib.suppress(TownReturnError):
            served[town] = replace(opened[town], plans=load_plan_book(map(str, paths)))
    return served


@cache
def open_once() -> "dict[str, Office]":
    """With one engine for all periods that this triggerer watches."""
    from townreturn.office import open_these_by_town

    return open_these_by_town()
