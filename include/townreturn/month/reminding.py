"""Units that are out are reminded at the stages of their plan, and operators get one summary a stage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from townreturn.chasing import raise_alert
from townreturn.chasing.describing import describe_standings
from townreturn.chasing.reminders import ReachedStage, reached_stages, write_reminder, write_summary
from townreturn.chasing.standing_now import obligations_of, standings_of
from townreturn.domain.message import Letter, Message
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.posting import post
from townreturn.office import Office
from townreturn.store.arrivals import inbox_emptied_since
from townreturn.store.engine import reading, writing
from townreturn.store.messages import written_keys
from townreturn.store.periods import opened_periods
from townreturn.store.reporters import reporters_of
from townreturn.wording import say

_DECEMBER = 12
_FRESH = timedelta(minutes=30)
"""What the inbox was found to hold longer ago may have been overtaken by what has come since."""


@dataclass(frozen=True)
class DueReminders:
    """How many messages a stage that has come calls for, and whether the inbox was looked into since."""

    count: int
    is_inbox_read: bool


def remind(office: Office, now: datetime) -> tuple[Letter, ...]:
    """Write the reminders that are due and were not written before; gives what was written.

    A period is reminded of when it was opened, is no backfill, and the inbox – the mailbox too – has
    been read to its end since the stage came, and not long ago: what has been delivered is not asked for.
    """
    _tell_of_unknown_years(office, now)
    written: list[Letter] = []
    for period in _chased_periods(office):
        plan = office.plans.in_force(period)
        with writing(office.engine, f"{plan.town_code}/{period.key}") as tx:
            reached = _reached(tx, plan, period, now)
            seen = [one for one in reached if is_inbox_read(tx, plan, one.at, now)]
            written += post(tx, office, plan, _messages(tx, plan, period, seen, now), now)
    return tuple(written)


def find_due_reminders(office: Office, now: datetime) -> DueReminders:
    """What ``remind`` would write; nothing is written yet."""
    count, is_read = 0, True
    with reading(office.engine) as tx:
        for period in _chased_periods(office):
            plan = office.plans.in_force(period)
            for stage in _reached(tx, plan, period, now):
                keys = {one.key for one in _messages(tx, plan, period, [stage], now)}
                if new := keys - written_keys(tx, plan.town_code, keys):
                    count += len(new)
                    is_read = is_read and is_inbox_read(tx, plan, stage.at, now)
    return DueReminders(count, is_read)


def is_inbox_read(tx: Connection, plan: Plan, since: datetime, now: datetime) -> bool:
    """Whether an intake run has left nothing, begun after an instant and not long before now."""
    return inbox_emptied_since(tx, plan.town_code, max(since, now - _FRESH))


def _tell_of_unknown_years(office: Office, now: datetime) -> None:
    """Nobody is forgotten because a holiday notice has not been entered: weekdays are assumed, and that is told."""
    calendar = office.plans.calendar
    local = now.astimezone(calendar.zone)
    for year in dict.fromkeys((local.year, local.year + (local.month == _DECEMBER))):
        if year not in calendar.working_days.years:
            raise_alert(office, say("CALENDAR_ASSUMED", year=year), "", now)


def _chased_periods(office: Office) -> Iterator[Period]:
    with reading(office.engine) as tx:
        opened = opened_periods(tx, office.plans.town_code, backfilled=False)
    return (period for period in map(Period, opened) if office.plans.find(period))


def _reached(tx: Connection, plan: Plan, period: Period, now: datetime) -> tuple[ReachedStage, ...]:
    days = plan.calendar.working_days.or_weekdays()
    return reached_stages(plan, days, obligations_of(tx, plan, period), standings_of(tx, plan, period, now), now)


def _messages(
    tx: Connection, plan: Plan, period: Period, reached: Sequence[ReachedStage], now: datetime
) -> list[Message]:
    """To units first, then the stage's summary."""
    if not reached:
        return []
    named = reporters_of(tx, plan.town_code)
    line = describe_standings(plan, period, standings_of(tx, plan, period, now))
    return [
        message
        for stage in reached
        for message in (
            *(write_reminder(plan, named, period, one) for one in stage.reminders),
            write_summary(plan, named, period, stage, line),
        )
    ]
