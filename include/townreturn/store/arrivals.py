"""Files that came in, and the reports, facts, texts and findings read from them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, insert, select, update

from townreturn.domain.findings import Finding, Verdict
from townreturn.domain.form import Form
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival, Figure, Judgement, Submission, TextEntry
from townreturn.store.schema import arrivals, entries, facts, findings, intake_runs, latest, reports


def known_hashes(tx: Connection, hashes: Iterable[str]) -> set[str]:
    """Those of the content hashes that have come in before."""
    wanted = list(hashes)
    return set(tx.scalars(select(arrivals.c.file_hash).where(arrivals.c.file_hash.in_(wanted))))


@dataclass(frozen=True)
class OriginalArrival:
    """The arrival that first brought some bytes."""

    id: int
    file_name: str
    disposition: Verdict


def find_original(tx: Connection, town: str, file_hash: str) -> OriginalArrival | None:
    """The newest arrival that brought these bytes and was no duplicate; None when they are new."""
    row = tx.execute(
        select(arrivals.c.id, arrivals.c.file_name, arrivals.c.disposition)
        .where(arrivals.c.town == town, arrivals.c.file_hash == file_hash, arrivals.c.duplicate_of.is_(None))
        .order_by(arrivals.c.id.desc())
    ).first()
    return OriginalArrival(row.id, row.file_name, Verdict(row.disposition)) if row else None


def find_arrival(tx: Connection, town: str, arrival: Arrival) -> int | None:
    """The id under which exactly this arrival was stored; None when it was not."""
    return tx.scalar(
        select(arrivals.c.id).where(
            arrivals.c.town == town,
            arrivals.c.file_hash == arrival.file_hash,
            arrivals.c.file_name == arrival.file_name,
            arrivals.c.received_at == arrival.received_at,
        )
    )


def record_duplicate(tx: Connection, town: str, submission: Submission, first: OriginalArrival, now: datetime) -> None:
    """Store another arrival of known bytes; it makes no revision."""
    _record_arrival(tx, town, submission, first.disposition, now, duplicate_of=first.id)


def record_submission(
    tx: Connection, town: str, plan: Plan, submission: Submission, judgements: Sequence[Judgement],
    disposition: Verdict, now: datetime,
) -> None:  # fmt: skip
    """Store a file with all that was read and found; each category gets its next revision."""
    arrival_id = _record_arrival(tx, town, submission, disposition, now, plan=plan.code)
    _record_findings(tx, arrival_id, submission.findings)
    for judgement in judgements:
        _record_findings(tx, arrival_id, judgement.findings)
        report_id = _record_report(tx, arrival_id, town, submission, judgement)
        _record_facts(tx, report_id, plan.form, judgement.report.figures)
        _record_entries(tx, report_id, judgement.report.entries)
        _keep_latest(tx, town, submission, judgement, report_id)


def record_intake_run(
    tx: Connection, town: str, started_at: datetime, finished_at: datetime, taken: int, left: int
) -> None:
    """Note that an intake run took in ``taken`` files and had to leave ``left`` in the inbox."""
    values = {"town": town, "started_at": started_at, "finished_at": finished_at}
    tx.execute(insert(intake_runs).values(**values, taken_count=taken, left_count=left))


def inbox_emptied_since(tx: Connection, town: str, instant: datetime) -> bool:
    """Whether an intake run that started at or after the instant left nothing in the inbox."""
    return bool(
        tx.scalar(
            select(func.count())
            .select_from(intake_runs)
            .where(intake_runs.c.town == town, intake_runs.c.started_at >= instant, intake_runs.c.left_count == 0)
        )
    )


def _record_arrival(
    tx: Connection, town: str, submission: Submission, disposition: Verdict, now: datetime, **values: object
) -> int:
    row = {
        "town": town,
        "file_hash": submission.arrival.file_hash,
        "file_name": submission.arrival.file_name,
        "received_at": submission.arrival.received_at,
        "taken_in_at": now,
        "disposition": disposition.value,
        "edition": submission.edition,
        "unit": submission.unit,
        "period": submission.period.key if submission.period else None,
        "filled_by": submission.filled_by,
        **values,
    }
    return int(tx.execute(insert(arrivals).values(**row).returning(arrivals.c.id)).scalar_one())


def _record_report(tx: Connection, arrival_id: int, town: str, submission: Submission, judgement: Judgement) -> int:
    obligation = _obligation(town, submission, judgement)
    revision = tx.scalar(select(func.coalesce(func.max(reports.c.revision), 0)).filter_by(**obligation))
    row = {
        **obligation,
        "arrival_id": arrival_id,
        "unit": submission.unit,
        "revision": (revision or 0) + 1,
        "verdict": judgement.verdict.value,
        "zero_return": judgement.report.zero_return,
        "received_at": submission.arrival.received_at,
    }
    return int(tx.execute(insert(reports).values(**row).returning(reports.c.id)).scalar_one())


def _record_facts(tx: Connection, report_id: int, form: Form, figures: Sequence[Figure]) -> None:
    rows = [_fact_row(report_id, form, figure) for figure in figures]
    if rows:
        tx.execute(insert(facts), rows)


def _fact_row(report_id: int, form: Form, figure: Figure) -> dict[str, object]:
    decimals = form.by_code[figure.indicator].decimals
    scaled = None
    if figure.value is not None:
        shifted = figure.value.scaleb(decimals)
        scaled = int(shifted) if shifted == shifted.to_integral_value() and abs(shifted) < Decimal(10) ** 18 else None
    return {
        "report_id": report_id,
        "indicator": figure.indicator,
        "state": figure.state.value,
        "scaled": scaled,
        "decimals": decimals,
        "raw": figure.raw,
        "sheet": figure.at.sheet,
        "cell": figure.at.cell,
    }


def _record_entries(tx: Connection, report_id: int, rows: Sequence[TextEntry]) -> None:
    values = [
        {
            "report_id": report_id,
            "position": position,
            "section": entry.section,
            "fields": json.dumps(entry.values, ensure_ascii=False),
            "sheet": entry.at.sheet,
            "cell": entry.at.cell,
        }
        for position, entry in enumerate(rows)
    ]
    if values:
        tx.execute(insert(entries), values)


def _record_findings(tx: Connection, arrival_id: int, found: Sequence[Finding]) -> None:
    values = [
        {
            "arrival_id": arrival_id,
            "category": finding.category,
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "sheet": finding.at.sheet if finding.at else "",
            "cell": finding.at.cell if finding.at else "",
            "value": finding.value,
        }
        for finding in found
    ]
    if values:
        tx.execute(insert(findings), values)


def _obligation(town: str, submission: Submission, judgement: Judgement) -> dict[str, str]:
    period = submission.period.key if submission.period else ""  # only identified files are judged
    return {"town": town, "period": period, "category": judgement.report.category}


def _keep_latest(tx: Connection, town: str, submission: Submission, judgement: Judgement, report_id: int) -> None:
    """Point ``latest`` at the report received last, and at the accepted one received last.

    By the time it was received, not taken in: an older file found later replaces nothing.
    """
    obligation = _obligation(town, submission, judgement)
    current = tx.execute(select(latest).filter_by(**obligation)).first()
    pointers = ["last_report_id"] + (["accepted_report_id"] if judgement.verdict is not Verdict.RETURNED else [])
    if current is None:
        tx.execute(insert(latest).values(**obligation, **dict.fromkeys({"last_report_id", *pointers}, report_id)))
        return
    received_at = submission.arrival.received_at
    moved = [one for one in pointers if not _is_later(tx, current._mapping[one], received_at)]
    if moved:
        tx.execute(update(latest).filter_by(**obligation).values(**dict.fromkeys(moved, report_id)))


def _is_later(tx: Connection, report_id: int | None, received_at: datetime) -> bool:
    """Whether a report was received after an instant; no report was not."""
    other = tx.scalar(select(reports.c.received_at).where(reports.c.id == report_id)) if report_id else None
    return other is not None and other > received_at
