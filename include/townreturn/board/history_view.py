"""What became of one period: its issues with their files and changes, and every file that came in for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from townreturn.board.period_list import tell_issue
from townreturn.board.reach import EVERYTHING, Reach
from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Verdict
from townreturn.domain.kept_file import FileKind
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Arrival
from townreturn.domain.town_return import Measure, TownReturn
from townreturn.month.answering import receipt_place
from townreturn.month.kept import plan_kept_with, read_archived, read_kept
from townreturn.office import Office
from townreturn.publishing.told_changes import tell_changes
from townreturn.store.arrivals import ArrivedFile, find_file, list_files
from townreturn.store.engine import reading
from townreturn.store.issues import list_issues
from townreturn.store.published_files import find_files
from townreturn.store.returns import Publication, find_issue


class Part(StrEnum):
    """Of a file that came in: itself, the answer to it, the copy with marks that goes with that."""

    ORIGINAL = "original"
    RECEIPT = "receipt"
    MARKED_COPY = "marked-copy"


_ENDINGS = {Part.RECEIPT: ".txt", Part.MARKED_COPY: ".xlsx"}


@dataclass(frozen=True)
class FileLine:
    """A file of an issue; its hash and its issue name it. ``size`` in bytes."""

    kind: FileKind
    name: str
    file_hash: str
    size: int


@dataclass(frozen=True)
class ChangeLine:
    """A published figure that a correction states otherwise, in the words of the return; ``measure``: None of texts."""

    period: str
    category: str
    category_name: str
    subject: str
    measure: Measure | None
    old: str
    new: str
    difference: str
    reason: str


@dataclass(frozen=True)
class IssueRecord:
    """An issue with what it consists of; ``changes`` of corrections only."""

    issue: int
    published_at: datetime
    software_version: str
    files: tuple[FileLine, ...]
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class ReceivedLine:
    """A file that came in, named by ``id``; ``parts`` are what there is of it to read.

    ``uploaded_by`` is the account that uploaded it here, empty for what came by the inbox or by mail.
    """

    id: int
    file_name: str
    file_hash: str
    unit: str
    unit_name: str
    received_at: datetime
    taken_in_at: datetime
    verdict: Verdict
    is_duplicate: bool
    uploaded_by: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class PeriodHistory:
    """A period's issues, the original first, and its files in the order of taking in; times in the town's zone."""

    period: str
    time_zone: str
    issues: tuple[IssueRecord, ...]
    received: tuple[ReceivedLine, ...]


@dataclass(frozen=True)
class Download:
    """A file to hand out: its name, which may be anybody's text, and its bytes."""

    name: str
    content: bytes


def view_history(office: Office, period: Period) -> PeriodHistory:
    """Everything kept of a period, be its plan in force or not."""
    town = office.plans.town_code
    with reading(office.engine) as tx:
        issues = tuple(_record(tx, office, one) for one in list_issues(tx, town, period.key))
        received = tuple(tell_received(office, one) for one in list_files(tx, town, period.key))
    return PeriodHistory(period.key, office.plans.calendar.time_zone, issues, received)


def read_published(office: Office, period: Period, issue: int, file_hash: str) -> Download:
    """A file of an issue by its hash; Misuse when the issue has no such file, Broken when its bytes are others."""
    with reading(office.engine) as tx:
        files = find_files(tx, office.plans.town_code, period.key, issue)
    found = next((one for one in files if one.file_hash == file_hash), None)
    if found is None:
        raise Misuse("BOARD_NO_SUCH_FILE")
    return Download(found.name, read_kept(office, found).content)


def read_received(office: Office, arrival_id: int, part: Part, reach: Reach = EVERYTHING) -> Download:
    """A file that came in, or an answer to it, by its number; Misuse when there is none within reach, Broken when
    its bytes are others."""
    with reading(office.engine) as tx:
        file = find_file(tx, office.plans.town_code, arrival_id)
    if file is None or not reach.covers(file):
        raise Misuse("BOARD_NO_SUCH_FILE")
    if part is Part.ORIGINAL:
        return Download(file.file_name, read_archived(office, file.file_hash, file.file_name))
    place = _answer(office, file, part)
    if place is None or not place.is_file():
        raise Misuse("BOARD_NO_SUCH_FILE")
    return Download(place.name, place.read_bytes())


def _record(tx: Connection, office: Office, publication: Publication) -> IssueRecord:
    files = find_files(tx, office.plans.town_code, publication.period, publication.issue)
    told = tell_issue(office, publication)
    return IssueRecord(
        told.issue, told.published_at, told.software_version,
        tuple(FileLine(one.kind, one.name, one.file_hash, one.size) for one in files),
        _changes(tx, office, publication) if publication.issue else (),
    )  # fmt: skip


def _changes(tx: Connection, office: Office, publication: Publication) -> tuple[ChangeLine, ...]:
    """Told by the plan that the issue was published with."""
    period, town = publication.period, office.plans.town_code
    compilation = find_issue(tx, town, period, publication.issue)
    plan = plan_kept_with(tx, office, period, publication.issue) or office.plans.find(Period(period))
    if compilation is None or plan is None:
        return ()
    return tell_lines(compilation.town_return, plan)


def tell_lines(town_return: TownReturn, plan: Plan) -> tuple[ChangeLine, ...]:
    """A return's own list of changes, those of its own period first."""
    return tuple(
        ChangeLine(
            one.change.period, one.change.category, one.category, one.subject, one.change.measure, one.old, one.new,
            one.difference, one.change.reason,
        )
        for one in tell_changes(town_return, plan)
    )  # fmt: skip


def tell_received(office: Office, file: ArrivedFile) -> ReceivedLine:
    """A file that came in, with what there is of it to read; times in the town's zone."""
    zone, plan = office.plans.calendar.zone, judging_plan(office, file)
    unit = plan.unit_by_code.get(file.unit) if plan else None
    places = ((part, _answer(office, file, part)) for part in _ENDINGS)
    return ReceivedLine(
        id=file.id,
        file_name=file.file_name,
        file_hash=file.file_hash,
        unit=file.unit,
        unit_name=unit.name if unit else file.unit,
        received_at=file.received_at.astimezone(zone),
        taken_in_at=file.taken_in_at.astimezone(zone),
        verdict=file.disposition,
        is_duplicate=file.is_duplicate,
        uploaded_by=file.uploaded_by,
        parts=(Part.ORIGINAL, *(part for part, place in places if place and place.is_file())),
    )


def _answer(office: Office, file: ArrivedFile, part: Part) -> Path | None:
    """Where it would lie; its name is made of what the intake recorded, never of what anybody asks for."""
    # What names no period is answered by the newest plan, the first file and its copies alike.
    plan = judging_plan(office, file) or office.plans.plans[-1]
    is_filed = file.disposition is not Verdict.QUARANTINED
    if is_filed and file.unit not in plan.unit_by_code:
        return None
    arrival = Arrival(file.file_name, file.file_hash, file.received_at)
    place = receipt_place(
        office, plan, arrival, file.unit, file.period, verdict=file.disposition, is_copy=file.is_duplicate
    )
    return place.with_name(place.name + _ENDINGS[part])


def judging_plan(office: Office, file: ArrivedFile) -> Plan | None:
    """The plan that it was judged by; of a copy, which was not judged, the one in force."""
    judged_by = next((one for one in office.plans.plans if one.code == file.plan), None)
    return judged_by or (office.plans.find(Period(file.period)) if file.period else None)
