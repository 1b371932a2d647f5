"""One run a day: tell units what a plan just issued asks for, and chase what is out."""

from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from posting import send_letters
from rest import poke_inbox, show_note
from townreturn.wording import say
from wiring import COMMON, PLANS, SOON, ZONE, clock, open_the_office

HOURS = ",".join(str(hour) for hour in sorted({one.reminders.hour for one in PLANS.plans}))


@dag(
    dag_id="work_plans",
    dag_display_name=say("DAG_WORK_PLANS"),
    description=say("DAG_WORK_PLANS_LINE"),
    doc_md=say("DAG_WORK_PLANS_DOC"),
    tags=[PLANS.town, say("TAG_WORK_PLANS")],
    schedule=CronTriggerTimetable(f"0 {HOURS} * * *", timezone=ZONE),
    max_active_runs=1,
    **COMMON,
)
def work_plans() -> None:
    """Nobody who has delivered is chased: the inbox is looked into before anything is written."""

    @task(task_display_name=say("TASK_FIND_DUE"))
    def find_due() -> None:
        from townreturn import month

        if not month.find_due_work_plans(open_the_office(), clock()).count:
            raise AirflowSkipException(say("NOTHING_TO_REMIND"))
        poke_inbox()

    @task.sensor(task_display_name=say("TASK_AWAIT_INTAKE"), **SOON)
    def await_intake() -> bool:
        from townreturn import month

        return month.find_due_work_plans(open_the_office(), clock()).is_inbox_read

    @task(task_display_name=say("TASK_REMIND"))
    def remind(dag_run: Any = None) -> None:
        from townreturn import month

        written = month.remind_work_plans(open_the_office(), clock())
        show_note(dag_run, say("REMINDED", count=len(written), addressees="、".join(one.addressee for one in written)))

    find_due() >> await_intake() >> remind() >> send_letters()


work_plans()
