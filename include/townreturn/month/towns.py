"""How each of several towns stands, a line each: the period in hand, how much of it is in, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from townreturn.chasing import standings_of
from townreturn.domain.level import Level
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening, newest_opened
from townreturn.store.returns import find_publications, waits_for_decision


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
    """Of each town the period in hand, or a given one; towns that no plan gives the period are left out."""
    found = []
    for office in offices:
        with reading(office.engine) as tx:
            key = period or period_in_hand(tx, office.plans, now)
            if office.plans.find(key):
                found.append(_line(tx, office, key, now))
    return tuple(found)


def period_in_hand(tx: Connection, plans: PlanBook, now: datetime) -> Period:
    """The newest one opened; before there is one, the one that ended last, else the last under the newest plan."""
    opened = newest_opened(tx, plans.town_code)
    if opened and plans.find(Period(opened)):
        return Period(opened)
    closed = plans.calendar.last_closed(now)
    return closed if plans.find(closed) else Period(plans.plans[-1].validity.last)


def _line(tx: Connection, office: Office, period: Period, now: datetime) -> TownLine:
    plan = office.plans.in_force(period)
    standings = standings_of(tx, plan, period, now)
    owed = [one for one in standings if one.state is not ObligationState.EXEMPTED]
    reported, state = sum(one.is_in for one in owed), _state(tx, plan.town_code, period.key)
    return TownLine(plan.town_code, plan.town, plan.level, period.key, reported, len(owed), state)


def _state(tx: Connection, town: str, period: str) -> TownState:
    if waits_for_decision(tx, town, period):
        return TownState.DECIDING
    if find_publications(tx, town, [period]):
        return TownState.PUBLISHED
    return TownState.GATHERING if find_opening(tx, town, period) else TownState.NOT_OPENED
