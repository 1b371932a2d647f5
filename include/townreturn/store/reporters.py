"""Reporters (信息报送员) that units have named since the plan was written; the newest row of a unit counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from townreturn.store.schema import reporters


@dataclass(frozen=True)
class NamedReporter:
    """Whom a unit named; ``account`` is the operator who entered it, ``named_at`` when the unit said so."""

    unit: str
    name: str
    mail: str
    named_at: datetime
    account: str
    recorded_at: datetime


def record_reporter(tx: Connection, town: str, plan: str, named: NamedReporter) -> None:
    """Keep a unit's reporter; the earlier one stays in the table."""
    tx.execute(
        insert(reporters).values(
            town=town, plan=plan, unit=named.unit, name=named.name, mail=named.mail, named_at=named.named_at,
            account=named.account, recorded_at=named.recorded_at,
        )
    )  # fmt: skip


def reporters_of(tx: Connection, town: str, as_of: datetime | None = None) -> dict[str, NamedReporter]:
    """Unit → the reporter named last, under whatever plan; ``as_of``: as known then."""
    query = select(reporters).where(reporters.c.town == town).order_by(reporters.c.named_at, reporters.c.id)
    if as_of is not None:
        query = query.where(reporters.c.recorded_at <= as_of)
    return {
        row.unit: NamedReporter(row.unit, row.name, row.mail, row.named_at, row.account, row.recorded_at)
        for row in tx.execute(query)
    }
