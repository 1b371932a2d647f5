"""One file that came in: what was found in it, a picture of its sheets, and the revisions that it belongs to."""

from dataclasses import dataclass

from sqlalchemy import Connection

from townreturn.board.finding_lines import FindingLine, tell_findings
from townreturn.board.history_view import ReceivedLine, judging_plan, tell_received
from townreturn.board.reach import EVERYTHING, Reach
from townreturn.board.revisions import CategoryView, view_categories
from townreturn.board.sheet_picture import Picture, Tab, draw_sheet, list_tabs
from townreturn.domain.errors import Broken, Misuse
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.month.originals import read_original
from townreturn.office import Office
from townreturn.spreadsheets.workbook import Unreadable
from townreturn.store.arrivals import ArrivedFile, find_file, list_unfiled
from townreturn.store.engine import reading
from townreturn.store.filed import findings_of_files, reports_of_file
from townreturn.wording import say

_MOST_UNFILED = 200


@dataclass(frozen=True)
class SubmissionView:
    """A file; times in the town's zone. ``period`` and ``filled_by`` are empty where it names none.

    ``first_id`` is the file that the same bytes were judged as, None for one judged itself: its
    findings and categories are told. All of that is left out where it is not within the asker's reach.
    """

    file: ReceivedLine
    period: str
    time_zone: str
    filled_by: str
    first_id: int | None
    findings: tuple[FindingLine, ...]
    categories: tuple[CategoryView, ...]


@dataclass(frozen=True)
class WorkbookView:
    """A file's sheets and a picture of one of them.

    There is no picture when the file cannot be read, and ``unreadable`` says why, or when the
    archive has lost it or has other bytes (``is_lost``).
    """

    tabs: tuple[Tab, ...] = ()
    picture: Picture | None = None
    unreadable: str = ""
    is_lost: bool = False


@dataclass(frozen=True)
class UnfiledLine:
    """A file that no unit or no period could be told from, with the first thing found in it."""

    file: ReceivedLine
    period: str
    reason: str


@dataclass(frozen=True)
class UnfiledView:
    """Such files, the newest first, as many as are shown; times in the town's zone."""

    time_zone: str
    files: tuple[UnfiledLine, ...]


def view_submission(
    office: Office, arrival_id: int, against: int = 0, reach: Reach = EVERYTHING
) -> SubmissionView:  # fmt: skip
    """A file by its number, compared with the file numbered ``against``; Misuse when there is none within reach."""
    file, plan = _find(office, arrival_id, reach)
    with reading(office.engine) as tx:
        judged_id = _judged_id(tx, office, file, reach)
        findings = _read_findings(tx, judged_id, plan)
        reports = reports_of_file(tx, judged_id) if judged_id else []
    return SubmissionView(
        file=tell_received(office, file),
        period=file.period,
        time_zone=office.plans.calendar.time_zone,
        filled_by=file.filled_by,
        first_id=judged_id if file.is_duplicate else None,
        findings=findings,
        categories=view_categories(office, plan, file, reports, against, reach) if plan and file.period else (),
    )


def view_workbook(office: Office, arrival_id: int, sheet: int = 0, reach: Reach = EVERYTHING) -> WorkbookView:
    """A file's sheets, that numbered ``sheet`` drawn; 0 for the one that matters most.

    Raises Misuse when there is no such file within reach, or no such sheet.
    """
    file, plan = _find(office, arrival_id, reach)
    try:
        book = read_original(office, file.file_hash, file.file_name)
    except Broken:  # the page has more to say than the picture
        return WorkbookView(is_lost=True)
    if isinstance(book, Unreadable):
        return WorkbookView(unreadable=say(book.code, **book.values))
    with reading(office.engine) as tx:
        findings = _read_findings(tx, _judged_id(tx, office, file, reach), plan)
    tabs = list_tabs(book, findings)
    number = sheet or _first_shown(tabs, findings, plan)
    if not 1 <= number <= len(tabs):
        raise Misuse("BOARD_NO_SUCH_SHEET")
    return WorkbookView(tabs, draw_sheet(book.sheets[number - 1], number, findings))


def _judged_id(tx: Connection, office: Office, file: ArrivedFile, reach: Reach) -> int | None:
    """The file that the same bytes were judged as; None when that is not within reach."""
    if file.duplicate_of is None:
        return file.id
    first = find_file(tx, office.plans.town_code, file.duplicate_of)
    return first.id if first and reach.covers(first) else None


def _read_findings(tx: Connection, judged_id: int | None, plan: Plan | None) -> tuple[FindingLine, ...]:
    return tell_findings(findings_of_files(tx, [judged_id]).get(judged_id, []), plan) if judged_id else ()


def view_unfiled(office: Office) -> UnfiledView:
    """What came in and belongs to nobody, or to no period."""
    with reading(office.engine) as tx:
        files = list_unfiled(tx, office.plans.town_code, _MOST_UNFILED)
        found = findings_of_files(tx, [one.id for one in files])
    lines = tuple(_unfiled(office, one, tell_findings(found.get(one.id, []), None)) for one in files)
    return UnfiledView(office.plans.calendar.time_zone, lines)


def _unfiled(office: Office, file: ArrivedFile, findings: tuple[FindingLine, ...]) -> UnfiledLine:
    return UnfiledLine(tell_received(office, file), file.period, findings[0].message if findings else "")


def _find(office: Office, arrival_id: int, reach: Reach) -> tuple[ArrivedFile, Plan | None]:
    with reading(office.engine) as tx:
        file = find_file(tx, office.plans.town_code, arrival_id)
    if file is None or not reach.covers(file):
        raise Misuse("BOARD_NO_SUCH_FILE")
    return file, judging_plan(office, file)


def _first_shown(tabs: tuple[Tab, ...], findings: tuple[FindingLine, ...], plan: Plan | None) -> int:
    """The sheet with the gravest finding, else the statistics, else the first."""
    statistics = plan.form.sheets.statistics if plan else ""
    wanted = [one_line(one.sheet).strip() for one in findings if one.sheet] + [statistics]
    numbers = {one.name.strip(): one.number for one in reversed(tabs)}
    return next((numbers[name] for name in wanted if name in numbers), 1)
