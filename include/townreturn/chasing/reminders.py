"""Reminders (催报): who is reminded of what at which stage, and the one summary that operators get."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from townreturn.chasing.contacts import Named, addresses_of
from townreturn.chasing.stages import current_stage, last_day_in_time
from townreturn.domain.duties import ReminderStage
from townreturn.domain.message import Message, MessageKind
from townreturn.domain.obligation import Obligation, ObligationState, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.working_days import WorkingDays
from townreturn.wording import say

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """What one unit is reminded of at one stage; ``owed`` are its outstanding obligations with one due instant."""

    unit: str
    stage: ReminderStage
    due_at: datetime
    owed: tuple[Standing, ...]


@dataclass(frozen=True)
class ReachedStage:
    """A stage that has come for obligations with one due instant, and whom it concerns."""

    stage: ReminderStage
    at: datetime
    due_at: datetime
    reminders: tuple[Reminder, ...]


def reached_stages(
    plan: Plan, days: WorkingDays, owed: Iterable[Obligation], standings: Iterable[Standing], now: datetime
) -> tuple[ReachedStage, ...]:
    """For each due instant the stage that is reached, with the units that still have to send something.

    Standings in the order of the obligations. A stage at which nobody is out is left out, and so is
    one that falls on the very day of opening: in February the workbook goes out two working days
    before it is due, and is reminder enough. On a day on which nobody works there is none.
    """
    if not days.is_working(now.astimezone(plan.calendar.zone).date()):
        return ()
    out: dict[tuple[datetime, datetime], list[Standing]] = {}
    for one, standing in zip(owed, standings, strict=True):
        if standing.is_outstanding:
            out.setdefault((one.due_at, one.opens_at), []).append(standing)
    reached = []
    for (due_at, opens_at), waiting in sorted(out.items()):
        found = current_stage(plan.reminders, days, due_at, plan.calendar.zone, now)
        if found and found[1] >= opens_at + _A_DAY:
            reached.append(ReachedStage(*found, due_at, _by_unit(found[0], due_at, waiting)))
    return tuple(reached)


def _by_unit(stage: ReminderStage, due_at: datetime, waiting: Sequence[Standing]) -> tuple[Reminder, ...]:
    units = dict.fromkeys(one.unit for one in waiting)
    return tuple(Reminder(unit, stage, due_at, tuple(one for one in waiting if one.unit == unit)) for unit in units)


def write_reminder(plan: Plan, named: Mapping[str, Named], period: Period, reminder: Reminder) -> Message:
    """One message to a unit, whatever number of categories it is out with; the same stage gives the same key."""
    late = reminder.stage.working_days > 0
    values = {
        "town": plan.town,
        "year": period.year,
        "month": period.month,
        "unit": plan.unit_by_code[reminder.unit].name,
        "due": shown_instant(plan, reminder.due_at),
    }
    return Message(
        key=f"reminder/{period}/{reminder.stage.code}/{reminder.unit}/{_stamp(plan, reminder.due_at)}",
        kind=MessageKind.REMINDER,
        period=period.key,
        unit=reminder.unit,
        to=addresses_of(plan, named, reminder.unit, reminder.stage.to),
        subject=say("REMINDER_SUBJECT_LATE" if late else "REMINDER_SUBJECT", **values),
        text=say(
            "REMINDER_TEXT_LATE" if late else "REMINDER_TEXT",
            owed="\n".join(say_outstanding(plan, one) for one in reminder.owed),
            back=say_back(plan),
            closing=say("REMINDER_CLOSING_LATE" if late else "REMINDER_CLOSING"),
            **values,
        ),
    )


def write_summary(
    plan: Plan, named: Mapping[str, Named], period: Period, reached: ReachedStage, standings_line: str
) -> Message:
    """What operators are told of a stage: how the period stands, who was reminded, who has no address."""
    units = [plan.unit_by_code[one.unit].name for one in reached.reminders]
    unknown = [
        plan.unit_by_code[one.unit].name
        for one in reached.reminders
        if not addresses_of(plan, named, one.unit, one.stage.to)
    ]
    values = {"town": plan.town, "year": period.year, "month": period.month, "count": len(units)}
    lines = [
        standings_line,
        say("SUMMARY_DUE", due=shown_instant(plan, reached.due_at)),
        say("SUMMARY_REMINDED", units="、".join(units)),
        *([say("SUMMARY_NO_ADDRESS", units="、".join(unknown))] if unknown else []),
    ]
    return Message(
        key=f"summary/{period}/{reached.stage.code}/{_stamp(plan, reached.due_at)}",
        kind=MessageKind.SUMMARY,
        period=period.key,
        unit="",
        to=plan.contacts.operators,
        subject=say("SUMMARY_SUBJECT", **values),
        text="\n".join(lines),
    )


def say_back(plan: Plan) -> str:
    """Where units send their workbooks."""
    return say("SEND_BACK_BY_MAIL", mailbox=plan.contacts.mailbox) if plan.contacts.mailbox else say("SEND_BACK")


def shown_instant(plan: Plan, due_at: datetime) -> str:
    """「3月31日（星期六）」 for a due instant at midnight, else with the minute before it: 「4月4日11:59」."""
    day = last_day_in_time(due_at, plan.calendar.zone)
    weekday = say("WEEKDAYS")[day.weekday()]
    local = due_at.astimezone(plan.calendar.zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return say("DUE_DAY", month=day.month, day=day.day, weekday=weekday)
    return say("DUE_MINUTE", month=day.month, day=day.day, weekday=weekday, time=f"{local:%H:%M}")


def say_outstanding(plan: Plan, one: Standing) -> str:
    """A line for a category that is out, or was returned."""
    code = "REMINDER_RETURNED" if one.state is ObligationState.RETURNED else "REMINDER_OUT"
    return say(code, category=plan.category_by_code[one.category].heading)


def _stamp(plan: Plan, due_at: datetime) -> str:
    """An extension has stages of its own."""
    return f"{due_at.astimezone(plan.calendar.zone):%Y%m%dT%H%M}"
