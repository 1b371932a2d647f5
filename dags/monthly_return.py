"""One run a reporting period: open, await, compile, approve, countersign, publish."""

from typing import Any

from airflow.sdk import dag, task

from airflow_rest import poke_inbox
from approval_tail import approve_and_publish
from awaited_submissions import AwaitSubmissions
from opening_mail import hand_out_and_send
from reporting_period_timetable import ReportingPeriodTimetable
from runs import end_and_skip, is_backfill, period_of, plan_or_skip, refusals_are_final
from taking_over import free_from_lost_run
from task_log import work_on
from townreturn.wording import say
from wiring import (
    COMMON,
    EARLIER_CUTOFFS,
    LOOK_SECONDS,
    PERIOD_FORM,
    PERIOD_OF_RUN,
    PLANS,
    PUBLISHED_IN_TIME,
    ZONE,
    clock,
    open_the_office,
)


@dag(
    dag_id="monthly_return",
    dag_display_name=say("DAG_MONTHLY"),
    description=say("DAG_MONTHLY_LINE"),
    doc_md=say("DAG_MONTHLY_DOC"),
    tags=[PLANS.town, say("TAG_MONTHLY")],
    schedule=ReportingPeriodTimetable(PLANS.calendar.cutoff, ZONE, EARLIER_CUTOFFS),
    params={"period": PERIOD_FORM},
    deadline=PUBLISHED_IN_TIME,
    **COMMON,
)
def monthly_return() -> None:
    """The month; every task hands on no more than the period and the compilation's id."""

    @task(task_id="open", task_display_name=say("TASK_OPEN"))
    def open_period(dag_run: Any = None, params: Any = None, ti: Any = None) -> str:
        from townreturn import month

        office, now = open_the_office(), clock()
        with refusals_are_final():
            period = period_of(dag_run.partition_key, params["period"])
            due_at = plan_or_skip(office, period).calendar.due_at(period)
            free_from_lost_run(period, dag_run.run_id)
            month.open_period(office, period, now, dag_run.run_id, is_backfill(dag_run.run_type, due_at, now))
        # What lay in the inbox when the run began is taken in before anything is decided.
        poke_inbox()
        end_and_skip(ti, period.key, hand_out=lambda: month.why_not_handed_out(office, period, now))

    @task(task_id="compile", task_display_name=say("TASK_COMPILE"))
    def compile_period(key: Any) -> int:
        from townreturn import month

        office, period = open_the_office(), work_on(key)
        compilation_id = month.compile_return(office, period, clock())
        month.check_return(office, compilation_id)
        return compilation_id

    key = open_period()
    hand_out_and_send(key)
    compiled = compile_period(key)
    waiting = AwaitSubmissions(
        task_id="await_submissions", task_display_name=say("TASK_AWAIT"), period=PERIOD_OF_RUN,
        look_seconds=LOOK_SECONDS,
    )  # fmt: skip
    key >> waiting >> compiled
    approve_and_publish(key, compiled)


monthly_return()
