"""An obligation is extended or exempted with a reason, or that is lifted: recorded, and its unit is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from townreturn.chasing import obligations_of, standings_of
from townreturn.chasing.contacts import addresses_of
from townreturn.chasing.plan_duties import is_owed, work_plans_due_at
from townreturn.domain.categories import find_category
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.obligation import Adjustment, AdjustmentKind, Obligation, ObligationKind, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.plan_duties import duties_in
from townreturn.month.posting import post
from townreturn.month.stated import stated
from townreturn.office import Office
from townreturn.store.adjustments import AdjustedPeriod, list_adjustments, record_adjustment
from townreturn.store.engine import writing
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

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
    code = find_category(plan, category)

    def find(tx: Connection) -> tuple[Obligation, Standing]:
        owed, standings = obligations_of(tx, plan, period), standings_of(tx, plan, period, now)
        return next(pair for pair in zip(owed, standings, strict=True) if pair[0].category == code)

    return _adjust(office, plan, find, plan.calendar.due_at(period), period.key, decided, now)


def adjust_duty(
    office: Office, plan: Plan, kind: ObligationKind, unit: str, decided: Decided, now: datetime
) -> tuple[Obligation, Standing]:
    """The same for what a unit owes under a plan as a whole; Misuse as well for what it does not owe."""
    if unit not in plan.unit_by_code:
        raise Misuse("UNIT_UNKNOWN", value=unit)
    if not is_owed(plan, kind, unit):
        raise Misuse("DUTY_NOT_OWED", unit=plan.unit_by_code[unit].name, what=say(f"OWED_{kind}"))

    def find(tx: Connection) -> tuple[Obligation, Standing]:
        duty = next(one for one in duties_in(tx, plan, now) if (one.kind, one.unit) == (kind, unit))
        return duty.obligation, duty.standing

    return _adjust(office, plan, find, work_plans_due_at(plan), "", decided, now)


def _adjust(
    office: Office, plan: Plan, find: Callable[[Connection], tuple[Obligation, Standing]], regular: datetime,
    period: str, decided: Decided, now: datetime,
) -> tuple[Obligation, Standing]:  # fmt: skip
    """``find`` gives the obligation as adjusted so far and how it stands; ``regular``: when it is due without."""
    adjustment = _stated(decided, now)
    with writing(office.engine, f"{plan.town_code}/{period}") as tx:
        before, standing = find(tx)
        if _was_decided_last(tx, plan, period, before, adjustment):
            return before, standing
        _refuse_pointless(plan, before, standing, adjustment, regular)
        of = AdjustedPeriod(plan.town_code, plan.code, period)
        record_adjustment(tx, of, (before.kind, before.unit, before.category), adjustment)
        after, standing = find(tx)
        _tell_unit(tx, office, plan, after, adjustment, now)
    return after, standing


def _was_decided_last(tx: Connection, plan: Plan, period: str, owed: Obligation, adjustment: Adjustment) -> bool:
    """Whether the very same was decided last: a task tried again, or a command given twice."""
    mine = [
        one
        for key, one in list_adjustments(tx, plan.town_code, period, plan.code)
        if key == (owed.kind, owed.unit, owed.category)
    ]
    return bool(mine) and replace(mine[-1], at=adjustment.at) == adjustment


def _stated(decided: Decided, now: datetime) -> Adjustment:
    account, reason = stated(decided.account, decided.reason)
    if (decided.due_at is None) is (decided.kind is AdjustmentKind.EXTENDED):
        raise Misuse("EXTENSION_NEEDS_INSTANT")
    return Adjustment(decided.kind, now, account, reason, decided.due_at)


def _refuse_pointless(
    plan: Plan, owed: Obligation, standing: Standing, adjustment: Adjustment, regular: datetime
) -> None:
    named = {"obligation": name_of(plan, owed), "period": _name_period(plan, owed)}
    if adjustment.kind is AdjustmentKind.RESTORED:
        if owed.adjustment is None:
            raise Refused("NOTHING_TO_RESTORE", **named)
        return
    is_late = standing.timeliness is Timeliness.LATE
    if standing.is_delivered and not (is_late and adjustment.kind is AdjustmentKind.EXTENDED):
        raise Refused("ADJUSTMENT_IS_IN", **named)
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


def name_of(plan: Plan, owed: Obligation) -> str:
    """「镇住建局（建材）」, 「镇住建局（打假工作方案）」."""
    what = plan.category_by_code[owed.category].name if owed.category else say(f"OWED_{owed.kind}")
    return say("OBLIGATION_OUT", unit=plan.unit_by_code[owed.unit].name, category=what)


def _name_period(plan: Plan, owed: Obligation) -> str:
    """The period; for what is owed under a plan as a whole, its title."""
    return owed.period or f"《{plan.title}》"


def shown_day(plan: Plan, due_at: datetime) -> str:
    """The last minute that is in time, as people are told it."""
    return f"{plan.calendar.last_second(due_at):%Y-%m-%d %H:%M}"


def describe_adjusted(plan: Plan, owed: Obligation, standing: Standing) -> str:
    """One line for the operator: what is owed, how it stands now and by when."""
    values = {"obligation": name_of(plan, owed), "due": shown_day(plan, owed.due_at)}
    values["period"] = _name_period(plan, owed)
    return say("ADJUSTED_LINE", state=say(f"STATE_{standing.state}"), **values)


def read_until(text: str, zone: ZoneInfo) -> datetime:
    """The first instant that is late: a day is in time to its end. Raises Misuse for anything else."""
    try:
        if len(text) == len("2018-04-03"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), tzinfo=zone)
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as fault:
        raise Misuse("UNTIL_WRONG", value=text) from fault
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
