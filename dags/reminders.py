"""One run a day: units that are out with their statistics are reminded, by the stages of the plan."""

from datetime import datetime
from typing import TYPE_CHECKING

from airflow.sdk import CronTriggerTimetable, dag

from chasing_order import chase
from townreturn.wording import say
from towns import BOOKS, tags_of
from wiring import COMMON, REMINDER_TIMES, ZONE

if TYPE_CHECKING:
    from townreturn.domain.message import Letter
    from townreturn.month import DueReminders
    from townreturn.office import Office


@dag(
    dag_id="reminders",
    dag_display_name=say("DAG_REMINDERS"),
    description=say("DAG_REMINDERS_LINE"),
    doc_md=say("DAG_REMINDERS_DOC"),
    tags=tags_of(BOOKS, "TAG_REMINDERS"),
    schedule=CronTriggerTimetable(REMINDER_TIMES, timezone=ZONE),
    max_active_runs=1,
    **COMMON,
)
def reminders() -> None:
    """What is imported late would be heavy for whoever reads the file."""

    def find(office: "Office", now: datetime) -> "DueReminders":
        from townreturn import month

        return month.find_due_reminders(office, now)

    def write(office: "Office", now: datetime) -> "tuple[Letter, ...]":
        from townreturn import month

        return month.remind(office, now)

    chase(find, write)


reminders()
