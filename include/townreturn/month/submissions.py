"""Taking in and checking files, a tray at a time: archived, read, judged, stored, answered."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from townreturn.chasing import raise_alert
from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Arrival, Submission
from townreturn.files import settle
from townreturn.foreign_text import one_line, storable
from townreturn.intake.inbox import InboxFile, archive_bytes, list_inbox, remove_from_inbox
from townreturn.month.answering import Answer, write_answers
from townreturn.month.entering import enter_submissions, read_submissions, rehearse_submissions
from townreturn.office import Office
from townreturn.store.arrivals import record_intake_run
from townreturn.store.engine import reading, writing
from townreturn.wording import say

_File = TypeVar("_File")
TRAY = 500
"""Files worked on at once: enough to pay for a validation, few enough for memory to stay flat."""


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

    A transaction a tray; killed anywhere, the next run ends in the same state. What cannot be read
    is left where it is and the operator alerted.
    """
    listing = list_inbox(office.inbox, now)
    taken: list[Taken] = []
    unreadable: list[str] = []
    for tray in _trays(listing.whole):
        received, missed = _archive_all(office, tray)
        taken += _take_in_tray(office, received, now)
        unreadable += missed
    left_count = listing.left_count + len(unreadable)
    with writing(office.engine) as tx:
        record_intake_run(tx, office.plans.town_code, now, now, len(taken), left_count)
    for name in (*unreadable, *listing.refused):
        raise_alert(office, say("INBOX_FILE_NOT_TAKEN", name=one_line(name)), "", now)
    return IntakeReport(tuple(taken), left_count)


def _take_in_tray(office: Office, received: Sequence[_Received], now: datetime) -> list[Taken]:
    """What is stored has been answered, and archive and answers are on disk before the transaction ends."""
    submissions = read_submissions(office, [(one.arrival, one.archived) for one in received])
    with writing(office.engine, *_scopes(office, submissions)) as tx:
        answers = enter_submissions(tx, office, submissions, now)
        write_answers(office, answers)
        settle()
    for one in received:
        remove_from_inbox(one.file, one.archived, one.arrival.file_hash)
    return [_taken(one) for one in answers]


def _scopes(office: Office, submissions: Sequence[Submission]) -> set[str]:
    """Intake judges by neighbouring periods too, so that no two trays may be entered at once; what
    else is written to a period of the tray waits as well."""
    town = office.plans.town_code
    periods = {one.period.key if one.period else "" for one in submissions}
    return {f"{town}/intake", *(f"{town}/{key}" for key in periods)}


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


def check_files(office: Office, paths: Sequence[Path], now: datetime) -> Iterator[list[Answer]]:
    """The answer that each file would get now, in the order given, a tray at a time; nothing is kept.

    Each file is judged as the intake would judge it, alone, by what stands in the store.
    """
    for tray in _trays(paths):
        arrivals = [Arrival(storable(path.name), _digest(path), now) for path in tray]
        submissions = read_submissions(office, list(zip(arrivals, tray, strict=True)))
        with reading(office.engine) as tx:
            yield rehearse_submissions(tx, office, submissions)


def _digest(path: Path) -> str:
    """Of a file that cannot be opened, its path stands for the content: it is no other one's copy."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return hashlib.sha256(os.fsencode(path)).hexdigest()


def _trays(files: Sequence[_File]) -> Iterator[Sequence[_File]]:
    return (files[start : start + TRAY] for start in range(0, len(files), TRAY))


def _taken(answer: Answer) -> Taken:
    submission = answer.case.submission
    return Taken(
        submission.arrival.file_name,
        answer.case.disposition,
        submission.unit,
        submission.period.key if submission.period else None,
        bool(answer.case.first_name),
    )
