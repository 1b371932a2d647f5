"""The register (收文登记簿): what a batch of files of one period adds to the store, written at once.

Chains and what stands are followed in memory while files are entered one after the other; the
rows go to the database together, because a round trip a file would cost more than all the reading.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from townreturn.domain.audit import Event
from townreturn.domain.chain import Judged, Receipt
from townreturn.domain.findings import Finding, Verdict
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.domain.submission import Arrival, Judgement, Submission
from townreturn.store.bulk import insert_numbered, load_rows
from townreturn.store.chains import LatestReport, StoredChain, StoredReport, read_chains, write_latest
from townreturn.store.figures_hash import hash_of_rows
from townreturn.store.following import FollowedChain, KnownBytes
from townreturn.store.intake_events import checked_events, received_event
from townreturn.store.periods import Alert, record_alert
from townreturn.store.rows import (
    ENTRY_COLUMNS,
    FACT_COLUMNS,
    FINDING_COLUMNS,
    Row,
    arrival_row,
    entry_rows,
    fact_rows,
    finding_rows,
    report_row,
)
from townreturn.store.schema import arrivals, entries, facts, findings, reports
from townreturn.store.trail import append_events


@dataclass(frozen=True)
class EarlierArrival:
    """An arrival that brought some bytes before; ``unit`` is None of one that was nobody's."""

    file_name: str
    unit: str | None
    disposition: Verdict


@dataclass
class _EnteredReport:
    """A report with its rows; the id stands in ``stored`` once it is written."""

    row: Row
    judgement: Judgement
    stored: StoredReport


@dataclass
class _Entered:
    """A file with all its rows, whose ids are not known before the arrivals are written."""

    arrival: Row
    findings: list[Finding]
    reports: list[_EnteredReport] = field(default_factory=list)
    is_duplicate: bool = False


class Register:
    """The register of one town and period; ``period`` is empty for files that name none."""

    def __init__(self, tx: Connection, town: str, period: str, hashes: Iterable[str]) -> None:
        self._tx, self._town, self._period = tx, town, period
        self._firsts, self._ids, self._known = _earlier_arrivals(tx, town, list(hashes))
        stored = read_chains(tx, town, [period]) if period else {}
        self._chains = {slot: FollowedChain(slot, chain) for (_, slot), chain in stored.items()}
        self._entry_numbers = Counter[str]()
        for slot, chain in self._chains.items():
            self._entry_numbers[slot.category] = max(self._entry_numbers[slot.category], chain.last_entry_number)
        self._entered: list[_Entered] = []
        self._alerts: list[Alert] = []

    def knows(self, arrival: Arrival) -> bool:
        """Whether exactly this arrival has been entered before."""
        return arrival in self._known

    def first_with_bytes(self, file_hash: str) -> EarlierArrival | None:
        """The newest arrival that brought these bytes and was no duplicate; None when they are new."""
        return self._firsts.get(file_hash)

    def standing(self) -> dict[Slot, LatestReport]:
        """Slot → the report it stands by, the files entered so far included."""
        return {slot: chain.standing for slot, chain in self._chains.items() if chain.standing}

    def known_bytes(self, slot: Slot, file_hash: str) -> KnownBytes | None:
        """What became of these bytes in an obligation; None when they would be a new link of its chain."""
        chain = self._chains.get(slot)
        return chain.known(file_hash) if chain else None

    def enter_duplicate(self, submission: Submission, now: datetime) -> None:
        """Another arrival of known bytes; it makes no report, but may tell that they came earlier.

        What nobody could be told from is quarantined, whatever became of the bytes before.
        """
        arrival = submission.arrival
        first = self._firsts[arrival.file_hash].disposition
        row = arrival_row(self._town, submission, first if submission.unit else Verdict.QUARANTINED, now)
        self._add(_Entered(row, [], is_duplicate=True), arrival)

    def enter(
        self, plan: Plan, submission: Submission, judgements: Sequence[Judgement], disposition: Verdict, now: datetime
    ) -> None:
        """A file with what was read and found; each of these categories gets a report."""
        arrival = submission.arrival
        row = arrival_row(self._town, submission, disposition, now, plan=plan.code)
        found = [*submission.findings, *(one for judgement in judgements for one in judgement.findings)]
        made = [self._enter_report(plan, submission, judgement, now) for judgement in judgements]
        self._add(_Entered(row, found, made), arrival)
        self._firsts[arrival.file_hash] = EarlierArrival(arrival.file_name, submission.unit, disposition)

    def _add(self, entered: _Entered, arrival: Arrival) -> None:
        """Every chain with these bytes learns that they came, whether or not a report was made of them."""
        self._entered.append(entered)
        self._known.add(arrival)
        receipt = Receipt(arrival.file_name, arrival.received_at, entered.arrival["taken_in_at"])
        for chain in self._chains.values():
            chain.add_receipt(arrival.file_hash, receipt)

    def _enter_report(
        self, plan: Plan, submission: Submission, judgement: Judgement, now: datetime
    ) -> _EnteredReport:  # fmt: skip
        arrival, slot = submission.arrival, plan.slot_of(judgement.report.category, submission.unit or "")
        chain = self._chains.setdefault(slot, FollowedChain(slot, StoredChain()))
        self._entry_numbers[slot.category] += 1
        row = report_row(self._town, self._period, slot, submission, judgement, self._entry_numbers[slot.category])
        stored = StoredReport(row["unit"], row["zero_return"], None)
        receipt = Receipt(arrival.file_name, arrival.received_at, now)
        judged = Judged(row["entry_number"], judgement.verdict, arrival.received_at)
        chain.add_report(arrival.file_hash, receipt, judged, stored)
        return _EnteredReport(row, judgement, stored)

    def alert(self, alert: Alert) -> None:
        """Tell the operator when the files are written."""
        self._alerts.append(alert)

    def write(self, plan: Plan) -> None:
        """Write everything entered, ``plan`` being the one it was judged by; call once."""
        self._write_arrivals()
        self._write_findings()
        hashes = self._write_reports(plan)
        changed = {slot: chain.pointers() for slot, chain in self._chains.items() if chain.is_changed}
        write_latest(self._tx, self._town, self._period, changed)
        append_events(self._tx, self._town, plan.code, self._period, list(self._events(hashes)))
        for alert in self._alerts:
            record_alert(self._tx, self._town, alert)

    def _write_arrivals(self) -> None:
        originals = [one for one in self._entered if not one.is_duplicate]
        for one, key in zip(
            originals, insert_numbered(self._tx, arrivals, [one.arrival for one in originals]), strict=True
        ):
            one.arrival["id"] = self._ids[one.arrival["file_hash"]] = key
        copies = [one.arrival for one in self._entered if one.is_duplicate]
        insert_numbered(self._tx, arrivals, [{**row, "duplicate_of": self._ids[row["file_hash"]]} for row in copies])

    def _write_findings(self) -> None:
        rows = [row for one in self._entered for row in finding_rows(one.arrival.get("id"), one.findings)]
        load_rows(self._tx, findings, FINDING_COLUMNS, rows)

    def _write_reports(self, plan: Plan) -> dict[int, str]:
        """Report id → the hash of its figures."""
        made = [(one.arrival["id"], report) for one in self._entered for report in one.reports]
        rows = [{**report.row, "arrival_id": arrival_id} for arrival_id, report in made]
        decimals = {code: indicator.decimals for code, indicator in plan.form.by_code.items()}
        figures: list[tuple[Any, ...]] = []
        texts: list[tuple[Any, ...]] = []
        hashes: dict[int, str] = {}
        for (_, report), key in zip(made, insert_numbered(self._tx, reports, rows), strict=True):
            report.stored.id = key
            said = fact_rows(key, decimals, report.judgement.report.figures)
            told = entry_rows(key, report.judgement.report.entries)
            hashes[key] = hash_of_rows((row[1:] for row in said), (row[1:] for row in told))
            figures += said
            texts += told
        load_rows(self._tx, facts, FACT_COLUMNS, figures)
        load_rows(self._tx, entries, ENTRY_COLUMNS, texts)
        return hashes

    def _events(self, hashes: dict[int, str]) -> Iterator[Event]:
        for one in self._entered:
            yield received_event(one.arrival, is_duplicate=one.is_duplicate)
            for report in one.reports:
                hashed = hashes[report.stored.id or 0]
                yield from checked_events(one.arrival, report.row, report.judgement, hashed)


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
                firsts[row.file_hash] = EarlierArrival(row.file_name, row.unit, Verdict(row.disposition))
                ids[row.file_hash] = row.id
    return firsts, ids, known


_HASHES_A_QUERY = 500
"""Databases limit the number of bound values of a statement."""
