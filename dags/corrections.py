"""One run a change of a published period: propose, compile, approve, countersign, publish."""

from functools import partial
from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_rest import poke_inbox, show_note
from approval_tail import approve_and_publish
from run_work import open_work
from runs import refusals_are_final, run_of
from taking_over import take_over
from townreturn.domain.level import Level
from townreturn.operating.levels import corrections_dag
from townreturn.operating.run_keys import key_of
from townreturn.wording import say
from towns import LEVELS, TOWN_FORM, arguments_of, books_of, changed_asset, named_of, tags_of
from wiring import COMMON, PERIOD_FORM, clock


def corrections(level: Level) -> None:
    """A change of what was published leads to the next issue, if it is one within the plan's bounds."""

    @task(task_display_name=say("TASK_PROPOSE"))
    def propose(dag_run: Any = None, params: Any = None) -> str:
        from townreturn import month

        with refusals_are_final():
            (office, period), now = run_of(dag_run, params), clock()
            if in_hand := take_over(office, period, dag_run.run_id, dag_run.dag_id):
                raise AirflowSkipException(in_hand)
            proposal = month.propose_correction(office, period, dag_run.run_id, now)
        told = month.describe_proposal(office, proposal, now)
        show_note(told, dag_run.dag_id, dag_run.run_id)
        if not month.leads_to_correction(proposal):
            raise AirflowSkipException(told)
        return key_of(office.called, period)

    @task(task_id="compile", task_display_name=say("TASK_COMPILE"))
    def compile_issue(key: Any, dag_run: Any = None) -> int:
        from townreturn import month

        with refusals_are_final():
            office, period = open_work(key)
            compilation_id = month.compile_correction(office, period, clock(), dag_run.run_id)
        month.check_return(office, compilation_id)
        return compilation_id

    @task(task_display_name=say("TASK_ANNOUNCE_LATER"))
    def announce_later() -> None:
        # Where later returns are reissued, the intake finds those that follow now.
        poke_inbox()

    key = propose()
    approve_and_publish(key, compile_issue(key), books_of(level)) >> announce_later()


for one in LEVELS:
    dag(
        dag_id=corrections_dag(one),
        dag_display_name=named_of(one, "DAG_CORRECTIONS"),
        description=say("DAG_CORRECTIONS_LINE"),
        doc_md=say("DAG_CORRECTIONS_DOC"),
        tags=tags_of(books_of(one), "TAG_CORRECTIONS"),
        # The intake's events carry the run's key as their partition, so each run has its own.
        schedule=PartitionedAssetTimetable(assets=changed_asset(one)),
        params={"period": PERIOD_FORM, **TOWN_FORM},
        **arguments_of(one, COMMON),
    )(partial(corrections, one))()
