"""The audit trail in the store: appended in the transaction that it tells of, read in its order."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from townreturn.domain.audit import GENESIS, Event, EventKind, SealedEvent, details_text, seal
from townreturn.store.schema import events


def append_events(tx: Connection, town: str, plan: str, period: str, happened: Sequence[Event]) -> None:
    """Add events to the chain of a plan and period; ``period`` is empty for files that name none.

    Chains are apart, so that writers of different periods do not wait for each other here.
    """
    head = chain_head(tx, plan, period)
    number, previous = (head.number, head.hash) if head else (0, GENESIS)
    rows = [
        {
            "town": town,
            "plan": plan,
            "period": period,
            "number": one.number,
            "at": one.event.at,
            "kind": one.event.kind.value,
            "details": details_text(one.event),
            "previous_hash": one.previous_hash,
            "hash": one.hash,
        }
        for one in seal(plan, period, number, previous, happened)
    ]
    if rows:
        tx.execute(insert(events), rows)


def chain_head(tx: Connection, plan: str, period: str) -> SealedEvent | None:
    """The newest event of a chain, or None."""
    query = select(events).filter_by(plan=plan, period=period).order_by(events.c.number.desc()).limit(1)
    row = tx.execute(query).first()
    return _sealed(row) if row else None


def read_chain(tx: Connection, plan: str, period: str) -> list[SealedEvent]:
    """Every event of a chain, the first one first."""
    query = select(events).filter_by(plan=plan, period=period).order_by(events.c.number)
    return [_sealed(row) for row in tx.execute(query)]


def _sealed(row: object) -> SealedEvent:
    fields = row._mapping  # type: ignore[attr-defined]
    event = Event(EventKind(fields["kind"]), fields["at"], json.loads(fields["details"]))
    return SealedEvent(
        fields["plan"], fields["period"], fields["number"], event, fields["previous_hash"], fields["hash"]
    )
