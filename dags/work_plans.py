"""One run a day: units hear what a plan just issued asks of them, and are chased for what is out."""

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
    dag_id="work_plans",
    dag_display_name=say("DAG_WORK_PLANS"),
    description=say("DAG_WORK_PLANS_LINE"),
    doc_md=say("DAG_WORK_PLANS_DOC"),
    tags=tags_of(BOOKS, "TAG_WORK_PLANS"),
    schedule=CronTriggerTimetable(REMINDER_TIMES, timezone=ZONE),
    max_active_runs=1,
    **COMMON,
)
def work_plans() -> None:
    """What is imported late would be heavy for whoever reads the file."""

    def find(office: "Office", now: datetime) -> "DueReminders":
        from townreturn import month

        return month.find_due_work_plans(office, now)

    def write(office: "Office", now: datetime) -> "tuple[Letter, ...]":
        from townreturn import month

        return month.remind_work_plans(office, now)

    chase(find, write)


work_plans()
