"""Which periods are 补录: nobody is written to about them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.store.periods import openings_by_town


def is_backfilled(tx: Connection, plan: Plan, period: Period, now: datetime) -> bool:
    """Whether the period was opened as a backfill, or would be by hand now, because it is due."""
    return bool(backfilled_among(tx, [plan], period, now))


def backfilled_among(tx: Connection, plans: Sequence[Plan], period: Period, now: datetime) -> set[str]:
    """The towns of which this is so, each by its plan."""
    found = openings_by_town(tx, [one.town_code for one in plans], period.key)
    return {
        plan.town_code
        for plan in plans
        if (found[plan.town_code].backfilled if plan.town_code in found else now >= plan.calendar.due_at(period))
    }
