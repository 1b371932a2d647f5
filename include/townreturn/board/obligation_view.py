"""One obligation: how it stands, what was decided of it so far, and what can be decided now."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from townreturn.chasing.contacts import addresses_of
from townreturn.chasing.stages import last_day_in_time
from townreturn.domain.categories import find_slot
from townreturn.domain.obligation import (
    Adjustment,
    AdjustmentKind,
    Obligation,
    ObligationKind,
    ObligationState,
    Standing,
    Timeliness,
)
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.adjusting import (
    decided_of,
    find_duty,
    find_statistics,
    possible_adjustments,
    regular_due_at,
    require_owed,
)
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.reporters import reporters_of

_SUGGESTED_WORKING_DAYS = 3


@dataclass(frozen=True)
class AdjustmentLine:
    """What somebody decided; ``due``: the last second in time, of an extension only."""

    kind: AdjustmentKind
    at: datetime
    account: str
    reason: str
    due: datetime | None


@dataclass(frozen=True)
class ObligationView:
    """``period`` is that whose page was asked, of what is owed under the plan as a whole too; times in the town's zone.

    ``due``: the last second in time, as extended; ``regular_due``: without. ``possible``: what can be decided
    now. ``suggested_until``: a day to extend to. ``is_reachable``: an address of the unit's is known.
    """

    period: str
    plan: str
    time_zone: str
    kind: ObligationKind
    unit: str
    unit_name: str
    category: str
    category_name: str
    slot: str
    state: ObligationState
    timeliness: Timeliness
    received_at: datetime | None
    regular_due: datetime
    due: datetime
    in_force: AdjustmentKind | None
    decided: tuple[AdjustmentLine, ...]
    possible: tuple[AdjustmentKind, ...]
    suggested_until: date
    is_reachable: bool


def view_statistics(office: Office, period: Period, category: str, now: datetime) -> ObligationView:
    """What is owed for a slot of a period, by its key; Misuse for one that the plan does not have."""
    plan = office.plans.in_force(period)
    slot = find_slot(plan, category)
    with reading(office.engine) as tx:
        return _view(tx, plan, period, *find_statistics(tx, plan, period, slot, now), now)


def view_duty(office: Office, period: Period, kind: ObligationKind, unit: str, now: datetime) -> ObligationView:
    """What a unit owes under the period's plan as a whole; Misuse for what it does not owe."""
    plan = office.plans.in_force(period)
    require_owed(plan, kind, unit)
    with reading(office.engine) as tx:
        return _view(tx, plan, period, *find_duty(tx, plan, kind, unit, now), now)


def _view(
    tx: Connection, plan: Plan, period: Period, owed: Obligation, standing: Standing, now: datetime
) -> ObligationView:
    zone, category = plan.calendar.zone, plan.category_by_code.get(owed.category)
    return ObligationView(
        period=period.key,
        plan=plan.title,
        time_zone=plan.calendar.time_zone,
        kind=owed.kind,
        unit=owed.unit,
        unit_name=plan.unit_by_code[owed.unit].name,
        category=owed.category,
        category_name=category.heading if category else "",
        slot=plan.slot_of(owed.category, owed.unit).key if owed.category else "",
        state=standing.state,
        timeliness=standing.timeliness,
        received_at=standing.received_at and standing.received_at.astimezone(zone),
        regular_due=plan.calendar.last_second(regular_due_at(plan, owed)),
        due=plan.calendar.last_second(owed.due_at),
        in_force=owed.adjustment.kind if owed.adjustment else None,
        decided=tuple(_line(plan, one) for one in decided_of(tx, plan, owed)),
        possible=possible_adjustments(owed, standing),
        suggested_until=_suggest(plan, owed, now),
        is_reachable=bool(addresses_of(plan, reporters_of(tx, plan.town_code), owed.unit)),
    )


def _line(plan: Plan, one: Adjustment) -> AdjustmentLine:
    due = plan.calendar.last_second(one.due_at) if one.due_at else None
    return AdjustmentLine(one.kind, one.at.astimezone(plan.calendar.zone), one.account, one.reason, due)


def _suggest(plan: Plan, owed: Obligation, now: datetime) -> date:
    """Some working days after it is due, or after today where that is past."""
    days, zone = plan.calendar.working_days.or_weekdays(), plan.calendar.zone
    return days.shift(max(last_day_in_time(owed.due_at, zone), now.astimezone(zone).date()), _SUGGESTED_WORKING_DAYS)
