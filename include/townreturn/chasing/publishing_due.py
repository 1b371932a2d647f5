"""By when a return should be out, so that operators hear of one that is not."""

from datetime import datetime, timedelta

from townreturn.chasing.stages import last_day_in_time
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan


def publish_by(plan: Plan, period: Period) -> datetime:
    """The end of the last of so many working days after the due instant; with 0, the due instant itself.

    Where the calendar does not know the year, weekdays are assumed.
    """
    due_at = plan.calendar.due_at(period)
    if plan.publish_within_working_days == 0:
        return due_at
    days = plan.calendar.working_days.or_weekdays()
    first = days.on_or_after(last_day_in_time(due_at, plan.calendar.zone) + timedelta(days=1))
    last = days.shift(first, plan.publish_within_working_days - 1)
    return plan.calendar.midnight(last + timedelta(days=1))
