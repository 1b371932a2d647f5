"""Rows as they lie there, for whoever verifies them: nothing is taken to be what it should be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, select, type_coerce

from townreturn.domain.findings import Verdict
from townreturn.domain.slot import Slot
from townreturn.store.figures_hash import figures_hashes
from townreturn.store.rows import ENTRY_COLUMNS, FACT_COLUMNS
from townreturn.store.schema import (
    arrivals,
    before_the_trail,
    compilations,
    decisions,
    documents,
    entries,
    events,
    facts,
    latest,
    messages,
    reports,
)


@dataclass(frozen=True)
class RawLink:
    """One row of the audit trail, unread."""

    plan: str
    period: str
    number: int
    at: str
    kind: str
    details: str
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class StoredArrival:
    """A file that came in."""

    id: int
    file_name: str
    file_hash: str
    received_at: datetime


@dataclass(frozen=True)
class StoredReport:
    """One report with the hash of its figures as they are stored now, and the file it was read from."""

    id: int
    category: str
    unit: str
    entry_number: int
    received_at: datetime
    is_accepted: bool
    figures_hash: str
    arrival: StoredArrival


@dataclass(frozen=True)
class StoredDecision:
    """A decision beside the content that it is about."""

    id: int
    account: str
    content_hash: str
    hash_of_compilation: str


def read_links(tx: Connection, town: str, period: str) -> list[RawLink]:
    """The audit trail of a period, chain by chain, in the order of numbers."""
    names = [column.name for column in events.c if column.name not in ("id", "town", "at")]
    query = select(*(events.c[name] for name in names), type_coerce(events.c.at, String).label("at"))
    query = query.where(events.c.town == town, events.c.period == period).order_by(events.c.plan, events.c.number)
    return [RawLink(**row) for row in tx.execute(query).mappings()]


def read_older(tx: Connection) -> dict[str, set[str]]:
    """Table → the rows that were there before there was a trail, by ``id`` or 「town period issue」, as texts."""
    older: dict[str, set[str]] = {}
    for table, row_key in tx.execute(select(before_the_trail)):
        older.setdefault(table, set()).add(row_key)
    return older


def list_known_periods(tx: Connection, town: str) -> list[str]:
    """Every period that something is stored of, ascending; empty text for what belongs to none."""
    found: set[str] = set()
    for column, owner in (
        (arrivals.c.period, arrivals),
        (compilations.c.period, compilations),
        (events.c.period, events),
        (messages.c.period, messages),
    ):
        found |= {key or "" for key in tx.scalars(select(column).where(owner.c.town == town).distinct())}
    return sorted(found)


def originals_of(tx: Connection, town: str, period: str) -> dict[str, str]:
    """Hash → name of every file that came in for a period, the first one first.

    Without a period: the files that name none, and the documents of what is owed under a plan.
    """
    ours = arrivals.c.town == town, arrivals.c.period == (period or None)
    found = list(tx.execute(select(arrivals.c.file_hash, arrivals.c.file_name).where(*ours).order_by(arrivals.c.id)))
    if not period:
        query = select(documents.c.file_hash, documents.c.file_name).where(documents.c.town == town)
        found += tx.execute(query.order_by(documents.c.id))
    return {row.file_hash: row.file_name for row in found}


def letters_of(tx: Connection, town: str, period: str) -> dict[str, str]:
    """Hash → subject of every message written for a period; ``period`` may be empty."""
    query = select(messages.c.file_hash, messages.c.subject).filter_by(town=town, period=period)
    return {row.file_hash: row.subject for row in tx.execute(query.order_by(messages.c.id))}


def list_reports(tx: Connection, town: str, period: str) -> list[StoredReport]:
    """Every report of a period in the order of taking in."""
    query = (
        select(reports, arrivals.c.file_name, arrivals.c.file_hash, arrivals.c.received_at.label("came_at"))
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.town == town, reports.c.period == period)
        .order_by(reports.c.id)
    )
    rows = list(tx.execute(query))
    hashes = figures_hashes(tx, [row.id for row in rows])
    return [
        StoredReport(
            row.id, row.category, row.unit, row.entry_number, row.received_at,
            row.verdict != Verdict.RETURNED.value, hashes[row.id],
            StoredArrival(row.arrival_id, row.file_name, row.file_hash, row.came_at),
        )
        for row in rows
    ]  # fmt: skip


def list_decisions(tx: Connection, town: str, period: str) -> list[StoredDecision]:
    """Every decision on a compilation of a period."""
    query = (
        select(decisions, compilations.c.content_hash.label("hash_of_compilation"))
        .join(compilations, compilations.c.id == decisions.c.compilation_id)
        .where(compilations.c.town == town, compilations.c.period == period)
        .order_by(decisions.c.id)
    )
    return [StoredDecision(row.id, row.account, row.content_hash, row.hash_of_compilation) for row in tx.execute(query)]


def list_contents(tx: Connection, town: str, period: str) -> list[tuple[int, str, str]]:
    """(id, content hash, content) of every compilation of a period."""
    query = select(compilations.c.id, compilations.c.content_hash, compilations.c.content)
    rows = tx.execute(query.filter_by(town=town, period=period).order_by(compilations.c.id))
    return [(row.id, row.content_hash, row.content) for row in rows]


def stored_rows(tx: Connection, report_id: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """A report's rows as FACT_COLUMNS and as ENTRY_COLUMNS, the report's id left out."""
    said = select(*(facts.c[name] for name in FACT_COLUMNS[1:])).where(facts.c.report_id == report_id)
    told = select(*(entries.c[name] for name in ENTRY_COLUMNS[1:])).where(entries.c.report_id == report_id)
    return [tuple(row) for row in tx.execute(said)], [tuple(row) for row in tx.execute(told)]


def read_latest(tx: Connection, town: str, period: str) -> dict[Slot, tuple[int, int | None]]:
    """Slot → (last report, accepted report), as the table says."""
    rows = tx.execute(select(latest).filter_by(town=town, period=period))
    return {Slot(row.category, row.subordinate): (row.last_report_id, row.accepted_report_id) for row in rows}
