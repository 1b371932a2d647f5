"""Whether a period can be compiled: everything in or due, the inbox read, the last one settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from townreturn.chasing.describing import name_outstanding
from townreturn.chasing.standing_now import judge_owed, obligations_by_town
from townreturn.domain.errors import TownReturnError
from townreturn.domain.obligation import Obligation, Readiness, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.office import Office
from townreturn.store.arrivals import inboxes_emptied_since
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening
from townreturn.store.published_files import came_in_above
from townreturn.store.returns import published_at
from townreturn.wording import say

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_ON_THE_WAY = timedelta(minutes=10)
"""How long a return that was published below is waited for: it may go up another way than by this place's inboxes."""
_Below = tuple[list[Unit], list[Unit]]


@dataclass(frozen=True)
class _Seen:
    """What the store has of many towns: ``read``: whose inbox is; ``behind``: whose last period is not settled."""

    standings: Mapping[str, tuple[Standing, ...]]
    owed: Mapping[str, tuple[Obligation, ...]]
    read: set[str]
    behind: set[str]
    below: Mapping[str, _Below] = field(default_factory=dict)


def readiness(office: Office, period: Period, now: datetime) -> Readiness:
    """Whether the period can be compiled now, and what it waits for.

    Raises Misuse when no plan is in force, ConfigurationFault when it does not say when something is due.
    """
    (outcome,) = readiness_by_town([office], period, now).values()
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def readiness_by_town(offices: Sequence[Office], period: Period, now: datetime) -> dict[str, Readiness | Exception]:
    """The same of many towns on one database, asked for all together: of each its readiness, or what would be raised.

    What is wrong with one town's plan keeps no other from being judged.
    """
    outcomes: dict[str, Readiness | Exception] = {}
    planned: list[tuple[Office, Plan]] = []
    for one in offices:
        try:
            planned.append((one, _dated(one.plans.in_force(period), period)))
        except TownReturnError as fault:
            outcomes[one.plans.town_code] = fault
    seen = _see(planned, period, now) if planned else None
    outcomes |= {plan.town_code: _judge(seen, plan, period, now) for _, plan in planned if seen}
    return {one.plans.town_code: outcomes[one.plans.town_code] for one in offices}


def towns_behind(offices: Sequence[Office], period: Period) -> set[str]:
    """Those of many towns on one database whose period before this one is not published, though a plan asks for it."""
    with reading(offices[0].engine) as tx:
        return _behind(tx, offices, period)


def _dated(plan: Plan, period: Period) -> Plan:
    """A plan that says when things are due; ConfigurationFault for one that asks for working days not known."""
    plan.calendar.due_at(period)
    return plan


def _see(planned: Sequence[tuple[Office, Plan]], period: Period, now: datetime) -> _Seen:
    offices, plans = [one for one, _ in planned], [plan for _, plan in planned]
    with reading(offices[0].engine) as tx:
        owed = obligations_by_town(tx, plans, period)
        standings = judge_owed(tx, plans, period, owed, now)
        below = {
            plan.town_code: _awaited_from_below(tx, one, plan, period, standings[plan.town_code], now)
            for one, plan in planned
            if plan.subordinates
        }
        return _Seen(standings, owed, _inboxes_read(tx, owed, period, now), _behind(tx, offices, period), below)


def _judge(seen: _Seen, plan: Plan, period: Period, now: datetime) -> Readiness:
    town = plan.town_code
    below, on_the_way = seen.below.get(town, ([], []))
    is_unread, is_behind = bool(on_the_way) or town not in seen.read, town in seen.behind
    standings = seen.standings[town]
    not_due = [standing for one, standing in zip(seen.owed[town], standings, strict=True) if now < one.due_at]
    reasons = [
        *([say("INBOX_NOT_READ_YET")] if is_unread else []),
        *([say("PREVIOUS_NOT_SETTLED", period=period.previous)] if is_behind else []),
        *_tell_offices("BELOW_NOT_PUBLISHED", below),
        *_tell_offices("BELOW_ON_THE_WAY", on_the_way),
        *name_outstanding(plan, not_due),
    ]
    return Readiness(standings, tuple(reasons), inbox_unread=is_unread, is_behind=is_behind)


def _inboxes_read(
    tx: Connection, owed: Mapping[str, Sequence[Obligation]], period: Period, now: datetime
) -> set[str]:  # fmt: skip
    """The towns in whose inbox no file can lie that came in time.

    Once something is due, only an intake run that began after that instant has seen the last file in time.
    """
    by_instant: dict[datetime, list[str]] = {}
    for town, obligations in owed.items():
        last = max((one.due_at for one in obligations if one.due_at <= now), default=_LONG_AGO)
        by_instant.setdefault(last, []).append(town)
    found = (inboxes_emptied_since(tx, towns, period.key, instant) for instant, towns in by_instant.items())
    return set().union(*found)


def _behind(tx: Connection, offices: Sequence[Office], period: Period) -> set[str]:
    asked = {one.plans.town_code for one in offices if one.plans.find(period.previous) is not None}
    return asked - set(published_at(tx, asked, period.previous.key))


def _tell_offices(code: str, units: Sequence[Unit]) -> list[str]:
    return [say(code, units="、".join(one.name for one in units))] if units else []


def _awaited_from_below(
    tx: Connection, office: Office, plan: Plan, period: Period, standings: Sequence[Standing], now: datetime
) -> _Below:
    """Of a backfilled period, for no deadline makes anybody go without them: the offices below, among those served
    here, that have not published it, and those whose return was published a moment ago and has not come in yet.

    Whose part is in, or exempted, is not waited for.
    """
    opening = find_opening(tx, plan.town_code, period.key)
    if opening is None or not opening.backfilled:
        return [], []
    out = {one.unit for one in standings if one.is_outstanding}
    below = [unit for unit in plan.subordinates if unit.code in out and unit.code in office.towns]
    codes = [unit.code for unit in below]
    published = published_at(tx, codes, period.key)
    came = came_in_above(tx, plan.town_code, codes, period.key)
    return (
        [unit for unit in below if unit.code not in published],
        [one for one in below if one.code not in came and published.get(one.code, _LONG_AGO) > now - _ON_THE_WAY],
    )
