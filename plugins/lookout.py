"""One look for all: the towns whose wait for a period this triggerer keeps are looked at together."""

import math
import os
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from townreturn.domain.obligation import Readiness
from townreturn.domain.period import Period
from townreturn.settings import Settings

if TYPE_CHECKING:
    from townreturn.domain.plan import Plan
    from townreturn.office import Office

BEHIND_SECONDS = 60.0
"""How often a period is looked at that cannot be ready, because the one before it is not settled: a backfill of five
years has sixty of them, and each whole look costs as much as ten of the question whether that has changed."""
FORGOTTEN_SECONDS = 300.0
"""Who has not asked for so long waits no more: one that is in trouble asks once a minute."""
SHARE = 10
"""Looks take a tenth of the time at most: of a thousand towns one takes a second."""


class Lookout:
    """Of one period; asked from several threads at once."""

    def __init__(self, period: Period, seconds: float) -> None:
        self._period, self._seconds = period, seconds
        self._lock = Lock()
        self._found: dict[str, Readiness] = {}
        self._asked_at: dict[str, float] = {}
        self._seen_at: dict[str, float] = {}
        self._looked_at, self._took = 0.0, 0.0

    def find(self, town: str) -> "tuple[Plan, Readiness]":
        """How a town stands, seen ``seconds`` ago at most, or ten times as long as a look at all takes.

        Raises KeyError for a town that is not served here, Misuse where none of its plans is in force.
        """
        office = _served(town)
        plan, code = office.plans.in_force(self._period), office.plans.town_code
        with self._lock:
            begun, last = time.monotonic(), self._asked_at.get(code, -math.inf)
            self._asked_at[code] = begun
            if begun - last >= FORGOTTEN_SECONDS or code not in self._found:
                self._look([code])
            elif begun - self._looked_at >= max(self._seconds, SHARE * self._took):
                self._look(self._to_be_looked_at(begun))
                self._looked_at, self._took = begun, time.monotonic() - begun
            return plan, self._found[code]

    def _look(self, towns: Collection[str]) -> None:
        from townreturn import month

        offices = self._offices_of(towns)
        if offices:
            seen = month.readiness_by_town(offices, self._period, datetime.now(UTC))
            self._found |= seen
            self._seen_at |= dict.fromkeys(seen, time.monotonic())

    def _to_be_looked_at(self, now: float) -> set[str]:
        """All that ask, but those that are still behind."""
        from townreturn import month

        asking = {town for town, at in self._asked_at.items() if now - at < FORGOTTEN_SECONDS}
        known = asking & self._found.keys()
        behind = {one for one in known if self._found[one].is_behind and now - self._seen_at[one] < BEHIND_SECONDS}
        offices = self._offices_of(behind)
        return known - (month.towns_behind(offices, self._period) if offices else set())

    def _offices_of(self, towns: Collection[str]) -> "list[Office]":
        served = served_now()
        found = (served[town] for town in sorted(towns) if town in served)
        return [one for one in found if one.plans.find(self._period)]


@cache
def lookout_of(period: Period, seconds: float) -> Lookout:
    """The one that all towns share which wait for a period."""
    return Lookout(period, seconds)


def served_now() -> "dict[str, Office]":
    """By town code; a plan that was changed is seen within a minute."""
    return _served_in(int(time.time()) // 60)


def _served(town: str) -> "Office":
    """A town's office; the only one's, where a key names none."""
    served = served_now()
    return served[town] if town else next(iter(served.values()))


@lru_cache(maxsize=1)
def _served_in(minute: int) -> "dict[str, Office]":  # noqa: ARG001 - plans are read once in each
    from townreturn.plans import load_plan_books

    books = {one.town_code: one for one in load_plan_books(Settings.from_environment(os.environ).plans)}
    opened = open_once()
    return {town: replace(one, plans=books[town]) for town, one in opened.items() if town in books}


@cache
def open_once() -> "dict[str, Office]":
    """With one engine for all periods that this triggerer watches."""
    from townreturn.office import open_these_offices

    return {one.plans.town_code: one for one in open_these_offices()}
