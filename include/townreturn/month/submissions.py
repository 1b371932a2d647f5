"""Taking in and checking files, a tray at a time: archived, read, judged, stored, answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from upath import UPath

from townreturn.chasing import raise_alert
from townreturn.domain.submission import Arrival
from townreturn.files import DISK_FAULTS
from townreturn.foreign_text import one_line, storable
from townreturn.intake.inbox import InboxFile, NotGiven, NotRemoved, archive_bytes, list_inbox, remove_from_inbox
from townreturn.month.document_intake import Paper, kind_of_place, mailed_papers, paper_at, take_in_documents
from townreturn.month.documents import Recorded
from townreturn.month.intake_reports import IntakeReport, OfficeIntake, Taken, not_taken, taken_of
from townreturn.month.mail_in import NO_MAILBOX, MailReport
from townreturn.month.mailed import MailedReport, mailed_reports
from townreturn.month.mandates import Mandate
from townreturn.month.trays import Received, by_office, enter_tray
from townreturn.office import Office
from townreturn.store.arrivals import IntakeRun, record_intake_runs
from townreturn.store.engine import reading, writing
from townreturn.store.mails import towns_with_mail
from townreturn.wording import say

_File = TypeVar("_File")
TRAY = 500
"""Files worked on at once: enough to pay for a validation, few enough for memory to stay flat."""


@dataclass(frozen=True)
class _Waiting:
    """A file that waits for an office."""

    intake: OfficeIntake
    file: InboxFile | MailedReport


@dataclass(frozen=True)
class _Kept:
    intake: OfficeIntake
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
    [intake] = take_in_all([office], now, {office.plans.town_code: mail})
    if intake.fault is not None:
        raise intake.fault
    return intake.report


def take_in_all(
    offices: Sequence[Office], now: datetime, mails: Mapping[str, MailReport]
) -> list[OfficeIntake]:  # fmt: skip
    """The same for offices on one database and archive, in one run: their files are read and judged together.

    ``mails`` by town code. Nothing is raised: what keeps an office from its end is its ``fault``, and no other's.
    """
    intakes = [OfficeIntake(one, mails.get(one.plans.town_code, NO_MAILBOX)) for one in offices]
    mailed = _towns_with_mail(offices[0])
    waiting = [_list_waiting(one, now, has_mail=one.town in mailed) for one in intakes]
    for tray in trays_of_towns(waiting, min(TRAY, offices[0].archive.most_lent)):
        received = _archive_all([one for one in tray if one.intake.fault is None])
        _take_in_tray([one for one in received if not one.is_paper], now)
        for intake, own in _by_intake(received):
            with intake.minding():
                _finish_tray(intake, own if intake.fault is None else [], now)
    for intake in intakes:
        if intake.town in mailed and intake.fault is None:
            with intake.minding():
                intake.outcomes += _enter_papers(intake.office, mailed_papers(intake.office), now)
    _record([one for one in intakes if one.fault is None], now)
    return intakes


def _towns_with_mail(office: Office) -> set[str]:
    """Asked once for all: most runs find nothing anywhere."""
    with reading(office.engine) as tx:
        return towns_with_mail(tx)


def _list_waiting(intake: OfficeIntake, now: datetime, *, has_mail: bool) -> list[_Waiting]:
    """In the order in which they were received."""
    with intake.minding():
        intake.listing = list_inbox(intake.office.inbox, now)
        files: list[InboxFile | MailedReport] = [*intake.listing.whole]
        files += mailed_reports(intake.office, now) if has_mail else []
        return [_Waiting(intake, one) for one in sorted(files, key=lambda one: one.received_at)]
    return []


def _record(intakes: Sequence[OfficeIntake], now: datetime) -> None:
    """That the inboxes have been looked into, in one transaction; and to each office what is told of its files."""
    runs = [
        (one.town, IntakeRun(min(now, one.mail.read_at or now), now, len(one.report.taken), one.report.left_count))
        for one in intakes
    ]
    if runs:
        with writing(intakes[0].office.engine) as tx:
            record_intake_runs(tx, runs)
    for one in intakes:
        for text in one.told:
            raise_alert(one.office, text, "", now)


def _take_in_tray(received: Sequence[_Kept], now: datetime) -> None:
    """All offices' files together; where that fails, each office's by themselves, so that the fault stays its own."""
    by_intake = _by_intake(received)
    try:
        tray = [Received(one.intake.office, one.arrival, one.mandate, one.place) for one in received]
        written = enter_tray(tray, now)
    except Exception as fault:  # noqa: BLE001 - whatever it is
        if len(by_intake) == 1:
            by_intake[0][0].fault = fault
            return
        for _, own in by_intake:
            _take_in_tray(own, now)
        return
    answered = {office.plans.town_code: own for office, own in by_office(written)}
    for intake, _ in by_intake:
        intake.outcomes += [taken_of(one.answer) for one in answered.get(intake.town, ())]


def _by_intake(received: Sequence[_Kept]) -> list[tuple[OfficeIntake, list[_Kept]]]:
    """Each intake with its own files."""
    found: dict[int, tuple[OfficeIntake, list[_Kept]]] = {}
    for one in received:
        found.setdefault(id(one.intake), (one.intake, []))[1].append(one)
    return list(found.values())


def _finish_tray(intake: OfficeIntake, received: Sequence[_Kept], now: datetime) -> None:
    """Documents of what is owed under a plan, and out of the inbox with all of it."""
    papers = [one for one in received if one.is_paper]
    files = ((one.arrival, one.file.place) for one in papers if isinstance(one.file, InboxFile))
    intake.outcomes += _enter_papers(intake.office, [paper for one in files if (paper := paper_at(*one))], now)
    intake.unremoved += _clear_inbox(intake.office, received)


def _enter_papers(office: Office, papers: Sequence[Paper], now: datetime) -> list[Taken | Recorded]:
    """Those that are nobody's are quarantined like other files."""
    recorded, strays = take_in_documents(office, papers, now)
    return [*recorded, *(taken_of(one) for one in strays)]


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


def _archive_all(files: Sequence[_Waiting]) -> list[_Kept]:
    """Files whose bytes are in the archive; what is told of those that cannot be read now is noted.

    OSError or StoreRefused when the archive takes nothing more, which no file is to be blamed for, are the office's.
    """
    received: list[_Kept] = []
    for one in files:
        intake = one.intake
        if intake.fault is not None:
            continue
        with intake.minding():
            try:
                arrival = _archive(intake.office, one.file)
            except NotGiven as fault:
                name = one_line(_name_of(one.file))
                intake.unreadable.append(say("INBOX_FILE_NOT_GIVEN", name=name, reason=fault))
            except OSError as fault:
                if fault.errno in DISK_FAULTS:
                    raise
                intake.unreadable.append(not_taken(_name_of(one.file)))
            else:
                received += [_Kept(intake, one.file, arrival)] if arrival else []
    return received


def _archive(office: Office, file: InboxFile | MailedReport) -> Arrival | None:
    """None when another run has taken the file in; see ``archive_bytes`` for what is raised."""
    if isinstance(file, InboxFile):
        return archive_bytes(file, office.archive)
    if not file.is_archived(office):
        raise FileNotFoundError(file.arrival.file_hash)
    return file.arrival


def _name_of(file: InboxFile | MailedReport) -> str:
    return storable(file.path.name) if isinstance(file, InboxFile) else file.arrival.file_name


def trays_of(files: Sequence[_File], size: int) -> Iterator[Sequence[_File]]:
    """A tray at a time."""
    return (files[start : start + size] for start in range(0, len(files), size))


def trays_of_towns(waiting: Iterable[Sequence[_File]], size: int) -> Iterator[list[_File]]:
    """Files of each of many towns: a town's stay together in a tray, unless they alone are more than one holds."""
    tray: list[_File] = []
    for files in waiting:
        for part in trays_of(files, size):
            if len(tray) + len(part) > size:
                yield tray
                tray = []
            tray += part
    if tray:
        yield tray
