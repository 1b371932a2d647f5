"""What the DAGs share: the plans, the inbox as an asset, the defaults, the office and the clock."""

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetWatcher, Param
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert

from inbox_trigger import InboxTrigger
from operator_alert import OperatorAlert
from townreturn.domain.period import Period
from townreturn.operating import environment
from townreturn.plans import load_plan_book
from townreturn.settings import Settings
from townreturn.wording import say
from unpublished_alert import PublishByDeadline

if TYPE_CHECKING:
    from townreturn.office import Office

SETTINGS = Settings.from_environment(os.environ)
PLANS = load_plan_book(SETTINGS.plans)
ZONE = PLANS.calendar.time_zone
EARLIER_CUTOFFS = [(one.until, one.cutoff) for one in PLANS.calendar.earlier_cutoffs]
FIRST_DAY = PLANS.plans[0].calendar.start(Period(PLANS.plans[0].validity.first))
INBOX = Asset(
    name=environment.INBOX,
    uri=f"townreturn://inbox/{PLANS.town_code}",
    watchers=[AssetWatcher(name="inbox_watcher", trigger=InboxTrigger(SETTINGS.inbox))],
)
PUBLISHED_CHANGED = Asset(name="published_changed", uri=f"townreturn://published-changed/{PLANS.town_code}")
DEFAULTS: dict[str, Any] = {
    "owner": PLANS.plans[-1].unit_by_code[PLANS.plans[-1].coordinating_unit].name,
    # What is nearest to publication goes first; within a step, the earliest period does.
    "weight_rule": "upstream",
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "on_failure_callback": OperatorAlert(),
}
_HOURS = ",".join(str(hour) for hour in sorted({one.reminders.hour for one in PLANS.plans}))
REMINDER_TIMES = f"0 {_HOURS} * * *"
PUBLISHED_IN_TIME = DeadlineAlert(
    reference=PublishByDeadline(),
    interval=timedelta(0),
    callback=AsyncCallback("unpublished_alert.tell_unpublished"),
    name=say("DEADLINE_PUBLISHED"),
)
COMMON: dict[str, Any] = {
    "start_date": FIRST_DAY,
    "catchup": False,
    "default_args": DEFAULTS,
    "on_failure_callback": OperatorAlert(),
}
LOOK_SECONDS = float(os.environ.get("TOWNRETURN_LOOK_SECONDS") or 5)
SOON: dict[str, Any] = {
    "mode": "reschedule",
    # Airflow may fail a sensor that is due again before it has noticed the end of the last look.
    "poke_interval": timedelta(seconds=10),
    # An intake run that does not come for so long is broken; the failure tells the operator.
    "timeout": timedelta(hours=1),
}
ASKED_AGAIN: dict[str, Any] = {"retries": 20, "retry_delay": timedelta(seconds=10)}
PERIOD_OF_RUN = "{{ dag_run.partition_key or params.period }}"
"""What ``runs.period_of`` reads, for a trigger."""
PERIOD_FORM = Param(None, type=["null", "string"], title=say("FORM_PERIOD"), description=say("FORM_PERIOD_HINT"))


def open_the_office() -> "Office":
    """The office of this Airflow's settings; inside tasks only, it opens the database."""
    from townreturn.office import open_office

    return open_office(SETTINGS)


def clock() -> datetime:
    """Now, aware: the only place where DAGs look at a clock."""
    return datetime.now(UTC)
