"""Taking in and checking files: intake, checks and receipts handing values to the store."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from townreturn.chasing import raise_alert
from townreturn.checks.judging import judge
from townreturn.domain.findings import Verdict, is_better
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, PlanBook
from townreturn.domain.submission import Arrival, Judgement, Submission, disposition_of
from townreturn.files import write_whole
from townreturn.foreign_text import one_line, storable
from townreturn.intake.inbox import InboxFile, archive_bytes, list_inbox, remove_from_inbox
from townreturn.intake.interpret import interpret_safely
from townreturn.month.remarks import as_they_stand, find_remarks
from townreturn.office import Office
from townreturn.receipts.text import ReceiptCase, write_receipt
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.store.arrivals import (
    find_arrival,
    find_original,
    record_duplicate,
    record_intake_run,
    record_submission,
)
from townreturn.store.engine import reading, writing
from townreturn.store.periods import Alert, record_alert
from townreturn.store.reports import closing_balances
from townreturn.wording import say


@dataclass(frozen=True)
class Taken:
    """One file that was taken in, and what became of it."""

    file_name: str
    disposition: Verdict
    unit: str | None
    period: str | None
    is_duplicate: bool


@dataclass(frozen=True)
class IntakeReport:
    """An intake run: every file taken in, and how many were still being written."""

    taken: tuple[Taken, ...]
    left_count: int


@dataclass(frozen=True)
class _Received:
    file: InboxFile
    arrival: Arrival
    archived: Path


def take_in(office: Office, now: datetime) -> IntakeReport:
    """Take every whole file of the inbox in: archived, read, checked, answered, stored, removed.

    One transaction; killed anywhere, the next run ends in the same state. Periods are judged in
    ascending order, because an opening balance hangs on the period before. What cannot be read is
    left where it is and the operator alerted.
    """
    listing = list_inbox(office.inbox, now)
    received, unreadable = _archive_all(office, listing.whole)
    raw = read_workbooks(list(dict.fromkeys(one.archived for one in received)))
    submissions = [interpret_safely(raw[one.archived], one.arrival, office.plans) for one in received]
    left_count = listing.left_count + len(unreadable)
    with writing(office.engine) as tx:
        taken = _record_all(tx, office, submissions, now)
        record_intake_run(tx, office.plans.town_code, now, now, len(taken), left_count)
    for name in (*unreadable, *listing.refused):
        raise_alert(office, say("INBOX_FILE_NOT_TAKEN", name=one_line(name)), "", now)
    for one in received:
        remove_from_inbox(one.file, one.archived, one.arrival.file_hash)
    return IntakeReport(tuple(taken), left_count)


def _archive_all(office: Office, files: Sequence[InboxFile]) -> tuple[list[_Received], list[str]]:
    """Files with their archived bytes, and the names of those that cannot be read now."""
    received: list[_Received] = []
    unreadable: list[str] = []
    for file in files:
        try:
            kept = archive_bytes(file, office.archive)
        except OSError:
            unreadable.append(storable(file.path.name))
            continue
        if kept is not None:
            received.append(_Received(file, *kept))
    return received, unreadable


def check_files(office: Office, paths: Sequence[Path], now: datetime) -> list[ReceiptCase]:
    """The answer that each file would get now, without taking it in; in the order given."""
    raw = read_workbooks(paths)
    submissions = [interpret_safely(raw[path], Arrival(path.name, "", now), office.plans) for path in paths]
    cases: dict[int, ReceiptCase] = {}
    with reading(office.engine) as tx:
        for plan, period, group in _by_period(submissions, office.plans):
            for submission, judgements in _judge(tx, office, plan, period, group):
                disposition = disposition_of(submission, judgements)
                cases[id(submission)] = ReceiptCase(submission, judgements, disposition)
    return [cases[id(submission)] for submission in submissions]


def _record_all(tx: Connection, office: Office, submissions: Sequence[Submission], now: datetime) -> list[Taken]:
    """Arrivals that are stored already, or stand twice in the inbox's folders, are taken once."""
    by_arrival = {one.arrival: one for one in submissions}
    fresh = [one for one in by_arrival.values() if find_arrival(tx, office.plans.town_code, one.arrival) is None]
    return [
        _record_one(tx, office, plan, submission, judgements, now)
        for plan, period, group in _by_period(fresh, office.plans)
        for submission, judgements in _judge(tx, office, plan, period, group)
    ]


def _record_one(
    tx: Connection, office: Office, plan: Plan, submission: Submission, judgements: list[Judgement], now: datetime
) -> Taken:
    """Store and answer one file. Known bytes make no revision, unless they fare better than before."""
    town, disposition = office.plans.town_code, disposition_of(submission, judgements)
    first = find_original(tx, town, submission.arrival.file_hash)
    is_repeat = first is not None and not is_better(disposition, first.disposition)
    remarks = find_remarks(tx, plan, submission, judgements, is_repeat=is_repeat)
    if first is not None and is_repeat:
        record_duplicate(tx, town, submission, first, now)
        standing = as_they_stand(judgements, remarks)
        case = ReceiptCase(
            submission, standing, disposition_of(submission, standing), first.file_name, remarks.sentences
        )
    else:
        record_submission(tx, town, plan, submission, judgements, disposition, now)
        case = ReceiptCase(submission, judgements, disposition, "", remarks.sentences)
    if remarks.published_already:
        key = submission.period.key if submission.period else ""
        text = say("ALERT_PUBLISHED_ALREADY", unit=plan.unit_by_code[submission.unit or ""].name, period=key)
        record_alert(tx, town, Alert(now, key, text))
    return _answer(office, plan, case)


def _by_period(
    submissions: Sequence[Submission], plans: PlanBook
) -> list[tuple[Plan, Period | None, list[Submission]]]:
    """Submissions by period, ascending; those without one first. Within a period as they came."""
    keys = sorted({one.period.key if one.period else "" for one in submissions})
    groups: list[tuple[Plan, Period | None, list[Submission]]] = []
    for key in keys:
        period = Period(key) if key else None
        plan = (plans.find(period) if period else None) or plans.plans[-1]
        group = [one for one in submissions if (one.period.key if one.period else "") == key]
        groups.append((plan, period, sorted(group, key=lambda one: one.arrival.received_at)))
    return groups


def _judge(
    tx: Connection, office: Office, plan: Plan, period: Period | None, group: Sequence[Submission]
) -> list[tuple[Submission, list[Judgement]]]:
    if period is None or not group:
        return [(submission, []) for submission in group]
    last_closing = closing_balances(tx, plan.town_code, period.previous.key, plan.form.closing_stock)
    rules = office.rules(plan.form.edition)
    return list(zip(group, judge(group, plan.form, last_closing, rules), strict=True))


def _answer(office: Office, plan: Plan, case: ReceiptCase) -> Taken:
    """Write the receipt, and a copy beside the quarantine notice; names hold no text from outside."""
    submission = case.submission
    text = write_receipt(case, plan).encode("utf-8-sig")
    received = f"{submission.arrival.received_at.astimezone(plan.calendar.zone):%Y%m%dT%H%M%S}"
    name = f"{received}_{submission.arrival.file_hash[:8]}"
    if case.first_name:  # a copy may have come in the same second: its answer must not overwrite the first
        name += f"_{hashlib.sha256(submission.arrival.file_name.encode()).hexdigest()[:8]}"
    if case.disposition is Verdict.QUARANTINED:
        archived = office.archive / submission.arrival.file_hash[:2] / submission.arrival.file_hash
        write_whole(office.quarantine / name / "original.bin", archived.read_bytes())
        write_whole(office.quarantine / name / "receipt.txt", text)
    else:
        period = submission.period.key if submission.period else "no-period"
        unit = plan.unit_by_code[submission.unit or ""].name
        write_whole(office.receipts / period / f"{unit}_{name}.txt", text)
    return Taken(
        submission.arrival.file_name,
        case.disposition,
        submission.unit,
        submission.period.key if submission.period else None,
        bool(case.first_name),
    )
