"""The register (收文登记簿): what a batch of files of one period adds to the store, written at once.

Revisions and what stands are followed in memory while files are entered one after the other; the
rows go to the database together, because a round trip a file would cost more than all the reading.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from townreturn.domain.findings import Finding, Verdict
from townreturn.domain.form import Form
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival, Judgement, Submission
from townreturn.store.periods import Alert, record_alert
from townreturn.store.reports import LatestReport, latest_reports
from townreturn.store.rows import FACT_COLUMNS, Row, arrival_row, entry_rows, fact_rows, finding_rows, report_row
from townreturn.store.schema import arrivals, entries, facts, findings, latest, reports


@dataclass(frozen=True)
class EarlierArrival:
    """An arrival that brought some bytes before."""

    file_name: str
    disposition: Verdict


@dataclass
class _Pointer:
    """A report that ``latest`` points at: one stored before, or the row of one of this batch."""

    received_at: datetime
    id: int | None = None
    row: Row | None = None


@dataclass
class _Obligation:
    """One category of the period as it stands while files are entered."""

    revision: int = 0
    last: _Pointer | None = None
    accepted: _Pointer | None = None
    is_stored: bool = False
    is_changed: bool = False


@dataclass
class _Entered:
    """A file with all its rows, whose ids are not known before the arrivals are written."""

    arrival: Row
    findings: list[Finding]
    reports: list[tuple[Row, Judgement]] = field(default_factory=list)
    duplicate_of: str | None = None


class Register:
    """The register of one town and period; ``period`` is empty for files that name none."""

    def __init__(self, tx: Connection, town: str, period: str, hashes: Iterable[str]) -> None:
        self._tx, self._town, self._period = tx, town, period
        self._firsts, self._ids, self._known = _earlier_arrivals(tx, town, list(hashes))
        self._standing = latest_reports(tx, town, period)
        self._obligations = _obligations(tx, town, period)
        self._entered: list[_Entered] = []
        self._alerts: list[Alert] = []

    def knows(self, arrival: Arrival) -> bool:
        """Whether exactly this arrival has been entered before."""
        return arrival in self._known

    def first_with_bytes(self, file_hash: str) -> EarlierArrival | None:
        """The newest arrival that brought these bytes and was no duplicate; None when they are new."""
        return self._firsts.get(file_hash)

    def standing(self) -> dict[str, LatestReport]:
        """Category → the report it stands by, the files entered so far included."""
        return self._standing

    def enter_duplicate(self, submission: Submission, now: datetime) -> None:
        """Another arrival of known bytes; it makes no revision."""
        arrival = submission.arrival
        row = arrival_row(self._town, submission, self._firsts[arrival.file_hash].disposition, now)
        self._entered.append(_Entered(row, [], duplicate_of=arrival.file_hash))
        self._known.add(arrival)

    def enter(
        self, plan: Plan, submission: Submission, judgements: Sequence[Judgement], disposition: Verdict, now: datetime
    ) -> None:
        """A file with all that was read and found; each category gets its next revision."""
        arrival = submission.arrival
        row = arrival_row(self._town, submission, disposition, now, plan=plan.code)
        found = [*submission.findings, *(one for judgement in judgements for one in judgement.findings)]
        entered = _Entered(row, found)
        for judgement in judgements:
            entered.reports.append((self._enter_report(submission, judgement), judgement))
        self._entered.append(entered)
        self._known.add(arrival)
        self._firsts[arrival.file_hash] = EarlierArrival(arrival.file_name, disposition)

    def _enter_report(self, submission: Submission, judgement: Judgement) -> Row:
        category = judgement.report.category
        obligation = self._obligations.setdefault(category, _Obligation())
        obligation.revision += 1
        row = report_row(self._town, self._period, submission, judgement, obligation.revision)
        self._move_pointers(obligation, row, submission, judgement)
        return row

    def _move_pointers(self, obligation: _Obligation, row: Row, submission: Submission, judgement: Judgement) -> None:
        """To the report received last, and the accepted one received last: by the time it was
        received, not taken in, so that an older file found later replaces nothing."""
        received_at: datetime = row["received_at"]
        is_accepted = judgement.verdict is not Verdict.RETURNED
        if _is_not_later(obligation.last, received_at):
            obligation.last, obligation.is_changed = _Pointer(received_at, row=row), True
        if is_accepted and _is_not_later(obligation.accepted, received_at):
            obligation.accepted, obligation.is_changed = _Pointer(received_at, row=row), True
        shown = obligation.accepted or obligation.last
        if shown is not None and shown.row is row:
            self._standing[row["category"]] = LatestReport(
                category=row["category"], unit=row["unit"], revision=row["entry_number"], received_at=received_at,
                is_accepted=is_accepted, is_sent_back=False, zero_return=row["zero_return"],
                file_hash=submission.arrival.file_hash,
            )  # fmt: skip

    def alert(self, alert: Alert) -> None:
        """Tell the operator when the files are written."""
        self._alerts.append(alert)

    def write(self, form: Form) -> None:
        """Write everything entered; call once."""
        self._write_arrivals()
        self._write_findings()
        self._write_reports(form)
        self._write_latest()
        for alert in self._alerts:
            record_alert(self._tx, self._town, alert)

    def _write_arrivals(self) -> None:
        originals = [one for one in self._entered if one.duplicate_of is None]
        for one, key in zip(
            originals, _insert_all(self._tx, arrivals, [one.arrival for one in originals]), strict=True
        ):
            one.arrival["id"] = self._ids[one.arrival["file_hash"]] = key
        copies = [one for one in self._entered if one.duplicate_of is not None]
        rows = [{**one.arrival, "duplicate_of": self._ids[one.duplicate_of or ""]} for one in copies]
        _insert_all(self._tx, arrivals, rows)

    def _write_findings(self) -> None:
        rows = [row for one in self._entered for row in finding_rows(one.arrival.get("id"), one.findings)]
        if rows:
            self._tx.execute(insert(findings), rows)

    def _write_reports(self, form: Form) -> None:
        pairs = [(one, row, judgement) for one in self._entered for row, judgement in one.reports]
        rows = [{**row, "arrival_id": one.arrival["id"]} for one, row, _ in pairs]
        for (_, row, _), key in zip(pairs, _insert_all(self._tx, reports, rows), strict=True):
            row["id"] = key
        decimals = {code: indicator.decimals for code, indicator in form.by_code.items()}
        figures = [one for _, row, found in pairs for one in fact_rows(row["id"], decimals, found.report.figures)]
        texts = [one for _, row, found in pairs for one in entry_rows(row["id"], found.report.entries)]
        _insert_plain(self._tx, facts, FACT_COLUMNS, figures)
        if texts:
            self._tx.execute(insert(entries), texts)

    def _write_latest(self) -> None:
        for category, obligation in self._obligations.items():
            if not obligation.is_changed:
                continue
            key = {"town": self._town, "period": self._period, "category": category}
            values = {"last_report_id": _id(obligation.last), "accepted_report_id": _id(obligation.accepted)}
            if obligation.is_stored:
                self._tx.execute(update(latest).filter_by(**key).values(**values))
            else:
                self._tx.execute(insert(latest).values(**key, **values))


def _is_not_later(pointer: _Pointer | None, received_at: datetime) -> bool:
    return pointer is None or pointer.received_at <= received_at


def _id(pointer: _Pointer | None) -> int | None:
    if pointer is None:
        return None
    return pointer.id if pointer.row is None else pointer.row["id"]


def _insert_all(tx: Connection, table: Table, rows: list[Row]) -> list[int]:
    """The ids of the rows, in their order."""
    if not rows:
        return []
    return list(tx.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows))


def _insert_plain(tx: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Rows of plain values straight through the driver: for the many facts of a file SQLAlchemy's
    handling of each row costs five times what storing it does."""
    if rows:
        mark = "?" if tx.dialect.paramstyle == "qmark" else "%s"
        names, marks = ", ".join(columns), ", ".join(mark for _ in columns)
        tx.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _earlier_arrivals(
    tx: Connection, town: str, hashes: list[str]
) -> tuple[dict[str, EarlierArrival], dict[str, int], set[Arrival]]:
    """By hash, the newest arrival that is no duplicate, and its id; every arrival with one of the hashes."""
    firsts: dict[str, EarlierArrival] = {}
    ids: dict[str, int] = {}
    known: set[Arrival] = set()
    for start in range(0, len(hashes), _HASHES_A_QUERY):
        query = select(arrivals).where(
            arrivals.c.town == town, arrivals.c.file_hash.in_(hashes[start : start + _HASHES_A_QUERY])
        )
        for row in tx.execute(query.order_by(arrivals.c.id)):
            known.add(Arrival(row.file_name, row.file_hash, row.received_at))
            if row.duplicate_of is None:
                firsts[row.file_hash] = EarlierArrival(row.file_name, Verdict(row.disposition))
                ids[row.file_hash] = row.id
    return firsts, ids, known


def _obligations(tx: Connection, town: str, period: str) -> dict[str, _Obligation]:
    counted = select(reports.c.category, func.max(reports.c.entry_number).label("number"))
    counted = counted.where(reports.c.town == town, reports.c.period == period).group_by(reports.c.category)
    found = {row.category: _Obligation(row.number) for row in tx.execute(counted)}
    last, accepted = reports.alias("last"), reports.alias("accepted")
    pointers = (
        select(latest, last.c.received_at.label("last_at"), accepted.c.received_at.label("accepted_at"))
        .join(last, last.c.id == latest.c.last_report_id)
        .outerjoin(accepted, accepted.c.id == latest.c.accepted_report_id)
        .where(latest.c.town == town, latest.c.period == period)
    )
    for row in tx.execute(pointers):
        obligation = found[row.category]
        obligation.is_stored = True
        obligation.last = _Pointer(row.last_at, row.last_report_id)
        if row.accepted_report_id is not None:
            obligation.accepted = _Pointer(row.accepted_at, row.accepted_report_id)
    return found


_HASHES_A_QUERY = 500
"""Databases limit the number of bound values of a statement."""
