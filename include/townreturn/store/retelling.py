"""The audit trail told again from the rows: what must stand in it if nothing was altered since."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Table, select

from townreturn.domain.audit import Event
from townreturn.domain.chain import Withdrawal, WithdrawalKind
from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.domain.submission import CategoryReport, Judgement
from townreturn.store.adjustments import list_adjustments, tell_adjusted
from townreturn.store.decision_events import tell_decided, tell_refused
from townreturn.store.deliveries import list_deliveries, tell_posted
from townreturn.store.dispatches import list_resends, tell_resent
from townreturn.store.document_events import tell_document, tell_document_decided, tell_reporter
from townreturn.store.exclusions import tell_withdrawn
from townreturn.store.figures_hash import figures_hashes
from townreturn.store.hand_reminders import list_hand_reminders, tell_reminded
from townreturn.store.intake_events import checked_events, received_event
from townreturn.store.issue_events import tell_compiled, tell_published
from townreturn.store.orders import list_orders, tell_ordered
from townreturn.store.schema import (
    adjustments,
    arrivals,
    compilations,
    decisions,
    deliveries,
    dispatch_results,
    document_decisions,
    documents,
    exclusions,
    findings,
    hand_reminders,
    orders,
    publications,
    refused_approvals,
    reporters,
    reports,
)

FoundBy = dict[tuple[int, str | None], list[Finding]]
"""(arrival id, category) → what was found."""


@dataclass(frozen=True)
class Retold:
    """An event and the row that calls for it; ``row_key`` as in the table ``before_the_trail``."""

    event: Event
    table: str
    row_key: str


def retell(tx: Connection, town: str, period: str) -> Iterator[Retold]:
    """Every event that the rows of a period call for, in no order.

    ``period`` is empty for files that name none and for what is owed under a plan as a whole.
    """
    yield from _retell_intake(tx, town, period)
    yield from _retell_adjustments(tx, town, period)
    for order_id, message, channel, result in list_resends(tx, town, period):
        yield _told(tell_resent(message, channel, result), dispatch_results, order_id)
    if not period:
        yield from _retell_plan_duties(tx, town)
        return
    yield from _retell_exclusions(tx, town, period)
    ours = list(tx.scalars(select(compilations.c.id).filter_by(town=town, period=period)))
    for compilation_id in ours:
        yield _told(tell_compiled(tx, compilation_id), compilations, compilation_id)
    for table, tell in ((decisions, tell_decided), (refused_approvals, tell_refused)):
        for row_id in tx.scalars(select(table.c.id).where(table.c.compilation_id.in_(ours))):
            yield _told(tell(tx, row_id), table, row_id)
    for issue in tx.scalars(select(publications.c.issue).filter_by(town=town, period=period)):
        for event in tell_published(tx, town, period, issue):
            yield _told(event, publications, f"{town} {period} {issue}")
    for order in list_orders(tx, town, period):
        yield _told(tell_ordered(order), orders, "")
    for delivery in list_deliveries(tx, town, period):
        yield _told(tell_posted(delivery), deliveries, delivery.message.id)
    for reminder in list_hand_reminders(tx, town, period):
        yield _told(tell_reminded(reminder), hand_reminders, reminder.message.id)


def _told(event: Event, table: Table, row_key: object) -> Retold:
    return Retold(event, table.name, str(row_key))


def _retell_intake(tx: Connection, town: str, period: str) -> Iterator[Retold]:
    query = select(arrivals).where(arrivals.c.town == town, arrivals.c.period == (period or None))
    for row in tx.execute(query).mappings():
        event = received_event(dict(row), is_duplicate=row["duplicate_of"] is not None)
        yield _told(event, arrivals, row["id"])
    made = list(tx.execute(select(reports).filter_by(town=town, period=period)).mappings())
    hashes = figures_hashes(tx, [row["id"] for row in made])
    found = _findings_by_report(tx, town, period)
    of_reports = select(reports.c.arrival_id).filter_by(town=town, period=period)
    came = {row["id"]: row for row in tx.execute(select(arrivals).where(arrivals.c.id.in_(of_reports))).mappings()}
    for row in [one for one in made if one["arrival_id"] in came]:
        judgement = _judgement(row, found)
        for event in checked_events(dict(came[row["arrival_id"]]), dict(row), judgement, hashes[row["id"]]):
            yield _told(event, reports, row["id"])


def _retell_adjustments(tx: Connection, town: str, period: str) -> Iterator[Retold]:
    for obligation, adjustment in list_adjustments(tx, town, period):
        yield _told(tell_adjusted(obligation, adjustment), adjustments, "")


def _retell_plan_duties(tx: Connection, town: str) -> Iterator[Retold]:
    of_town = select(documents.c.id).where(documents.c.town == town)
    for table, tell, rows in (
        (documents, tell_document, of_town),
        (reporters, tell_reporter, select(reporters.c.id).where(reporters.c.town == town)),
        (
            document_decisions,
            tell_document_decided,
            select(document_decisions.c.id).where(document_decisions.c.document_id.in_(of_town)),
        ),
    ):
        for row_id in tx.scalars(rows):
            yield _told(tell(tx, row_id), table, row_id)


def _retell_exclusions(tx: Connection, town: str, period: str) -> Iterator[Retold]:
    """One event for each category of a file, whatever number of its reports has a row."""
    query = (
        select(exclusions, reports.c.category, reports.c.unit, reports.c.entry_number, arrivals.c.file_hash)
        .join(reports, reports.c.id == exclusions.c.report_id)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.town == town, reports.c.period == period)
        .order_by(reports.c.entry_number)
    )
    deeds: dict[tuple[object, ...], list[Row[Any]]] = defaultdict(list)
    for row in tx.execute(query):
        deeds[row.category, row.file_hash, row.excluded, row.decided_at, row.account, row.reason].append(row)
    for rows in deeds.values():
        numbers = [one.entry_number for one in rows]
        withdrawal = Withdrawal(_kind_of(rows[-1]), rows[-1].decided_at, rows[-1].account, rows[-1].reason)
        event = tell_withdrawn(rows[-1].category, rows[-1].unit, rows[-1].file_hash, numbers, withdrawal)
        yield _told(event, exclusions, rows[-1].id)


def _kind_of(row: Row[Any]) -> WithdrawalKind:
    return WithdrawalKind.EXCLUDED if row.excluded else WithdrawalKind.READMITTED


def _findings_by_report(tx: Connection, town: str, period: str) -> FoundBy:
    query = (
        select(findings)
        .join(arrivals, arrivals.c.id == findings.c.arrival_id)
        .where(arrivals.c.town == town, arrivals.c.period == period)
        .order_by(findings.c.id)
    )
    found: FoundBy = defaultdict(list)
    for row in tx.execute(query):
        one = Finding(row.code, Severity(row.severity), "", indicator=row.indicator, explanation=row.explanation)
        found[row.arrival_id, row.category].append(one)
    return found


def _judgement(row: RowMapping, found: FoundBy) -> Judgement:
    """As much of it as its events tell."""
    report = CategoryReport(row["category"], row["zero_return"], (), ())
    return Judgement(report, tuple(found.get((row["arrival_id"], row["category"]), ())), Verdict(row["verdict"]))
