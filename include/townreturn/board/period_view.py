"""A period on the board: how every obligation stands, what comes next, what waits for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from townreturn import month
from townreturn.board.open_matters import Decision, RunLink, Undelivered, count_undelivered, list_runs, tell_decision
from townreturn.board.period_list import Issue, tell_issue
from townreturn.domain.completeness import completeness_of
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.store.arrivals import count_unfiled, last_intake_run
from townreturn.store.engine import reading
from townreturn.store.filed import standing_files
from townreturn.store.periods import find_opening

_ALERTS_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One obligation. ``due``: the last second in time, as extended; times in the town's zone.

    ``late_seconds``: by how much the first acceptable report was late. ``arrival_id``: the number of
    the file that it stands by.
    """

    unit: str
    unit_name: str
    category: str
    category_name: str
    slot: str
    state: ObligationState
    timeliness: Timeliness
    revision: int
    returned_count: int
    received_at: datetime | None
    due: datetime
    is_extended: bool
    late_seconds: int
    zero_return: bool
    note: str
    arrival_id: int | None


@dataclass(frozen=True)
class Intake:
    """The last look into the inbox. ``is_read``: no file that came in time for this period can still lie there."""

    finished_at: datetime | None
    taken_count: int
    left_count: int
    is_read: bool


@dataclass(frozen=True)
class AlertLine:
    """Something that the operator has to know."""

    raised_at: datetime
    text: str


@dataclass(frozen=True)
class OfficesIn:
    """Of the offices of the level below: how many have reported, of how many, and how many of those left a category
    out; ``by_need``: their codes, those with something out first."""

    reported: int
    expected: int
    partly: int
    by_need: tuple[str, ...]


@dataclass(frozen=True)
class PeriodView:
    """A period as it stands at ``as_of``; times in the town's zone, ``time_zone``.

    ``counts`` by state, of the lines; ``offices``: above the town, those of the level below; ``next_due``: the
    earliest due time ahead of something still out. ``waiting_for``: why it cannot be compiled yet, empty once it is
    published. ``unfiled_count``: files that belong to nobody and came while it was reported, up to when the next one
    opens.
    """

    period: str
    town: str
    plan: str
    time_zone: str
    as_of: datetime
    first_day: date
    last_day: date
    due: datetime
    opened_at: datetime | None
    is_backfilled: bool
    lines: tuple[Line, ...]
    counts: dict[ObligationState, int]
    reported_count: int
    owed_count: int
    offices: OfficesIn | None
    next_due: datetime | None
    intake: Intake
    waiting_for: tuple[str, ...]
    decision: Decision | None
    newest_issue: Issue | None
    undelivered: Undelivered
    unfiled_count: int
    runs: tuple[RunLink, ...]
    alerts: tuple[AlertLine, ...]


def view_period(office: Office, period: Period, now: datetime) -> PeriodView:
    """A period as it stands now; Misuse when no plan is in force."""
    plan = office.plans.in_force(period)
    zone, status = plan.calendar.zone, month.status_of(office, period, now)
    ready = month.readiness(office, period, now)
    with reading(office.engine) as tx:
        opening = find_opening(tx, plan.town_code, period.key)
        files = standing_files(tx, plan.town_code, period.key)
        intake = _intake(tx, plan, is_read=not ready.inbox_unread)
        undelivered = count_undelivered(tx, plan, period)
        since, until = plan.calendar.end(period), plan.calendar.end(period.next)
        unfiled_count = count_unfiled(tx, plan.town_code, since, until)
        runs = list_runs(tx, plan, period, opening)
    lines = tuple(
        tell_line(plan, period, one, files.get(plan.slot_of(one.category, one.unit))) for one in status.standings
    )
    return PeriodView(
        period=period.key,
        town=plan.town,
        plan=plan.title,
        time_zone=plan.calendar.time_zone,
        as_of=now.astimezone(zone),
        first_day=plan.calendar.first_day(period),
        last_day=plan.calendar.last_day(period),
        due=plan.calendar.shown_due(period),
        opened_at=opening.opened_at.astimezone(zone) if opening else None,
        is_backfilled=opening is not None and opening.backfilled,
        lines=lines,
        counts=dict(Counter(one.state for one in lines)),
        reported_count=sum(one.is_in for one in status.standings),
        owed_count=sum(one.state is not ObligationState.EXEMPTED for one in status.standings),
        offices=_offices(plan, status.standings),
        next_due=_next_due(plan, period, status.standings, now),
        intake=intake,
        waiting_for=() if status.issues else ready.waiting_for,
        decision=tell_decision(office, plan, period, now),
        newest_issue=tell_issue(office, status.issues[-1]) if status.issues else None,
        undelivered=undelivered,
        unfiled_count=unfiled_count,
        runs=runs,
        alerts=tuple(AlertLine(one.raised_at.astimezone(zone), one.text) for one in status.alerts[:_ALERTS_SHOWN]),
    )


def _offices(plan: Plan, standings: Sequence[Standing]) -> OfficesIn | None:
    """None of a town."""
    if not plan.subordinates:
        return None
    found = completeness_of(plan, standings)
    partly = [unit for unit, _ in found.partly]
    others = [one.unit for one in standings if not plan.unit_by_code[one.unit].subordinate]
    by_need = dict.fromkeys((*others, *found.absent, *partly, *found.exempted, *found.whole))
    return OfficesIn(found.reported, found.expected, len(partly), tuple(by_need))


def tell_line(plan: Plan, period: Period, one: Standing, arrival_id: int | None) -> Line:
    """An obligation as it stands, with the number of the file that it stands by."""
    return Line(
        unit=one.unit,
        unit_name=plan.unit_by_code[one.unit].name,
        category=one.category,
        category_name=plan.category_by_code[one.category].heading,
        slot=plan.slot_of(one.category, one.unit).key,
        state=one.state,
        timeliness=one.timeliness,
        revision=one.revision,
        returned_count=one.returned_count,
        received_at=one.received_at and one.received_at.astimezone(plan.calendar.zone),
        due=plan.calendar.last_second(_due_at(plan, period, one)),
        is_extended=one.due_at is not None,
        late_seconds=one.late_seconds,
        zero_return=one.zero_return,
        note=one.note,
        arrival_id=arrival_id,
    )


def _due_at(plan: Plan, period: Period, one: Standing) -> datetime:
    return one.due_at or plan.calendar.due_at(period)


def _next_due(plan: Plan, period: Period, standings: tuple[Standing, ...], now: datetime) -> datetime | None:
    out = (one for one in standings if not one.is_in and one.state is not ObligationState.EXEMPTED)
    ahead = [due for one in out if (due := _due_at(plan, period, one)) > now]
    return plan.calendar.last_second(min(ahead)) if ahead else None


def _intake(tx: Connection, plan: Plan, *, is_read: bool) -> Intake:
    last = last_intake_run(tx, plan.town_code)
    if last is None:
        return Intake(None, 0, 0, is_read)
    return Intake(last.finished_at.astimezone(plan.calendar.zone), last.taken_count, last.left_count, is_read)
