"""One file as it is stored: what was found in it, the reports made of it, and what each of those says."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, func, select

from townreturn.domain.findings import CellRef, Finding, Verdict
from townreturn.domain.slot import Slot
from townreturn.domain.submission import Figure, FigureState, TextEntry
from townreturn.store.reports import finding_in
from townreturn.store.schema import entries, facts, findings, latest, reports


@dataclass(frozen=True)
class FiledReport:
    """What a file was judged for one category."""

    slot: Slot
    verdict: Verdict
    zero_return: bool


def findings_of_files(tx: Connection, arrival_ids: Iterable[int]) -> dict[int, list[Finding]]:
    """File → its findings, in the order in which they were stored."""
    query = select(findings).where(findings.c.arrival_id.in_(list(arrival_ids))).order_by(findings.c.id)
    found: dict[int, list[Finding]] = {}
    for row in tx.execute(query):
        found.setdefault(row.arrival_id, []).append(finding_in(row))
    return found


def reports_of_file(tx: Connection, arrival_id: int) -> list[FiledReport]:
    """The reports that were made of a file, in their order."""
    query = select(reports).where(reports.c.arrival_id == arrival_id).order_by(reports.c.id)
    return [
        FiledReport(Slot(row.category, row.subordinate), Verdict(row.verdict), row.zero_return)
        for row in tx.execute(query)
    ]


def files_of_reports(tx: Connection, report_ids: Iterable[int]) -> dict[int, int]:
    """Report → the file that it was made of."""
    query = select(reports.c.id, reports.c.arrival_id).where(reports.c.id.in_(list(report_ids)))
    return {row.id: row.arrival_id for row in tx.execute(query)}


def standing_files(tx: Connection, town: str, period: str) -> dict[Slot, int]:
    """Slot → the file of the report that it stands by: the accepted one, else the last."""
    shown = func.coalesce(latest.c.accepted_report_id, latest.c.last_report_id)
    query = select(latest.c.category, latest.c.subordinate, reports.c.arrival_id).join(reports, reports.c.id == shown)
    return {
        Slot(row.category, row.subordinate): row.arrival_id
        for row in tx.execute(query.where(latest.c.town == town, latest.c.period == period))
    }


def figures_of_report(tx: Connection, report_id: int) -> dict[str, Figure]:
    """Indicator → the figure as it was read."""
    rows = tx.execute(select(facts).where(facts.c.report_id == report_id))
    return {
        row.indicator: Figure(
            row.indicator,
            None if row.scaled is None else Decimal(row.scaled).scaleb(-row.decimals),
            FigureState(row.state),
            row.raw,
            CellRef(row.sheet, row.cell),
        )
        for row in rows
    }


def texts_of_report(tx: Connection, report_id: int) -> list[TextEntry]:
    """The text rows, in the unit's order."""
    query = select(entries).where(entries.c.report_id == report_id).order_by(entries.c.position)
    return [TextEntry(row.section, json.loads(row.fields), CellRef(row.sheet, row.cell)) for row in tx.execute(query)]
