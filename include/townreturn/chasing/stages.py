"""When reminders go out: the stages of a plan's policy as instants, and which of them is reached."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from townreturn.domain.duties import ReminderPolicy, ReminderStage
from townreturn.domain.working_days import WorkingDays

_A_DAY = timedelta(days=1)


def current_stage(
    policy: ReminderPolicy, days: WorkingDays, due_at: datetime, zone: ZoneInfo, now: datetime
) -> tuple[ReminderStage, datetime] | None:
    """The last stage whose instant has come, with that instant; None before the first.

    Only the last: after an outage nobody gets three reminders at once.
    """
    reached = [
        (stage, at) for stage in policy.stages if (at := stage_at(stage, policy.hour, days, due_at, zone)) <= now
    ]
    return reached[-1] if reached else None


def stage_at(stage: ReminderStage, hour: int, days: WorkingDays, due_at: datetime, zone: ZoneInfo) -> datetime:
    """The hour on the stage's day: nobody is reminded on a day on which nobody works.

    Up to 0 it is counted back from the last working day that is in time; from 1 on it is counted
    from the first working day that is late. Raises ConfigurationFault for a year not known.
    """
    last_day = last_day_in_time(due_at, zone)
    if stage.working_days <= 0:
        day = days.shift(days.on_or_before(last_day), stage.working_days)
    else:
        day = days.shift(days.on_or_after(last_day + _A_DAY), stage.working_days - 1)
    return datetime.combine(day, time(hour), tzinfo=zone)


def last_day_in_time(due_at: datetime, zone: ZoneInfo) -> date:
    """The day of the last instant before an obligation is due."""
    return (due_at - timedelta(microseconds=1)).astimezone(zone).date()
