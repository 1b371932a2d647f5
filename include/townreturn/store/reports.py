"""What units reported: figures, texts and standings of each obligation, as values."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select

from townreturn.domain.chain import chain_of
from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.history import HISTORY_PERIODS, Histories, History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.domain.submission import FigureState
from townreturn.domain.town_return import ReturnEntry, Source
from townreturn.store.chains import LatestReport, accepted_at, describe_stand, read_chains
from townreturn.store.schema import arrivals, entries, facts, findings, latest, reports

_PastFigures = dict[tuple[str, str], dict[int, PastFigure]]


@dataclass(frozen=True)
class StoredFigure:
    """An accepted figure of one report: grain one (period, category, indicator) and subordinate.

    ``parts`` of a figure that an issue states: how many reports it adds up, of how many.
    """

    period: str
    category: str
    indicator: str
    value: Decimal
    is_zero_return: bool
    parts: tuple[int, int] | None = None
    subordinate: str = ""


def accepted_ids(
    tx: Connection, town: str, periods: Sequence[str], as_of: datetime | None = None
) -> dict[tuple[str, Slot], int]:
    """(period, slot) → id of the accepted report that stands; ``as_of``: as it was known then."""
    if as_of is not None:
        return accepted_at(tx, town, periods, as_of)
    query = select(latest).where(
        latest.c.town == town, latest.c.period.in_(list(periods)), latest.c.accepted_report_id.is_not(None)
    )
    return {(row.period, Slot(row.category, row.subordinate)): row.accepted_report_id for row in tx.execute(query)}


def figures_of(tx: Connection, report_ids: Iterable[int]) -> list[StoredFigure]:
    """Every figure of some reports; grain (period, category, indicator) and subordinate."""
    query = (
        select(reports.c.period, reports.c.category, reports.c.subordinate, reports.c.zero_return, facts)
        .join(facts, facts.c.report_id == reports.c.id)
        .where(reports.c.id.in_(list(report_ids)), facts.c.scaled.is_not(None))
    )
    return [
        StoredFigure(
            period=row.period,
            category=row.category,
            indicator=row.indicator,
            value=Decimal(row.scaled).scaleb(-row.decimals),
            is_zero_return=row.state == FigureState.ZERO,
            subordinate=row.subordinate,
        )
        for row in tx.execute(query)
    ]


def accepted_histories(tx: Connection, plan: Plan, period: Period, as_of: datetime | None = None) -> Histories:
    """The accepted figures of the periods around one: those before it that History reaches, and the next.

    One query for what stands now. Each figure keeps the unit that reported it, because outliers are judged by the
    unit's own past while a category's figures run on across a succession of units.
    """
    periods_back = {
        Period.of(period.year, period.month - steps).key: steps for steps in (-1, *range(1, HISTORY_PERIODS + 1))
    }
    query = (
        select(
            reports.c.period, reports.c.category, reports.c.subordinate, reports.c.unit,
            facts.c.indicator, facts.c.scaled, facts.c.decimals,
        )
        .join(facts, facts.c.report_id == reports.c.id)
        .where(reports.c.town == plan.town_code, reports.c.period.in_(periods_back), facts.c.scaled.is_not(None))
    )  # fmt: skip
    if as_of is None:
        # By its own key as well: what stands is found by obligation, not by report.
        own = (latest.c.town == reports.c.town) & (latest.c.period == reports.c.period)
        query = query.join(latest, own & (latest.c.accepted_report_id == reports.c.id))
    else:
        query = query.where(reports.c.id.in_(accepted_at(tx, plan.town_code, periods_back, as_of).values()))
    found: dict[str, _PastFigures] = {one.code: {} for one in plan.subordinates}
    for key, category, subordinate, unit, indicator, scaled, decimals in tx.execute(query):
        past = PastFigure(Decimal(scaled).scaleb(-decimals), unit)
        found.setdefault(subordinate, {}).setdefault((category, indicator), {})[periods_back[key]] = past
    shared = found.pop("", {})
    return Histories(History(shared), {unit: History({**shared, **own}) for unit, own in found.items()})


def sources_of(tx: Connection, report_ids: Iterable[int], period: str) -> tuple[Source, ...]:
    """Where each figure of the period's reports among these was read; grain (category, indicator) and subordinate,
    sorted by it.

    Sorted here and not by the database, whose collation must not move a content hash.
    """
    ids = list(report_ids)
    query = (
        select(reports.c.category, reports.c.subordinate, facts, arrivals.c.file_hash, arrivals.c.file_name)
        .join(facts, facts.c.report_id == reports.c.id)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.id.in_(ids), reports.c.period == period)
    )
    normalised = _normalisations(tx, ids, period)
    sources = (
        Source(
            category=row.category,
            indicator=row.indicator,
            file_hash=row.file_hash,
            file_name=row.file_name,
            sheet=row.sheet,
            cell=row.cell,
            raw=row.raw,
            normalised=tuple(normalised.get((row.category, row.subordinate, row.indicator), ())),
            subordinate=row.subordinate,
        )
        for row in tx.execute(query)
    )
    return tuple(sorted(sources, key=lambda one: (one.category, one.indicator, one.subordinate)))


def _normalisations(tx: Connection, ids: Sequence[int], period: str) -> dict[tuple[str, str, str], list[str]]:
    """(category, subordinate, indicator) → what was noticed while its number was read (提示), in the order it was.

    By indicator and not by cell: that a unit of measure was erased is found in the cell beside.
    """
    query = (
        select(findings.c.category, reports.c.subordinate, findings.c.indicator, findings.c.message)
        .join(reports, (findings.c.arrival_id == reports.c.arrival_id) & (findings.c.category == reports.c.category))
        .where(reports.c.id.in_(ids), reports.c.period == period)
        .where(findings.c.severity == Severity.INFO, findings.c.indicator.is_not(None))
        .order_by(findings.c.id)
    )
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in tx.execute(query):
        found.setdefault((row.category, row.subordinate, row.indicator), []).append(row.message)
    return found


def entries_of(tx: Connection, report_ids: Iterable[int], period: str) -> tuple[ReturnEntry, ...]:
    """The text rows of the period's reports among these, by category, in the units' order."""
    rows = _read_entries(tx, report_ids, reports.c.period == period)
    return tuple(sorted((one for _, one in rows), key=lambda one: one.category))


def entries_by_period(tx: Connection, report_ids: Iterable[int], section: str) -> tuple[tuple[str, ReturnEntry], ...]:
    """(period, text row) of one section of some reports, by period and category, in the units' order."""
    rows = _read_entries(tx, report_ids, entries.c.section == section)
    return tuple(sorted(rows, key=lambda row: (row[0], row[1].category)))


def _read_entries(
    tx: Connection, report_ids: Iterable[int], which: ColumnElement[bool]
) -> Iterator[tuple[str, ReturnEntry]]:  # fmt: skip
    query = (
        select(reports.c.period, reports.c.category, reports.c.unit, entries.c.section, entries.c.fields)
        .join(entries, entries.c.report_id == reports.c.id)
        .where(reports.c.id.in_(list(report_ids)), which)
        .order_by(entries.c.position)
    )
    for row in tx.execute(query):
        yield row.period, ReturnEntry(row.section, row.category, row.unit, json.loads(row.fields))


def latest_reports(tx: Connection, town: str, period: str, as_of: datetime | None = None) -> dict[Slot, LatestReport]:
    """What each slot stands by, the accepted report or else the last one; ``as_of``: as known then."""
    described = (
        describe_stand(slot, chain_of(stored.links.values(), as_of), stored.reports)
        for (_, slot), stored in read_chains(tx, town, [period]).items()
    )
    return {one.slot: one for one in described if one is not None}


def findings_of_period(
    tx: Connection, town: str, period: str, as_of: datetime | None = None
) -> list[tuple[str, Finding]]:
    """(unit, finding) of every file of a period received by ``as_of``, in the order they were taken in."""
    query = (
        select(arrivals.c.unit, findings)
        .join(arrivals, arrivals.c.id == findings.c.arrival_id)
        .where(arrivals.c.town == town, arrivals.c.period == period)
        .order_by(findings.c.id)
    )
    if as_of is not None:
        query = query.where(arrivals.c.received_at <= as_of)
    return [(row.unit, finding_in(row)) for row in tx.execute(query)]


def findings_of(tx: Connection, report_ids: Iterable[int], period: str) -> list[tuple[str, Finding]]:
    """(unit, finding) of the period's reports among these, in the order they came in."""
    query = (
        select(reports.c.unit, findings)
        .join(findings, (findings.c.arrival_id == reports.c.arrival_id) & (findings.c.category == reports.c.category))
        .where(reports.c.id.in_(list(report_ids)), reports.c.period == period)
        .order_by(findings.c.id)
    )
    return [(row.unit, finding_in(row)) for row in tx.execute(query)]


def finding_in(row: object) -> Finding:
    """The finding that a row of ``findings``, joined to whatever else, holds."""
    fields = row._mapping  # type: ignore[attr-defined]
    return Finding(
        code=fields["code"],
        severity=Severity(fields["severity"]),
        message=fields["message"],
        category=fields["category"],
        at=CellRef(fields["sheet"], fields["cell"]) if fields["sheet"] else None,
        value=fields["value"],
        indicator=fields["indicator"],
        explanation=fields["explanation"],
    )
