"""One run a reporting period: open, await, compile, check, approve, countersign, publish."""

from typing import Any

from airflow.sdk import dag, task

from approval_tail import approve_and_publish
from opening_mail import hand_out_and_send
from reporting_period_timetable import ReportingPeriodTimetable
from rest import poke_inbox, show_note
from runs import describe_wait, is_backfill, period_of, plan_or_skip, refusals_are_final
from townreturn.domain.period import Period
from townreturn.wording import say
from wiring import (
    COMMON,
    EARLIER_CUTOFFS,
    PATIENTLY,
    PERIOD_FORM,
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
    def open_period(dag_run: Any = None, params: Any = None) -> str:
        from townreturn import month

        office, now = open_the_office(), clock()
        with refusals_are_final():
            period = period_of(dag_run.partition_key, params["period"])
            due_at = plan_or_skip(office, period).calendar.due_at(period)
            month.open_period(office, period, now, dag_run.run_id, is_backfill(dag_run.run_type, due_at, now))
        # What lay in the inbox when the run began is taken in before anything is decided.
        poke_inbox()
        return period.key

    @task.sensor(task_display_name=say("TASK_AWAIT"), **PATIENTLY)
    def await_submissions(key: Any, dag_run: Any = None) -> bool:
        from townreturn import month

        situation = (open_the_office(), Period(key), clock())
        readiness = month.readiness(*situation)
        show_note(dag_run, describe_wait(month.describe_standings(*situation), readiness))
        if readiness.inbox_unread:
            poke_inbox()
        return readiness.is_ready

    @task(task_id="compile", task_display_name=say("TASK_COMPILE"))
    def compile_period(key: Any) -> int:
        from townreturn.month import compile_return

        return compile_return(open_the_office(), Period(key), clock())

    key = open_period()
    hand_out_and_send(key)
    compiled = compile_period(key)
    await_submissions(key) >> compiled
    approve_and_publish(key, compiled)


monthly_return()
