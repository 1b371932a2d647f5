"""The revisions of what a file reports, category by category, and what changed between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from townreturn import month
from townreturn.board.differences import CellChange, Told, compare_revisions
from townreturn.board.reach import Reach
from townreturn.domain.chain import WithdrawalKind
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.status import Revision
from townreturn.office import Office
from townreturn.store.arrivals import ArrivedFile
from townreturn.store.engine import reading
from townreturn.store.filed import FiledReport, figures_of_report, files_of_reports, texts_of_report

MOST_CHANGES = 200
"""Told of one category: more is another workbook."""


@dataclass(frozen=True)
class WithdrawalLine:
    """What somebody decided about a revision after it was judged; an unwritten reason is empty."""

    kind: WithdrawalKind
    at: datetime
    account: str
    reason: str


@dataclass(frozen=True)
class RevisionLine:
    """A revision of the obligation, by the number of its file; ``number`` is None for one that is excluded.

    ``stands``: the return is compiled from it. ``is_this``: it is what this file says.
    """

    arrival_id: int
    number: int | None
    file_name: str
    received_at: datetime
    verdict: Verdict
    stands: bool
    is_this: bool
    withdrawals: tuple[WithdrawalLine, ...]


@dataclass(frozen=True)
class Comparison:
    """What changed from one revision to a later one; ``is_cut``: more has, than is told."""

    before: RevisionLine
    after: RevisionLine
    changes: tuple[CellChange, ...]
    is_cut: bool


@dataclass(frozen=True)
class CategoryView:
    """What a file was judged for one category, and the chain that it stands in, in the order of receiving."""

    category: str
    category_name: str
    verdict: Verdict
    zero_return: bool
    revisions: tuple[RevisionLine, ...]
    comparison: Comparison | None

    @property
    def this(self) -> RevisionLine | None:
        """This file's own revision; None where the chain goes without it."""
        return next((one for one in self.revisions if one.is_this), None)


def view_categories(
    office: Office, plan: Plan, file: ArrivedFile, reports: Sequence[FiledReport], against: int, reach: Reach
) -> tuple[CategoryView, ...]:
    """Every category of a file; compared with the file numbered ``against``, else with the revision before it.

    Revisions of units that are not within reach are left out.
    """
    known = month.revisions_of(office, Period(file.period)) if office.plans.find(Period(file.period)) else ()
    revisions = [one for one in known if reach.covers_unit(one.unit)]
    with reading(office.engine) as tx:
        files = files_of_reports(tx, [one.report_id for one in revisions])
        return tuple(
            _view(tx, plan, file, report, [one for one in revisions if one.slot == report.slot], files, against)
            for report in reports
        )


def _view(
    tx: Connection, plan: Plan, file: ArrivedFile, report: FiledReport, revisions: Sequence[Revision],
    files: dict[int, int], against: int,
) -> CategoryView:  # fmt: skip
    lines = [_line(plan, one, files[one.report_id], file.file_hash) for one in revisions]
    pair = _pair(lines, against)
    category = plan.category_by_code.get(report.slot.category)
    return CategoryView(
        category=report.slot.category,
        category_name=category.heading if category else report.slot.category,
        verdict=report.verdict,
        zero_return=report.zero_return,
        revisions=tuple(lines),
        comparison=_compare(tx, plan, revisions, lines, pair) if pair else None,
    )


def _line(plan: Plan, revision: Revision, arrival_id: int, shown_hash: str) -> RevisionLine:
    zone, link = plan.calendar.zone, revision.link
    return RevisionLine(
        arrival_id=arrival_id,
        number=revision.number,
        file_name=link.first.file_name,
        received_at=link.received_at.astimezone(zone),
        verdict=link.verdict,
        stands=revision.stands,
        is_this=link.file_hash == shown_hash,
        withdrawals=tuple(
            WithdrawalLine(one.kind, one.at.astimezone(zone), one.account, one.reason) for one in link.withdrawals
        ),
    )


def _pair(lines: Sequence[RevisionLine], against: int) -> tuple[int, int] | None:
    """The places of the two to compare, in the order of the chain; None when there is no other."""
    this = next((place for place, one in enumerate(lines) if one.is_this), None)
    if this is None:
        return None
    asked = next((place for place, one in enumerate(lines) if one.arrival_id == against), None)
    before = next((place for place in reversed(range(this)) if lines[place].number is not None), None)
    other = before if asked in (None, this) else asked
    return None if other is None else (min(this, other), max(this, other))


def _compare(
    tx: Connection, plan: Plan, revisions: Sequence[Revision], lines: Sequence[RevisionLine], pair: tuple[int, int]
) -> Comparison:
    before, after = (_read(tx, revisions[place].report_id) for place in pair)
    changes = compare_revisions(before, after, plan.form, revisions[0].slot.category)
    told = tuple(islice(changes, MOST_CHANGES + 1))
    return Comparison(lines[pair[0]], lines[pair[1]], told[:MOST_CHANGES], len(told) > MOST_CHANGES)


def _read(tx: Connection, report_id: int) -> Told:
    return Told(figures_of_report(tx, report_id), texts_of_report(tx, report_id))
