"""The audit trail in the store: appended in the transaction that it tells of, read in its order."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from townreturn.domain.audit import GENESIS, Event, EventKind, SealedEvent, details_text, seal
from townreturn.store.bulk import load_rows
from townreturn.store.schema import events

_COLUMNS = ("town", "plan", "period", "number", "at", "kind", "details", "previous_hash", "hash")


def append_events(tx: Connection, town: str, plan: str, period: str, happened: Sequence[Event]) -> None:
    """Add events to the chain of a plan and period; ``period`` is empty for files that name none.

    Chains are apart, so that writers of different periods do not wait for each other here.
    """
    head = chain_head(tx, plan, period)
    number, previous = (head.number, head.hash) if head else (0, GENESIS)
    rows = [
        (town, plan, period, one.number, one.event.at, one.event.kind.value, details_text(one.event),
         one.previous_hash, one.hash)
        for one in seal(plan, period, number, previous, happened)
    ]  # fmt: skip
    load_rows(tx, events, _COLUMNS, rows)


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
