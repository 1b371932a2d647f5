"""What accepted reports say: figures and where they were read, texts and findings; of one town's reports or of many's.

What is told by town has an empty list for a town of which there is nothing.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select

from townreturn.domain.findings import Finding, Severity
from townreturn.domain.submission import FigureState
from townreturn.domain.town_return import ReturnEntry, Source
from townreturn.store.reports import StoredFigure, finding_in
from townreturn.store.schema import arrivals, entries, facts, findings, reports

_Told = TypeVar("_Told")


def figures_of(tx: Connection, report_ids: Iterable[int]) -> list[StoredFigure]:
    """Every figure of some reports; grain (period, category, indicator) and subordinate."""
    return _flat(figures_by_town(tx, list(report_ids)))


def figures_by_town(tx: Connection, report_ids: Collection[int]) -> dict[str, list[StoredFigure]]:
    """The same by town."""
    query = (
        select(reports.c.town, reports.c.period, reports.c.category, reports.c.subordinate, facts)
        .join(facts, facts.c.report_id == reports.c.id)
        .where(reports.c.id.in_(report_ids), facts.c.scaled.is_not(None))
    )
    return _by_town(
        (
            row.town,
            StoredFigure(
                period=row.period,
                category=row.category,
                indicator=row.indicator,
                value=Decimal(row.scaled).scaleb(-row.decimals),
                is_zero_return=row.state == FigureState.ZERO,
                subordinate=row.subordinate,
            ),
        )
        for row in tx.execute(query)
    )


def sources_of(tx: Connection, report_ids: Iterable[int], period: str) -> list[Source]:
    """Where each figure of the period's reports among these was read; grain (category, indicator) and subordinate,
    sorted by it."""
    return _flat(sources_by_town(tx, list(report_ids), period))


def sources_by_town(tx: Connection, report_ids: Collection[int], period: str) -> dict[str, list[Source]]:
    """The same by town.

    Sorted here and not by the database, whose collation must not move a content hash.
    """
    query = (
        select(
            reports.c.town, reports.c.category, reports.c.subordinate, facts, arrivals.c.file_hash, arrivals.c.file_name
        )
        .join(facts, facts.c.report_id == reports.c.id)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.id.in_(report_ids), reports.c.period == period)
    )
    normalised = _normalisations(tx, report_ids, period)
    found = _by_town(
        (
            row.town,
            Source(
                category=row.category,
                indicator=row.indicator,
                file_hash=row.file_hash,
                file_name=row.file_name,
                sheet=row.sheet,
                cell=row.cell,
                raw=row.raw,
                normalised=tuple(normalised.get((row.report_id, row.indicator), ())),
                subordinate=row.subordinate,
            ),
        )
        for row in tx.execute(query)
    )
    for sources in found.values():
        sources.sort(key=lambda one: (one.category, one.indicator, one.subordinate))
    return found


def _normalisations(tx: Connection, report_ids: Collection[int], period: str) -> dict[tuple[int, str], list[str]]:
    """(report, indicator) → what was noticed while its number was read (提示), in the order it was.

    By indicator and not by cell: that a unit of measure was erased is found in the cell beside.
    """
    query = (
        select(reports.c.id, findings.c.indicator, findings.c.message)
        .join(reports, (findings.c.arrival_id == reports.c.arrival_id) & (findings.c.category == reports.c.category))
        .where(reports.c.id.in_(report_ids), reports.c.period == period)
        .where(findings.c.severity == Severity.INFO, findings.c.indicator.is_not(None))
        .order_by(findings.c.id)
    )
    found: dict[tuple[int, str], list[str]] = {}
    for row in tx.execute(query):
        found.setdefault((row.id, row.indicator), []).append(row.message)
    return found


def entries_by_town(tx: Connection, report_ids: Collection[int], period: str) -> dict[str, list[ReturnEntry]]:
    """The text rows of the period's reports among these, by category, in the units' order."""
    rows = _read_entries(tx, report_ids, reports.c.period == period)
    return _by_town((town, one) for town, _, one in sorted(rows, key=lambda row: row[2].category))


def section_by_town(
    tx: Connection, report_ids: Collection[int], section: str
) -> dict[str, list[tuple[str, ReturnEntry]]]:
    """(period, text row) of one section of some reports, by period and category, in the units' order."""
    rows = _read_entries(tx, report_ids, entries.c.section == section)
    ordered = sorted(rows, key=lambda row: (row[1], row[2].category))
    return _by_town((town, (period, one)) for town, period, one in ordered)


def _read_entries(
    tx: Connection, report_ids: Collection[int], which: ColumnElement[bool]
) -> Iterator[tuple[str, str, ReturnEntry]]:
    """(town, period, text row)."""
    query = (
        select(
            reports.c.town, reports.c.period, reports.c.category, reports.c.unit, entries.c.section, entries.c.fields
        )
        .join(entries, entries.c.report_id == reports.c.id)
        .where(reports.c.id.in_(report_ids), which)
        .order_by(entries.c.position)
    )
    for row in tx.execute(query):
        yield row.town, row.period, ReturnEntry(row.section, row.category, row.unit, json.loads(row.fields))


def findings_of(tx: Connection, report_ids: Iterable[int], period: str) -> list[tuple[str, Finding]]:
    """(unit, finding) of the period's reports among these, in the order they came in."""
    return _flat(findings_by_town(tx, list(report_ids), period))


def findings_by_town(
    tx: Connection, report_ids: Collection[int], period: str
) -> dict[str, list[tuple[str, Finding]]]:  # fmt: skip
    """The same by town."""
    query = (
        select(reports.c.town, reports.c.unit, findings)
        .join(findings, (findings.c.arrival_id == reports.c.arrival_id) & (findings.c.category == reports.c.category))
        .where(reports.c.id.in_(report_ids), reports.c.period == period)
        .order_by(findings.c.id)
    )
    return _by_town((row.town, (row.unit, finding_in(row))) for row in tx.execute(query))


def _by_town(told: Iterable[tuple[str, _Told]]) -> dict[str, list[_Told]]:
    found: dict[str, list[_Told]] = defaultdict(list)
    for town, one in told:
        found[town].append(one)
    return found


def _flat(by_town: dict[str, list[_Told]]) -> list[_Told]:
    return [one for found in by_town.values() for one in found]
