"""What is owed for a period and how each of it stands, by what the store has: of one town or of many."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.obligations import statistics_owed
from townreturn.chasing.standings import judge_standings
from townreturn.domain.obligation import Obligation, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.store.adjustments import adjustments_by_town
from townreturn.store.periods import openings_by_town
from townreturn.store.reports import latest_by_town


def standings_of(
    tx: Connection, plan: Plan, period: Period, now: datetime, as_of: datetime | None = None
) -> tuple[Standing, ...]:
    """Every obligation of the period, in plan order, as it stands now, or as was known and due at ``as_of``."""
    return standings_by_town(tx, [plan], period, now, as_of)[plan.town_code]


def standings_by_town(
    tx: Connection, plans: Sequence[Plan], period: Period, now: datetime, as_of: datetime | None = None
) -> dict[str, tuple[Standing, ...]]:
    """The same of many towns, each by its plan."""
    return judge_owed(tx, plans, period, obligations_by_town(tx, plans, period, as_of), now, as_of)


def judge_owed(
    tx: Connection, plans: Sequence[Plan], period: Period, owed: Mapping[str, Sequence[Obligation]], now: datetime,
    as_of: datetime | None = None,
) -> dict[str, tuple[Standing, ...]]:  # fmt: skip
    """How what each of many towns owes stands; ``owed`` as ``obligations_by_town`` gives it."""
    towns, found = [one.town_code for one in plans], dict[str, tuple[Standing, ...]]()
    openings = openings_by_town(tx, towns, period.key, as_of)
    reports = latest_by_town(tx, towns, period.key, as_of)
    for town, plan in zip(towns, plans, strict=True):
        opening = openings.get(town)
        came = ((one, reports[town].get(slot)) for one, slot in zip(owed[town], plan.slots, strict=True))
        found[town] = judge_standings(came, as_of or now, backfilled=opening is not None and opening.backfilled)
    return found


def obligations_of(tx: Connection, plan: Plan, period: Period, as_of: datetime | None = None) -> tuple[Obligation, ...]:
    """What is owed for a period, as extended or exempted by now or by ``as_of``."""
    return obligations_by_town(tx, [plan], period, as_of)[plan.town_code]


def obligations_by_town(
    tx: Connection, plans: Sequence[Plan], period: Period, as_of: datetime | None = None
) -> dict[str, tuple[Obligation, ...]]:
    """The same of many towns, each by its plan."""
    adjusted = adjustments_by_town(tx, [one.town_code for one in plans], period.key, as_of=as_of)
    return {one.town_code: statistics_owed(one, period, adjusted[one.town_code]) for one in plans}
