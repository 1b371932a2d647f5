"""Adjustments (延期、免报、恢复) of single obligations: kept with who said so and why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from townreturn.domain.audit import Event, EventKind
from townreturn.domain.obligation import Adjustment, AdjustmentKind, ObligationKind
from townreturn.store.schema import adjustments
from townreturn.store.trail import append_events

ObligationKey = tuple[ObligationKind, str, str]
"""(kind, unit, category); the category is empty for what is owed under a plan as a whole."""
Adjustments = dict[ObligationKey, Adjustment]
"""What is in force; of an obligation that was restored there is none."""

_EVENT_KINDS = {
    AdjustmentKind.EXTENDED: EventKind.EXTENDED,
    AdjustmentKind.EXEMPTED: EventKind.EXEMPTED,
    AdjustmentKind.RESTORED: EventKind.RESTORED,
}


@dataclass(frozen=True)
class AdjustedPeriod:
    """Whose obligations are adjusted: a period's, or with an empty ``period`` those under the plan as a whole."""

    town: str
    plan: str
    period: str


def record_adjustment(tx: Connection, of: AdjustedPeriod, obligation: ObligationKey, adjustment: Adjustment) -> None:
    """Store an adjustment and tell the audit trail of its plan and period."""
    kind, unit, category = obligation
    tx.execute(
        insert(adjustments).values(
            town=of.town, plan=of.plan, period=of.period, obligation=kind, unit=unit, category=category,
            adjustment=adjustment.kind, due_at=adjustment.due_at, account=adjustment.account,
            reason=adjustment.reason, decided_at=adjustment.at,
        )
    )  # fmt: skip
    append_events(tx, of.town, of.plan, of.period, [tell_adjusted(obligation, adjustment)])


def adjustments_by_town(
    tx: Connection, towns: Collection[str], period: str, plans: Collection[str] | None = None,
    as_of: datetime | None = None,
) -> dict[str, Adjustments]:  # fmt: skip
    """What is in force of many towns for a period, with an empty one under the ``plans`` as a whole; of each of them,
    though it has none. ``as_of``: as known then."""
    found: dict[str, Adjustments] = {town: {} for town in towns}
    for town, key, adjustment in _read(tx, towns, period, plans):
        if as_of is not None and adjustment.at > as_of:
            continue
        found[town].pop(key, None)
        if adjustment.kind is not AdjustmentKind.RESTORED:
            found[town][key] = adjustment
    return found


def list_adjustments(
    tx: Connection, town: str, period: str, plan: str | None = None
) -> Iterator[tuple[ObligationKey, Adjustment]]:
    """Every adjustment in the order in which they were decided."""
    for _, key, adjustment in _read(tx, [town], period, None if plan is None else [plan]):
        yield key, adjustment


def _read(
    tx: Connection, towns: Collection[str], period: str, plans: Collection[str] | None
) -> Iterator[tuple[str, ObligationKey, Adjustment]]:
    query = select(adjustments).where(adjustments.c.town.in_(list(towns)), adjustments.c.period == period)
    if plans is not None:
        query = query.where(adjustments.c.plan.in_(list(plans)))
    for row in tx.execute(query.order_by(adjustments.c.id)):
        kind = AdjustmentKind(row.adjustment)
        adjustment = Adjustment(kind, row.decided_at, row.account, row.reason, row.due_at)
        yield row.town, (ObligationKind(row.obligation), row.unit, row.category), adjustment


def tell_adjusted(obligation: ObligationKey, adjustment: Adjustment) -> Event:
    """What the audit trail says of it."""
    kind, unit, category = obligation
    due_at = adjustment.due_at.astimezone(UTC).isoformat(timespec="microseconds") if adjustment.due_at else ""
    details = {
        "obligation": kind.value,
        "unit": unit,
        "category": category,
        "due_at": due_at,
        "account": adjustment.account,
        "reason": adjustment.reason,
    }
    return Event(_EVENT_KINDS[adjustment.kind], adjustment.at, details)
