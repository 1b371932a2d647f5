"""What was entered in the registers of many towns, written at once: a statement a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from townreturn.domain.audit import Event
from townreturn.domain.findings import Finding
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.domain.submission import Judgement
from townreturn.store.bulk import insert_numbered, load_rows
from townreturn.store.chains import StoredReport, write_latest
from townreturn.store.figures_hash import hash_of_rows
from townreturn.store.following import FollowedChain
from townreturn.store.intake_events import checked_events, received_event
from townreturn.store.periods import Alert, record_alert
from townreturn.store.rows import (
    ENTRY_COLUMNS,
    FACT_COLUMNS,
    FINDING_COLUMNS,
    Row,
    entry_rows,
    fact_rows,
    finding_rows,
)
from townreturn.store.schema import arrivals, entries, facts, findings, reports
from townreturn.store.trail import append_to_chains


@dataclass
class EnteredReport:
    """A report with its rows; the id stands in ``stored`` once it is written."""

    row: Row
    judgement: Judgement
    stored: StoredReport


@dataclass
class EnteredFile:
    """A file with all its rows, whose ids are not known before the arrivals are written."""

    arrival: Row
    findings: list[Finding]
    reports: list[EnteredReport] = field(default_factory=list)
    is_duplicate: bool = False


@dataclass(frozen=True)
class Entered:
    """What was entered for one town and period by one plan; ``ids`` by hash, of the files that copies are copies of."""

    town: str
    period: str
    plan: Plan
    files: Sequence[EnteredFile]
    alerts: Sequence[Alert]
    ids: dict[str, int]
    chains: Mapping[Slot, FollowedChain]


def write_entered(tx: Connection, entered: Sequence[Entered]) -> None:
    """Write it all; call once for what was entered."""
    _write_arrivals(tx, entered)
    rows = [row for one in entered for file in one.files for row in finding_rows(file.arrival.get("id"), file.findings)]
    load_rows(tx, findings, FINDING_COLUMNS, rows)
    hashes = _write_reports(tx, entered)
    for period in sorted({one.period for one in entered}):
        changed = {
            (one.town, slot): chain.pointers()
            for one in entered
            if one.period == period
            for slot, chain in one.chains.items()
            if chain.is_changed
        }
        write_latest(tx, period, changed)
    append_to_chains(tx, {(one.town, one.plan.code, one.period): list(_events(one, hashes)) for one in entered})
    for one in entered:
        for alert in one.alerts:
            record_alert(tx, one.town, alert)


def _write_arrivals(tx: Connection, entered: Sequence[Entered]) -> None:
    originals = [(one, file.arrival) for one in entered for file in one.files if not file.is_duplicate]
    keys = insert_numbered(tx, arrivals, [row for _, row in originals])
    for (one, row), key in zip(originals, keys, strict=True):
        row["id"] = one.ids[row["file_hash"]] = key
    copies = [(one, file.arrival) for one in entered for file in one.files if file.is_duplicate]
    insert_numbered(tx, arrivals, [{**row, "duplicate_of": one.ids[row["file_hash"]]} for one, row in copies])


def _write_reports(tx: Connection, entered: Sequence[Entered]) -> dict[int, str]:
    """Report id → the hash of its figures."""
    made = [(one.plan, file.arrival["id"], report) for one in entered for file in one.files for report in file.reports]
    keys = insert_numbered(tx, reports, [{**report.row, "arrival_id": arrival_id} for _, arrival_id, report in made])
    decimals: dict[str, dict[str, int]] = {
        one.plan.code: {code: indicator.decimals for code, indicator in one.plan.form.by_code.items()}
        for one in entered
    }
    figures: list[tuple[Any, ...]] = []
    texts: list[tuple[Any, ...]] = []
    hashes: dict[int, str] = {}
    for (plan, _, report), key in zip(made, keys, strict=True):
        report.stored.id = key
        said = fact_rows(key, decimals[plan.code], report.judgement.report.figures)
        told = entry_rows(key, report.judgement.report.entries)
        hashes[key] = hash_of_rows((row[1:] for row in said), (row[1:] for row in told))
        figures += said
        texts += told
    load_rows(tx, facts, FACT_COLUMNS, figures)
    load_rows(tx, entries, ENTRY_COLUMNS, texts)
    return hashes


def _events(entered: Entered, hashes: Mapping[int, str]) -> Iterator[Event]:
    for file in entered.files:
        yield received_event(file.arrival, is_duplicate=file.is_duplicate)
        for report in file.reports:
            hashed = hashes[report.stored.id or 0]
            yield from checked_events(file.arrival, report.row, report.judgement, hashed)
