"""What a compilation was made from, exactly: so that it can be made again, and told from what came later."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, select

from townreturn.domain.slot import Slot
from townreturn.store.bulk import load_rows
from townreturn.store.schema import arrivals, compilation_basis, compilation_inputs, reports

Issues = tuple[tuple[str, int], ...]
"""(period, issue) of published issues, ascending."""


@dataclass(frozen=True)
class Basis:
    """Reports of the period and of earlier ones that were never published, and published issues.

    ``report_ids`` ascend.
    """

    report_ids: tuple[int, ...]
    issues: Issues


def record_bases(tx: Connection, bases: Mapping[int, Basis]) -> None:
    """Store what compilations rest on, each by its id."""
    inputs = [(key, one) for key, basis in bases.items() for one in basis.report_ids]
    issues = [(key, *one) for key, basis in bases.items() for one in basis.issues]
    load_rows(tx, compilation_inputs, ("compilation_id", "report_id"), inputs)
    load_rows(tx, compilation_basis, ("compilation_id", "period", "issue"), issues)


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


def reported_files(tx: Connection, bases: Sequence[Basis]) -> list[list[tuple[str, str, str]]]:
    """Of each basis (period, unit, SHA-256) of the files that its reports were read from, each once, ascending."""
    of = reports.c.period, reports.c.unit, arrivals.c.file_hash
    return [sorted(set(rows)) for rows in _of_reports(tx, bases, *of)]


def basis_hash(tx: Connection, basis: Basis) -> str:
    """SHA-256 that names a basis by what was sent, not by the store's own numbers."""
    (hashed,) = basis_hashes(tx, [basis])
    return hashed


def basis_hashes(tx: Connection, bases: Sequence[Basis]) -> list[str]:
    """The same of each of many."""
    of = reports.c.period, reports.c.category, arrivals.c.file_hash, reports.c.entry_number
    named = _of_reports(tx, bases, *of)
    texts = (
        json.dumps([sorted(map(list, rows)), one.issues], ensure_ascii=False)
        for rows, one in zip(named, bases, strict=True)
    )
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def _of_reports(tx: Connection, bases: Sequence[Basis], *of: Column[Any]) -> list[list[tuple[Any, ...]]]:
    """Of each basis some columns of its reports and their arrivals, a row a report."""
    ids = [one for basis in bases for one in basis.report_ids]
    query = select(reports.c.id, *of).join(arrivals, arrivals.c.id == reports.c.arrival_id)
    found = {key: tuple(told) for key, *told in tx.execute(query.where(reports.c.id.in_(ids)))}
    return [[found[one] for one in basis.report_ids] for basis in bases]


def inputs_by_slot(tx: Connection, compilation_id: int, period: str) -> dict[Slot, int]:
    """Slot → the report of the period that a compilation took its figures from."""
    query = (
        select(reports.c.category, reports.c.subordinate, reports.c.id)
        .join(compilation_inputs, compilation_inputs.c.report_id == reports.c.id)
        .where(compilation_inputs.c.compilation_id == compilation_id, reports.c.period == period)
    )
    return {Slot(row.category, row.subordinate): row.id for row in tx.execute(query)}
