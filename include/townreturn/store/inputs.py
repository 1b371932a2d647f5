"""What a compilation was made from, exactly: so that it can be made again, and told from what came later."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from townreturn.domain.slot import Slot
from townreturn.store.schema import arrivals, compilation_basis, compilation_inputs, reports


@dataclass(frozen=True)
class Basis:
    """Reports of the period and of earlier ones that were never published, and published issues.

    ``report_ids`` ascend; ``issues`` are (period, issue), ascending.
    """

    report_ids: tuple[int, ...]
    issues: tuple[tuple[str, int], ...]


def record_basis(tx: Connection, compilation_id: int, basis: Basis) -> None:
    """Store what a compilation rests on."""
    inputs = [{"compilation_id": compilation_id, "report_id": one} for one in basis.report_ids]
    issues = [{"compilation_id": compilation_id, "period": key, "issue": issue} for key, issue in basis.issues]
    for table, rows in ((compilation_inputs, inputs), (compilation_basis, issues)):
        if rows:
            tx.execute(insert(table), rows)


def find_basis(tx: Connection, compilation_id: int) -> Basis:
    """What a stored compilation rests on."""
    ids = tx.scalars(
        select(compilation_inputs.c.report_id)
        .filter_by(compilation_id=compilation_id)
        .order_by(compilation_inputs.c.report_id)
    )
    issues = tx.execute(
        select(compilation_basis.c.period, compilation_basis.c.issue)
        .filter_by(compilation_id=compilation_id)
        .order_by(compilation_basis.c.period)
    )
    return Basis(tuple(ids), tuple((row.period, row.issue) for row in issues))


def reported_files(tx: Connection, report_ids: Sequence[int]) -> list[tuple[str, str, str]]:
    """(period, unit, SHA-256) of the files that reports were read from, each once, ascending."""
    query = (
        select(reports.c.period, reports.c.unit, arrivals.c.file_hash)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.id.in_(report_ids))
    )
    return sorted({(row.period, row.unit, row.file_hash) for row in tx.execute(query)})


def basis_hash(tx: Connection, basis: Basis) -> str:
    """SHA-256 that names a basis by what was sent, not by the store's own numbers."""
    query = (
        select(reports.c.period, reports.c.category, arrivals.c.file_hash, reports.c.entry_number)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.id.in_(basis.report_ids))
    )
    named = sorted(map(list, tx.execute(query)))
    return hashlib.sha256(json.dumps([named, basis.issues], ensure_ascii=False).encode()).hexdigest()


def inputs_by_slot(tx: Connection, compilation_id: int, period: str) -> dict[Slot, int]:
    """Slot → the report of the period that a compilation took its figures from."""
    query = (
        select(reports.c.category, reports.c.subordinate, reports.c.id)
        .join(compilation_inputs, compilation_inputs.c.report_id == reports.c.id)
        .where(compilation_inputs.c.compilation_id == compilation_id, reports.c.period == period)
    )
    return {Slot(row.category, row.subordinate): row.id for row in tx.execute(query)}
