"""The audit trail in the store: appended in the transaction that it tells of, read in its order."""

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, and_, func, select

from townreturn.domain.audit import GENESIS, Event, EventKind, SealedEvent, details_text, seal
from townreturn.store.bulk import load_rows
from townreturn.store.schema import events

_COLUMNS = ("town", "plan", "period", "number", "at", "kind", "details", "previous_hash", "hash")


def append_events(tx: Connection, town: str, plan: str, period: str, happened: Sequence[Event]) -> None:
    """Add events to the chain of a plan and period; ``period`` is empty for files that name none.

    Chains are apart, so that writers of different periods do not wait for each other here.
    """
    append_to_chains(tx, {(town, plan, period): happened})


def append_to_chains(tx: Connection, happened: Mapping[tuple[str, str, str], Sequence[Event]]) -> None:
    """The same of many chains at once, each (town, plan, period)."""
    heads = _heads(tx, {plan for _, plan, _ in happened}, {period for _, _, period in happened})
    rows = [
        (town, plan, period, one.number, one.event.at, one.event.kind.value, details_text(one.event),
         one.previous_hash, one.hash)
        for (town, plan, period), told in happened.items()
        for one in seal(plan, period, *heads.get((plan, period), (0, GENESIS)), told)
    ]  # fmt: skip
    load_rows(tx, events, _COLUMNS, rows)


def _heads(tx: Connection, plans: Collection[str], periods: Collection[str]) -> dict[tuple[str, str], tuple[int, str]]:
    """(plan, period) → number and hash of the newest event of a chain that has one."""
    chain = events.c.plan, events.c.period
    newest = select(*chain, func.max(events.c.number).label("number")).group_by(*chain)
    newest_of = newest.where(events.c.plan.in_(plans), events.c.period.in_(periods)).subquery()
    is_newest = and_(*(events.c[name] == newest_of.c[name] for name in ("plan", "period", "number")))
    query = select(*chain, events.c.number, events.c.hash).join(newest_of, is_newest)
    return {(row.plan, row.period): (row.number, row.hash) for row in tx.execute(query)}


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
