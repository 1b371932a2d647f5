"""Which periods are 补录: nobody is written to about them."""

from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.store.periods import find_opening


def is_backfilled(tx: Connection, plan: Plan, period: Period, now: datetime) -> bool:
    """Whether the period was opened as a backfill, or would be by hand now, because it is due."""
    opening = find_opening(tx, plan.town_code, period.key)
    return opening.backfilled if opening else now >= plan.calendar.due_at(period)
