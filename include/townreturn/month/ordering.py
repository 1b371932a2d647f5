"""What an operator wants started is recorded with account and reason before Airflow is asked, and not twice at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.orders import Order, OrderKind, newest_order, record_order

_STANDS_FOR = timedelta(minutes=1)
"""How long an order stands by itself: Airflow may not show yet what it starts. From then on Airflow's runs tell."""
_JUST_ORDERED = {
    OrderKind.CORRECTION: "CORRECTION_JUST_ORDERED",
    OrderKind.BACKFILL: "BACKFILL_JUST_ORDERED",
}


def order_correction(office: Office, period: Period, account: str, reason: str, now: datetime) -> None:
    """Record that somebody wants a published period corrected.

    Raises Misuse without a reason or a plan in force, and Refused when that was ordered within the last minute.
    """
    _record(office, OrderKind.CORRECTION, [period], period.key, account, reason, now)


def order_backfill(office: Office, periods: Sequence[Period], account: str, reason: str, now: datetime) -> None:
    """Record that somebody wants past periods worked, in each one's chain; raises as ``order_correction``.

    One at a time, whatever its periods, as Airflow takes them.
    """
    _record(office, OrderKind.BACKFILL, periods, None, account, reason, now)


def _record(
    office: Office, kind: OrderKind, periods: Sequence[Period], concerned: str | None, account: str, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    """``concerned``: the period of which there may be one order at a time, None for any."""
    account, reason = stated(account, reason)
    plans = [office.plans.in_force(period) for period in periods]
    town = office.plans.town_code
    with writing(office.engine, f"{town}/{kind}", *(f"{town}/{period.key}" for period in periods)) as tx:
        newest = newest_order(tx, town, kind, concerned)
        if newest is not None and now - newest.ordered_at < _STANDS_FOR:
            raise Refused(_JUST_ORDERED[kind], account=newest.account, period=newest.period)
        for plan, period in zip(plans, periods, strict=True):
            record_order(tx, town, Order(kind, plan.code, period.key, account, reason, now))
