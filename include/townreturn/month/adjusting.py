"""An obligation is extended or exempted with a reason, or that is lifted: recorded, and its unit is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from townreturn.chasing.contacts import addresses_of
from townreturn.chasing.plan_duties import is_owed, work_plans_due_at
from townreturn.chasing.standing_now import obligations_of, standings_of
from townreturn.domain.categories import find_slot
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.obligation import Adjustment, AdjustmentKind, Obligation, ObligationKind, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.month.plan_duties import duties_in
from townreturn.month.posting import post
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.adjustments import AdjustedPeriod, list_adjustments, record_adjustment
from townreturn.store.engine import writing
from townreturn.store.reporters import reporters_of
from townreturn.wording import Tell, say

_LONGEST = timedelta(days=366)
"""What goes on for longer is no extension any more."""


@dataclass(frozen=True)
class Decided:
    """What an operator decides; ``due_at`` of an extension only."""

    kind: AdjustmentKind
    account: str
    reason: str
    due_at: datetime | None = None


def adjust_statistics(
    office: Office, period: Period, category: str, decided: Decided, now: datetime
) -> tuple[Obligation, Standing]:
    """Extend or exempt what a unit owes for one category of a period, or lift that; how it stands then.

    Raises Misuse for an unknown category, a missing account or reason, or an instant that extends
    nothing; Refused when the report is in, or there is nothing to lift.
    """
    plan = office.plans.in_force(period)
    slot = find_slot(plan, category)
    return _adjust(office, plan, lambda tx: find_statistics(tx, plan, period, slot, now), period.key, decided, now)


def adjust_duty(
    office: Office, plan: Plan, kind: ObligationKind, unit: str, decided: Decided, now: datetime
) -> tuple[Obligation, Standing]:
    """The same for what a unit owes under a plan as a whole; Misuse as well for what it does not owe."""
    require_owed(plan, kind, unit)
    return _adjust(office, plan, lambda tx: find_duty(tx, plan, kind, unit, now), "", decided, now)


def require_owed(plan: Plan, kind: ObligationKind, unit: str) -> None:
    """Raises Misuse for a unit that there is none of, or that does not owe this under the plan as a whole."""
    if unit not in plan.unit_by_code:
        raise Misuse("UNIT_UNKNOWN", value=unit)
    if not is_owed(plan, kind, unit):
        raise Misuse("DUTY_NOT_OWED", unit=plan.unit_by_code[unit].name, what=say(f"OWED_{kind}"))


def find_statistics(
    tx: Connection, plan: Plan, period: Period, slot: Slot, now: datetime
) -> tuple[Obligation, Standing]:  # fmt: skip
    """What is owed for a slot, as adjusted so far, and how it stands."""
    owed, standings, place = (
        obligations_of(tx, plan, period),
        standings_of(tx, plan, period, now),
        plan.slots.index(slot),
    )
    return owed[place], standings[place]


def find_duty(
    tx: Connection, plan: Plan, kind: ObligationKind, unit: str, now: datetime
) -> tuple[Obligation, Standing]:  # fmt: skip
    """The same of what a unit owes under the plan as a whole."""
    duty = next(one for one in duties_in(tx, plan, now) if (one.kind, one.unit) == (kind, unit))
    return duty.obligation, duty.standing


def regular_due_at(plan: Plan, owed: Obligation) -> datetime:
    """When it is due without an extension."""
    return plan.calendar.due_at(Period(owed.period)) if owed.period else work_plans_due_at(plan)


def possible_adjustments(owed: Obligation, standing: Standing) -> tuple[AdjustmentKind, ...]:
    """What can be decided of it now: nothing of what is in, but that a late one had more time."""
    is_late = standing.timeliness is Timeliness.LATE
    possible = {
        AdjustmentKind.EXTENDED: not standing.is_delivered or is_late,
        AdjustmentKind.EXEMPTED: not standing.is_delivered,
        AdjustmentKind.RESTORED: owed.adjustment is not None,
    }
    return tuple(kind for kind, is_possible in possible.items() if is_possible)


def decided_of(tx: Connection, plan: Plan, owed: Obligation) -> list[Adjustment]:
    """What was decided of it so far, the first first."""
    return [
        one
        for key, one in list_adjustments(tx, plan.town_code, owed.period, plan.code)
        if key == (owed.kind, owed.unit, owed.category)
    ]


def _adjust(
    office: Office, plan: Plan, find: Callable[[Connection], tuple[Obligation, Standing]], period: str,
    decided: Decided, now: datetime,
) -> tuple[Obligation, Standing]:  # fmt: skip
    """``find`` gives the obligation as adjusted so far and how it stands."""
    adjustment = _stated(decided, now)
    with writing(office.engine, f"{plan.town_code}/{period}") as tx:
        before, standing = find(tx)
        if _was_decided_last(tx, plan, before, adjustment):
            return before, standing
        _refuse_pointless(plan, before, standing, adjustment)
        of = AdjustedPeriod(plan.town_code, plan.code, period)
        record_adjustment(tx, of, (before.kind, before.unit, before.category), adjustment)
        after, standing = find(tx)
        _tell_unit(tx, office, plan, after, adjustment, now)
    return after, standing


def _was_decided_last(tx: Connection, plan: Plan, owed: Obligation, adjustment: Adjustment) -> bool:
    """Whether the very same was decided last: a task tried again, or a command given twice."""
    mine = decided_of(tx, plan, owed)
    return bool(mine) and replace(mine[-1], at=adjustment.at) == adjustment


def _stated(decided: Decided, now: datetime) -> Adjustment:
    account, reason = stated(decided.account, decided.reason)
    if (decided.due_at is None) is (decided.kind is AdjustmentKind.EXTENDED):
        raise Misuse("EXTENSION_NEEDS_INSTANT")
    return Adjustment(decided.kind, now, account, reason, decided.due_at)


def _refuse_pointless(plan: Plan, owed: Obligation, standing: Standing, adjustment: Adjustment) -> None:
    if adjustment.kind not in possible_adjustments(owed, standing):
        code = "NOTHING_TO_RESTORE" if adjustment.kind is AdjustmentKind.RESTORED else "ADJUSTMENT_IS_IN"
        raise Refused(code, obligation=name_of(plan, owed), period=_name_period(plan, owed))
    regular = regular_due_at(plan, owed)
    if adjustment.due_at is not None and not regular < adjustment.due_at <= regular + _LONGEST:
        shown = shown_day(plan, adjustment.due_at)
        raise Misuse("EXTENSION_NOT_LATER", until=shown, due=shown_day(plan, regular))


def _tell_unit(
    tx: Connection, office: Office, plan: Plan, owed: Obligation, adjustment: Adjustment, now: datetime
) -> None:
    named = reporters_of(tx, plan.town_code)
    values = {
        "obligation": name_of(plan, owed), "period": _name_period(plan, owed), "due": shown_day(plan, owed.due_at)
    }  # fmt: skip
    text = say(
        f"ADJUSTED_{adjustment.kind}_TEXT", unit=plan.unit_by_code[owed.unit].name, reason=adjustment.reason, **values
    )
    subject = f"{owed.period or plan.code}/{owed.kind}/{owed.unit}/{owed.category}"
    message = Message(
        key=f"adjustment/{subject}/{adjustment.kind}/{now.isoformat()}",
        kind=MessageKind.ADJUSTMENT,
        period=owed.period,
        unit=owed.unit,
        to=addresses_of(plan, named, owed.unit),
        subject=say(f"ADJUSTED_{adjustment.kind}", town=plan.town, **values),
        text=text,
    )
    post(tx, office, plan, [message], now)


def name_of(plan: Plan, owed: Obligation, tell: Tell = say) -> str:
    """「镇住建局（建材）」, 「镇住建局（打假工作方案）」."""
    what = plan.category_by_code[owed.category].name if owed.category else tell(f"OWED_{owed.kind}")
    return tell("OBLIGATION_OUT", unit=plan.unit_by_code[owed.unit].name, category=what)


def _name_period(plan: Plan, owed: Obligation) -> str:
    """The period; for what is owed under a plan as a whole, its title."""
    return owed.period or f"《{plan.title}》"


def shown_day(plan: Plan, due_at: datetime) -> str:
    """The last minute that is in time, as people are told it."""
    return f"{plan.calendar.last_second(due_at):%Y-%m-%d %H:%M}"


def describe_adjusted(plan: Plan, owed: Obligation, standing: Standing, tell: Tell = say) -> str:
    """One line for the operator: what is owed, how it stands now and by when."""
    values = {"obligation": name_of(plan, owed, tell), "due": shown_day(plan, owed.due_at)}
    values["period"] = _name_period(plan, owed)
    return tell("ADJUSTED_LINE", state=tell(f"STATE_{standing.state}"), **values)


def read_until(text: str, zone: ZoneInfo) -> datetime:
    """The first instant that is late: a day is in time to its end. Raises Misuse for anything else."""
    try:
        if len(text) == len("2018-04-03"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), tzinfo=zone)
        given = datetime.fromisoformat(text)
        instant = given if given.tzinfo else given.replace(tzinfo=zone)
        for neighbour in (instant - timedelta(days=1), instant + timedelta(days=1)):
            neighbour.astimezone(zone)  # at the ends of the calendar an instant cannot be told in every zone
    except (ValueError, OverflowError) as fault:
        raise Misuse("UNTIL_WRONG", value=text) from fault
    return instant
