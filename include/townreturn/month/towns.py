"""How each of several towns stands, a line each: the period in hand, how much of it is in, and what is next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from townreturn.chasing.standing_now import standings_by_town
from townreturn.domain.level import Level
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import newest_opened, openings_by_town
from townreturn.store.returns import published_at, waiting_for_decision


class TownState(StrEnum):
    """What becomes of the period in hand next."""

    NOT_OPENED = "not_opened"
    GATHERING = "gathering"
    DECIDING = "deciding"
    PUBLISHED = "published"


@dataclass(frozen=True)
class TownLine:
    """One town; ``reported`` of ``owed`` categories are in, without those exempted."""

    code: str
    town: str
    level: Level
    period: str
    reported: int
    owed: int
    state: TownState


def towns_at_a_glance(offices: Sequence[Office], now: datetime, period: Period | None = None) -> tuple[TownLine, ...]:
    """Of each town the period in hand, or a given one; towns that no plan gives the period are left out.

    The offices are on one database, which is asked once a period, however many they are.
    """
    if not offices:
        return ()
    lines: dict[str, TownLine] = {}
    with reading(offices[0].engine) as tx:
        opened = {} if period else newest_opened(tx, [one.plans.town_code for one in offices])
        for key, plans in _by_period(offices, opened, now, period).items():
            lines |= {one.code: one for one in _lines(tx, plans, key, now)}
    return tuple(lines[one.plans.town_code] for one in offices if one.plans.town_code in lines)


def _by_period(
    offices: Sequence[Office], opened: Mapping[str, str], now: datetime, period: Period | None
) -> dict[Period, list[Plan]]:  # fmt: skip
    found: dict[Period, list[Plan]] = {}
    for one in offices:
        key = period or _period_in_hand(one.plans, opened.get(one.plans.town_code), now)
        if plan := one.plans.find(key):
            found.setdefault(key, []).append(plan)
    return found


def _period_in_hand(plans: PlanBook, opened: str | None, now: datetime) -> Period:
    """The newest one opened; before there is one, the one that ended last, else the last under the newest plan."""
    if opened and plans.find(Period(opened)):
        return Period(opened)
    closed = plans.calendar.last_closed(now)
    return closed if plans.find(closed) else Period(plans.plans[-1].validity.last)


def _lines(tx: Connection, plans: Sequence[Plan], period: Period, now: datetime) -> Iterator[TownLine]:
    """Of towns with one period in hand."""
    standings, states = standings_by_town(tx, plans, period, now), _states(tx, plans, period)
    for plan in plans:
        owed = [one for one in standings[plan.town_code] if one.state is not ObligationState.EXEMPTED]
        reported, state = sum(one.is_in for one in owed), states[plan.town_code]
        yield TownLine(plan.town_code, plan.town, plan.level, period.key, reported, len(owed), state)


def _states(tx: Connection, plans: Sequence[Plan], period: Period) -> dict[str, TownState]:
    """What holds last, counts."""
    towns = [one.town_code for one in plans]
    found = dict.fromkeys(towns, TownState.NOT_OPENED)
    found |= dict.fromkeys(openings_by_town(tx, towns, period.key), TownState.GATHERING)
    found |= dict.fromkeys(published_at(tx, towns, period.key), TownState.PUBLISHED)
    return found | dict.fromkeys(waiting_for_decision(tx, towns, period.key), TownState.DECIDING)
