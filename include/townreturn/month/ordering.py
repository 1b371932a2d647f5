"""What an operator has started by hand is recorded with account and reason, before it begins."""

from collections.abc import Sequence
from datetime import datetime

from townreturn.domain.period import Period
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.orders import Order, OrderKind, record_order


def order_correction(office: Office, period: Period, account: str, reason: str, now: datetime) -> None:
    """Record that somebody wants a published period corrected; Misuse without a reason or a plan in force."""
    _record(office, OrderKind.CORRECTION, [period], account, reason, now)


def order_backfill(office: Office, periods: Sequence[Period], account: str, reason: str, now: datetime) -> None:
    """Record that somebody wants past periods worked, in each one's chain; raises as ``order_correction``."""
    _record(office, OrderKind.BACKFILL, periods, account, reason, now)


def _record(
    office: Office, kind: OrderKind, periods: Sequence[Period], account: str, reason: str, now: datetime
) -> None:
    account, reason = stated(account, reason)
    plans = [office.plans.in_force(period) for period in periods]
    town = office.plans.town_code
    with writing(office.engine, *(f"{town}/{period.key}" for period in periods)) as tx:
        for plan, period in zip(plans, periods, strict=True):
            record_order(tx, town, Order(kind, plan.code, period.key, account, reason, now))
