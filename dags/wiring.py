"""What the DAGs share: the inbox as an asset, the defaults, the offices and the clock."""

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
from townreturn.wording import say
from towns import BOOKS, IS_SEVERAL, SETTINGS
from unpublished_alert import PublishByDeadline

if TYPE_CHECKING:
    from townreturn.office import Office

ZONE = BOOKS[0].calendar.time_zone
FIRST_DAY = min(book.plans[0].calendar.start(Period(book.plans[0].validity.first)) for book in BOOKS)
INBOX = Asset(
    name=environment.INBOX,
    uri=f"townreturn://inbox/{'' if IS_SEVERAL else BOOKS[0].town_code}",
    watchers=[AssetWatcher(name="inbox_watcher", trigger=InboxTrigger(SETTINGS.inbox))],
)
_NEWEST = BOOKS[0].plans[-1]
DEFAULTS: dict[str, Any] = {
    "owner": "townreturn" if IS_SEVERAL else _NEWEST.unit_by_code[_NEWEST.coordinating_unit].name,
    "weight_rule": "backfill_last.BackfillLast",
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "on_failure_callback": OperatorAlert(),
}
_HOURS = ",".join(str(hour) for hour in sorted({one.reminders.hour for book in BOOKS for one in book.plans}))
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
_TOWN = "(params.town ~ '~' if params.town and params.period else '') ~ " if IS_SEVERAL else ""
_TYPED = f"({_TOWN}(params.period or '') | trim)"
PERIOD_OF_RUN = f"{{{{ dag_run.partition_key or {_TYPED} }}}}"
"""What ``run_work.key_given`` reads, for a trigger."""
PERIOD_FORM = Param(None, type=["null", "string"], title=say("FORM_PERIOD"), description=say("FORM_PERIOD_HINT"))


def open_offices() -> "tuple[Office, ...]":
    """The offices of this Airflow's settings; inside tasks only, it opens the database."""
    from townreturn import office

    return office.open_offices(SETTINGS)


def clock() -> datetime:
    """Now, aware: the only place where DAGs look at a clock."""
    return datetime.now(UTC)
