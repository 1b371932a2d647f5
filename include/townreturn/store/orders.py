"""What operators have asked for by hand for a period, and why: 更正, 补办. What came of it is not told here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from townreturn.domain.audit import Event, EventKind
from townreturn.store.schema import orders
from townreturn.store.trail import append_events


class OrderKind(StrEnum):
    """更正, 补办."""

    CORRECTION = "correction"
    BACKFILL = "backfill"


@dataclass(frozen=True)
class Order:
    """One order for one period; ``plan`` is the code of the plan in whose chain its event stands."""

    kind: OrderKind
    plan: str
    period: str
    account: str
    reason: str
    ordered_at: datetime


_EVENT_KINDS = {
    OrderKind.CORRECTION: EventKind.CORRECTION_ORDERED,
    OrderKind.BACKFILL: EventKind.BACKFILL_ORDERED,
}


def record_order(tx: Connection, town: str, order: Order) -> None:
    """Store an order with its event."""
    tx.execute(
        insert(orders).values(
            town=town, plan=order.plan, period=order.period, ordered=order.kind.value, account=order.account,
            reason=order.reason, ordered_at=order.ordered_at,
        )
    )  # fmt: skip
    append_events(tx, town, order.plan, order.period, [tell_ordered(order)])


def newest_order(tx: Connection, town: str, kind: OrderKind, period: str | None = None) -> Order | None:
    """The last order of a kind, for one period or for any; None when there is none."""
    query = select(orders).filter_by(town=town, ordered=kind.value)
    if period is not None:
        query = query.filter_by(period=period)
    row = tx.execute(query.order_by(orders.c.id.desc()).limit(1)).first()
    return _read(row) if row else None


def list_orders(tx: Connection, town: str, period: str) -> list[Order]:
    """Every order for a period, in their order."""
    rows = tx.execute(select(orders).filter_by(town=town, period=period).order_by(orders.c.id))
    return [_read(row) for row in rows]


def _read(row: Row[Any]) -> Order:
    return Order(OrderKind(row.ordered), row.plan, row.period, row.account, row.reason, row.ordered_at)


def tell_ordered(order: Order) -> Event:
    """What the audit trail says of it."""
    return Event(_EVENT_KINDS[order.kind], order.ordered_at, {"account": order.account, "reason": order.reason})
