"""Who is out in a period and can be reminded: with what, since when, and when it was reminded last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.contacts import addresses_of
from townreturn.chasing.hand_reminders import OutstandingUnit
from townreturn.domain.message import MessageKind
from townreturn.domain.obligation import ObligationState
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.reminding import is_inbox_read
from townreturn.month.reminding_by_hand import outstanding_units, reminded_by_hand_at
from townreturn.office import Office
from townreturn.store.arrivals import last_intake_run
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.periods import find_opening
from townreturn.store.reporters import reporters_of


@dataclass(frozen=True)
class OutLine:
    """A category that a unit is out with. ``due``: the last second in time, as extended."""

    category: str
    category_name: str
    state: ObligationState
    due: datetime
    is_late: bool


@dataclass(frozen=True)
class OutUnit:
    """A unit that is out. ``reminded_at``: the newest reminder of the period to it; ``is_done_today``: one by hand
    was written this very day, and there is no second."""

    unit: str
    unit_name: str
    owed: tuple[OutLine, ...]
    is_reachable: bool
    reminded_at: datetime | None
    is_done_today: bool


@dataclass(frozen=True)
class OutstandingView:
    """Times in the town's zone. ``is_opened``: nobody is reminded before. ``is_inbox_read``: what was delivered is
    known, for an intake has read the inbox to its end a short while ago; ``read_at``: when the last one ended."""

    period: str
    time_zone: str
    is_opened: bool
    is_inbox_read: bool
    read_at: datetime | None
    units: tuple[OutUnit, ...]


def view_outstanding(office: Office, period: Period, now: datetime) -> OutstandingView:
    """Who can be reminded now; Misuse when no plan is in force."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        opening, last = find_opening(tx, plan.town_code, period.key), last_intake_run(tx, plan.town_code)
        return OutstandingView(
            period=period.key,
            time_zone=plan.calendar.time_zone,
            is_opened=opening is not None,
            is_inbox_read=opening is not None and is_inbox_read(tx, plan, opening.opened_at, now),
            read_at=last.finished_at.astimezone(plan.calendar.zone) if last else None,
            units=tuple(_units(tx, plan, period, now)) if opening else (),
        )


def _units(tx: Connection, plan: Plan, period: Period, now: datetime) -> list[OutUnit]:
    named, reminded = reporters_of(tx, plan.town_code), _reminded(tx, plan, period)
    return [
        OutUnit(
            unit=unit,
            unit_name=plan.unit_by_code[unit].name,
            owed=_lines(plan, out, now),
            is_reachable=bool(addresses_of(plan, named, unit)),
            reminded_at=reminded.get(unit),
            is_done_today=reminded_by_hand_at(tx, plan, period, unit, now) is not None,
        )
        for unit, out in outstanding_units(tx, plan, period, now).items()
    ]


def _lines(plan: Plan, out: OutstandingUnit, now: datetime) -> tuple[OutLine, ...]:
    return tuple(
        OutLine(
            category=owed.category,
            category_name=plan.category_by_code[owed.category].heading,
            state=standing.state,
            due=plan.calendar.last_second(owed.due_at),
            is_late=owed.due_at <= now,
        )
        for owed, standing in out.owed
    )


def _reminded(tx: Connection, plan: Plan, period: Period) -> dict[str, datetime]:
    """Unit → when the newest reminder to it was written, by the plan's stages or by hand."""
    written = list_messages(tx, plan.town_code, period.key)
    return {
        one.unit: one.composed_at.astimezone(plan.calendar.zone)
        for one in written
        if one.kind is MessageKind.REMINDER
    }  # fmt: skip
