"""One run a reporting period: open, await, compile, approve, countersign, publish."""

from functools import partial
from typing import Any

from airflow.sdk import dag, task

from airflow_rest import poke_inbox
from approval_tail import approve_and_publish
from awaited_submissions import AwaitSubmissions
from opening_mail import hand_out_and_send
from run_work import open_work
from runs import end_and_skip, is_backfill, plan_or_skip, refusals_are_final, run_of
from taking_over import free_from_lost_run
from townreturn.domain.level import Level
from townreturn.operating.levels import monthly_dag
from townreturn.operating.run_keys import key_of
from townreturn.wording import say
from towns import LEVELS, TOWN_FORM, arguments_of, books_of, named_of, tags_of, timetable_of
from wiring import COMMON, LOOK_SECONDS, PERIOD_FORM, PERIOD_OF_RUN, PUBLISHED_IN_TIME, clock


def monthly_return(level: Level) -> None:
    """The month of a level's towns; every task hands on no more than the run's key and the compilation's id."""

    @task(task_id="open", task_display_name=say("TASK_OPEN"))
    def open_period(dag_run: Any = None, params: Any = None, ti: Any = None) -> str:
        from townreturn import month

        now = clock()
        with refusals_are_final():
            office, period = run_of(dag_run, params)
            due_at = plan_or_skip(office, period).calendar.due_at(period)
            free_from_lost_run(office, period, dag_run.run_id)
            month.open_period(office, period, now, dag_run.run_id, is_backfill(dag_run.run_type, due_at, now))
        # What lay in the inbox when the run began is taken in before anything is decided.
        poke_inbox()
        end_and_skip(ti, key_of(office.called, period), hand_out=lambda: month.why_not_handed_out(office, period, now))

    @task(task_id="compile", task_display_name=say("TASK_COMPILE"))
    def compile_period(key: Any) -> int:
        from townreturn import month

        office, period = open_work(key)
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
    approve_and_publish(key, compiled, books_of(level))


for one in LEVELS:
    dag(
        dag_id=monthly_dag(one),
        dag_display_name=named_of(one, "DAG_MONTHLY"),
        description=say("DAG_MONTHLY_LINE"),
        doc_md=say("DAG_MONTHLY_DOC"),
        tags=tags_of(books_of(one), "TAG_MONTHLY"),
        schedule=timetable_of(one),
        params={"period": PERIOD_FORM, **TOWN_FORM},
        deadline=PUBLISHED_IN_TIME,
        **arguments_of(one, COMMON),
    )(partial(monthly_return, one))()
