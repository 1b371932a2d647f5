"""Taking in and checking files, a tray at a time: archived, read, judged, stored, answered."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from upath import UPath

from townreturn.chasing import raise_alert
from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Arrival
from townreturn.files import DISK_FAULTS
from townreturn.foreign_text import one_line, storable
from townreturn.intake.inbox import InboxFile, NotGiven, NotRemoved, archive_bytes, list_inbox, remove_from_inbox
from townreturn.month.answering import Answer
from townreturn.month.document_intake import Paper, kind_of_place, mailed_papers, paper_at, take_in_documents
from townreturn.month.documents import Recorded
from townreturn.month.entering import read_files, rehearse_submissions
from townreturn.month.mail_in import NO_MAILBOX, MailReport
from townreturn.month.mailed import MailedReport, mailed_reports
from townreturn.month.mandates import Mandate
from townreturn.month.trays import Received, enter_tray
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
    file_hash: str
    disposition: Verdict
    unit: str | None
    period: str | None
    is_duplicate: bool


@dataclass(frozen=True)
class IntakeReport:
    """An intake run: every file taken in, how many files and mails had to be left, and the documents recorded."""

    taken: tuple[Taken, ...]
    left_count: int
    documents: tuple[Recorded, ...] = ()


@dataclass(frozen=True)
class _Kept:
    file: InboxFile | MailedReport
    arrival: Arrival

    @property
    def mandate(self) -> Mandate | None:
        """Whoever can write to the inbox may report for every unit."""
        return self.file.mandate if isinstance(self.file, MailedReport) else None

    @property
    def place(self) -> UPath | None:
        """Where in the inbox it lay; None of one that came by mail."""
        return self.file.path if isinstance(self.file, InboxFile) else None

    @property
    def is_paper(self) -> bool:
        """Whether it lies in a folder for documents, which are not read."""
        return isinstance(self.file, InboxFile) and kind_of_place(self.file.place) is not None


def take_in(office: Office, now: datetime, mail: MailReport = NO_MAILBOX) -> IntakeReport:
    """Take every whole file of the inbox in, and every report that came by mail, in the order in which
    they were received: archived, read, checked, answered, stored, removed from the inbox.

    A transaction a tray; killed anywhere, the next run ends in the same state. What cannot be read
    is left where it is and the operator alerted. ``mail`` is what collecting it found just before:
    the run has seen no more than was there when the mailbox was read, and left what that left.
    Raises OSError or StoreRefused when the archive takes nothing more, or the inbox is not shown.
    """
    listing = list_inbox(office.inbox, now)
    waiting: list[InboxFile | MailedReport] = [*listing.whole, *mailed_reports(office, now)]
    waiting.sort(key=lambda one: one.received_at)
    outcomes: list[Taken | Recorded] = []
    unreadable: list[str] = []
    unremoved: list[str] = []
    for tray in _trays(waiting, min(TRAY, office.archive.most_lent)):
        received, missed = _archive_all(office, tray)
        outcomes += _take_in_tray(office, [one for one in received if not one.is_paper], now)
        outcomes += _take_in_papers(office, [one for one in received if one.is_paper], now)
        unreadable += missed
        unremoved += _clear_inbox(office, received)
    outcomes += _enter_papers(office, mailed_papers(office), now)
    taken = [one for one in outcomes if isinstance(one, Taken)]
    left_count = listing.left_count + len(unreadable) + mail.left_count
    with writing(office.engine) as tx:
        begun_at = min(now, mail.read_at or now)
        record_intake_run(tx, office.plans.town_code, begun_at, now, len(taken), left_count)
    for text in (*unreadable, *unremoved, *(_not_taken(name) for name in listing.refused)):
        raise_alert(office, text, "", now)
    return IntakeReport(tuple(taken), left_count, tuple(one for one in outcomes if isinstance(one, Recorded)))


def _take_in_tray(office: Office, received: Sequence[_Kept], now: datetime) -> list[Taken]:
    tray = [Received(one.arrival, one.mandate, one.place) for one in received]
    return [_taken(one.answer) for one in enter_tray(office, tray, now)]


def _take_in_papers(office: Office, received: Sequence[_Kept], now: datetime) -> list[Taken | Recorded]:
    """Documents of what is owed under a plan; those that are nobody's are quarantined like other files."""
    files = ((one.arrival, one.file.place) for one in received if isinstance(one.file, InboxFile))
    return _enter_papers(office, [paper for one in files if (paper := paper_at(*one))], now)


def _enter_papers(office: Office, papers: Sequence[Paper], now: datetime) -> list[Taken | Recorded]:
    recorded, strays = take_in_documents(office, papers, now)
    return [*recorded, *(_taken(one) for one in strays)]


def _clear_inbox(office: Office, received: Sequence[_Kept]) -> list[str]:
    """What is told of files that stay in the inbox though they are taken in: the next run tries again."""
    told: list[str] = []
    for one in received:
        try:
            if isinstance(one.file, InboxFile):
                remove_from_inbox(one.file, office.archive, one.arrival.file_hash)
        except NotRemoved as fault:
            name, detail = one_line(one.arrival.file_name), one_line(str(fault))
            told.append(say("INBOX_FILE_NOT_REMOVED", name=name, detail=detail))
    return told


def _archive_all(office: Office, files: Sequence[InboxFile | MailedReport]) -> tuple[list[_Kept], list[str]]:
    """Files whose bytes are in the archive, and what is told of those that cannot be read now.

    Raises OSError or StoreRefused when the archive takes nothing more, which no file is to be blamed for.
    """
    received: list[_Kept] = []
    unreadable: list[str] = []
    for file in files:
        try:
            arrival = _archive(office, file)
        except NotGiven as fault:
            unreadable.append(say("INBOX_FILE_NOT_GIVEN", name=one_line(_name_of(file)), reason=fault))
        except OSError as fault:
            if fault.errno in DISK_FAULTS:
                raise
            unreadable.append(_not_taken(_name_of(file)))
        else:
            received += [_Kept(file, arrival)] if arrival else []
    return received, unreadable


def _archive(office: Office, file: InboxFile | MailedReport) -> Arrival | None:
    """None when another run has taken the file in; see ``archive_bytes`` for what is raised."""
    if isinstance(file, InboxFile):
        return archive_bytes(file, office.archive)
    if not file.is_archived(office):
        raise FileNotFoundError(file.arrival.file_hash)
    return file.arrival


def _name_of(file: InboxFile | MailedReport) -> str:
    return storable(file.path.name) if isinstance(file, InboxFile) else file.arrival.file_name


def _not_taken(name: str) -> str:
    return say("INBOX_FILE_NOT_TAKEN", name=one_line(name))


def check_files(office: Office, paths: Sequence[Path], now: datetime) -> Iterator[list[Answer]]:
    """The answer that each file would get now, in the order given, a tray at a time; nothing is kept.

    Each file is judged as the intake would judge it, alone, by what stands in the store.
    """
    for tray in _trays(paths, TRAY):
        arrivals = [Arrival(storable(path.name), _digest(path), now) for path in tray]
        submissions = read_files(office, list(zip(arrivals, tray, strict=True)))
        with reading(office.engine) as tx:
            yield rehearse_submissions(tx, office, submissions)


def _digest(path: Path) -> str:
    """Of a file that cannot be opened, its path stands for the content: it is no other one's copy."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return hashlib.sha256(os.fsencode(path)).hexdigest()


def _trays(files: Sequence[_File], size: int) -> Iterator[Sequence[_File]]:
    return (files[start : start + size] for start in range(0, len(files), size))


def _taken(answer: Answer) -> Taken:
    submission = answer.case.submission
    return Taken(
        submission.arrival.file_name,
        submission.arrival.file_hash,
        answer.case.disposition,
        submission.unit,
        submission.period.key if submission.period else None,
        bool(answer.case.first_name),
    )
