"""Takes in what lies in the inbox: at once when a file is dropped, and every ten minutes besides."""

from typing import Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_rest import airflow_api
from each_office import fail_for, over_offices
from posting import send_letters
from resuming import release_answered, resume_ended
from runs import end_and_skip
from task_log import log_line
from townreturn.operating.run_keys import key_of
from townreturn.wording import say
from towns import AFTER_ALL, BOOKS, LEVELS, OF_ALL, changed_asset, tags_of
from wiring import COMMON, INBOX, ZONE, clock, open_offices

CHANGED = {level: changed_asset(level) for level in LEVELS}


@task(task_display_name=say("TASK_TAKE_IN"), **OF_ALL)
def take_in(ti: Any = None) -> int:
    """New mail first, then everything that waits; gives how many were taken in."""
    from taking_in import take_in_everything, why_idle_after

    offices = open_offices()
    taken, faults = take_in_everything(offices)
    fail_for(faults)
    end_and_skip(ti, taken, **why_idle_after(offices))


@dag(
    dag_id="submission_intake",
    dag_display_name=say("DAG_INTAKE"),
    description=say("DAG_INTAKE_LINE"),
    doc_md=say("DAG_INTAKE_DOC"),
    tags=tags_of(BOOKS, "TAG_INTAKE"),
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("*/10 * * * *", timezone=ZONE), assets=[INBOX]),
    # Two at once would check periods out of order.
    max_active_runs=1,
    **COMMON,
)
def submission_intake() -> None:
    """Take in first: what was taken in may let a rejected run go on."""

    @task(task_display_name=say("TASK_RESUME"), **OF_ALL, **AFTER_ALL)
    def resume_rejected_runs() -> None:
        offices = open_offices()
        with airflow_api() as api:
            _, faults = over_offices(offices, lambda office: resume_ended(office, api))
            release_answered(offices, api)
        fail_for(faults)

    @task(task_display_name=say("TASK_ANNOUNCE"), outlets=[*CHANGED.values()], **OF_ALL, **AFTER_ALL)
    def announce_corrections(outlet_events: Any = None) -> None:
        from townreturn import month

        found, faults = over_offices(open_offices(), lambda one: (one, month.corrections_due(one, clock())))
        for level, asset in CHANGED.items():
            due = [key_of(o.called, p) for o, periods in found if o.plans.level is level for p in periods]
            if due:
                log_line(say("CORRECTIONS_DUE", periods="、".join(due)))
                outlet_events[asset].add_partitions(due)
        fail_for(faults)
        if not any(periods for _, periods in found):
            # A task that ends without naming a partition would send an event that no run can take.
            raise AirflowSkipException(say("NO_CORRECTIONS_DUE"))

    take_in() >> [resume_rejected_runs(), announce_corrections(), send_letters(**OF_ALL, **AFTER_ALL)]


submission_intake()
