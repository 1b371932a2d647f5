"""An obligation is extended or exempted with a reason, or that is lifted: recorded, and its unit is told."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from townreturn.chasing import obligations_of, standings_of
from townreturn.chasing.contacts import addresses_of
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.obligation import Adjustment, AdjustmentKind, Obligation, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line, storable
from townreturn.month.posting import post
from townreturn.office import Office
from townreturn.store.adjustments import AdjustedPeriod, record_adjustment
from townreturn.store.engine import writing
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

_ACCOUNT_LENGTH = 250
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
    if category not in plan.category_by_code:
        raise Misuse("CATEGORY_UNKNOWN", value=category)
    adjustment = _stated(decided, now)
    with writing(office.engine, f"{plan.town_code}/{period.key}") as tx:
        before, standing = _find(tx, plan, period, category, now)
        _refuse_pointless(plan, before, standing, adjustment)
        of = AdjustedPeriod(plan.town_code, plan.code, period.key)
        record_adjustment(tx, of, (before.kind, before.unit, before.category), adjustment)
        after, standing = _find(tx, plan, period, category, now)
        _tell_unit(tx, office, plan, after, adjustment, now)
    return after, standing


def _stated(decided: Decided, now: datetime) -> Adjustment:
    account, reason = one_line(storable(decided.account)).strip(), one_line(storable(decided.reason)).strip()
    if not account or len(account) > _ACCOUNT_LENGTH:
        raise Misuse("ADJUSTMENT_NEEDS_ACCOUNT")
    if not reason:
        raise Misuse("ADJUSTMENT_NEEDS_REASON")
    if (decided.due_at is None) is (decided.kind is AdjustmentKind.EXTENDED):
        raise Misuse("EXTENSION_NEEDS_INSTANT")
    return Adjustment(decided.kind, now, account, reason, decided.due_at)


def _find(tx: Connection, plan: Plan, period: Period, category: str, now: datetime) -> tuple[Obligation, Standing]:
    """The obligation as adjusted so far, and how it stands."""
    owed = next(one for one in obligations_of(tx, plan, period) if one.category == category)
    return owed, next(one for one in standings_of(tx, plan, period, now) if one.category == category)


def _refuse_pointless(plan: Plan, owed: Obligation, standing: Standing, adjustment: Adjustment) -> None:
    named = {"obligation": name_of(plan, owed), "period": owed.period}
    if adjustment.kind is AdjustmentKind.RESTORED:
        if owed.adjustment is None:
            raise Refused("NOTHING_TO_RESTORE", **named)
        return
    is_late = standing.timeliness is Timeliness.LATE
    if standing.is_in and not (is_late and adjustment.kind is AdjustmentKind.EXTENDED):
        raise Refused("ADJUSTMENT_IS_IN", **named)
    regular = plan.calendar.due_at(Period(owed.period))
    if adjustment.due_at is not None and not regular < adjustment.due_at <= regular + _LONGEST:
        shown = shown_day(plan, adjustment.due_at)
        raise Misuse("EXTENSION_NOT_LATER", until=shown, due=shown_day(plan, regular))


def _tell_unit(
    tx: Connection, office: Office, plan: Plan, owed: Obligation, adjustment: Adjustment, now: datetime
) -> None:
    named = reporters_of(tx, plan.town_code)
    values = {"obligation": name_of(plan, owed), "period": owed.period, "due": shown_day(plan, owed.due_at)}
    text = say(
        f"ADJUSTED_{adjustment.kind}_TEXT", unit=plan.unit_by_code[owed.unit].name, reason=adjustment.reason, **values
    )
    message = Message(
        key=f"adjustment/{owed.period}/{owed.kind}/{owed.unit}/{owed.category}/{now.isoformat()}",
        kind=MessageKind.ADJUSTMENT,
        period=owed.period,
        unit=owed.unit,
        to=addresses_of(plan, named, owed.unit),
        subject=say(f"ADJUSTED_{adjustment.kind}", town=plan.town, **values),
        text=text,
    )
    post(tx, office, plan, [message], now)


def name_of(plan: Plan, owed: Obligation) -> str:
    """「镇住建局（建材）」."""
    return say(
        "OBLIGATION_OUT", unit=plan.unit_by_code[owed.unit].name, category=plan.category_by_code[owed.category].name
    )


def shown_day(plan: Plan, due_at: datetime) -> str:
    """The last minute that is in time, as people are told it."""
    return f"{(due_at - timedelta(seconds=1)).astimezone(plan.calendar.zone):%Y-%m-%d %H:%M}"


def describe_adjusted(plan: Plan, owed: Obligation, standing: Standing) -> str:
    """One line for the operator: what is owed, how it stands now and by when."""
    values = {"obligation": name_of(plan, owed), "due": shown_day(plan, owed.due_at), "period": owed.period}
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
