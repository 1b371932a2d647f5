"""Reporters (信息报送员) that units have named since the plan was written; the newest row of a unit counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from townreturn.store.document_events import tell_reporter
from townreturn.store.schema import reporters
from townreturn.store.trail import append_events


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
    """Keep a unit's reporter, the earlier one stays in the table; and tell the audit trail of the plan."""
    values = {"named_at": named.named_at, "account": named.account, "recorded_at": named.recorded_at}
    query = insert(reporters).values(town=town, plan=plan, unit=named.unit, name=named.name, mail=named.mail, **values)
    row_id = tx.execute(query.returning(reporters.c.id)).scalar_one()
    append_events(tx, town, plan, "", [tell_reporter(tx, row_id)])


def reporters_of(tx: Connection, town: str, as_of: datetime | None = None) -> dict[str, NamedReporter]:
    """Unit → the reporter named last, under whatever plan; ``as_of``: as known then."""
    query = select(reporters).where(reporters.c.town == town).order_by(reporters.c.named_at, reporters.c.id)
    if as_of is not None:
        query = query.where(reporters.c.recorded_at <= as_of)
    return {
        row.unit: NamedReporter(row.unit, row.name, row.mail, row.named_at, row.account, row.recorded_at)
        for row in tx.execute(query)
    }


def first_named(tx: Connection, town: str, plan: str) -> dict[str, datetime]:
    """Unit → when it first named a reporter under a plan."""
    return first_named_by_plan(tx, [(town, plan)])[town, plan]


def first_named_by_plan(
    tx: Connection, plans: Collection[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, datetime]]:  # fmt: skip
    """The same under plans of many towns, each (town, plan)."""
    towns, codes = {town for town, _ in plans}, {code for _, code in plans}
    of = reporters.c.town, reporters.c.plan, reporters.c.unit
    query = select(*of, func.min(reporters.c.named_at).label("named_at")).group_by(*of)
    found: dict[tuple[str, str], dict[str, datetime]] = {one: {} for one in plans}
    for row in tx.execute(query.where(reporters.c.town.in_(towns), reporters.c.plan.in_(codes))):
        if (row.town, row.plan) in found:
            found[row.town, row.plan][row.unit] = row.named_at
    return found
