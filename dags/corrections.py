"""One run a change of a published period: propose, compile, approve, countersign, publish."""

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_rest import poke_inbox, show_note
from approval_tail import approve_and_publish
from runs import period_of, refusals_are_final
from taking_over import take_over
from task_log import work_on
from townreturn.wording import say
from wiring import COMMON, PERIOD_FORM, PLANS, PUBLISHED_CHANGED, clock, open_the_office


@dag(
    dag_id="corrections",
    dag_display_name=say("DAG_CORRECTIONS"),
    description=say("DAG_CORRECTIONS_LINE"),
    doc_md=say("DAG_CORRECTIONS_DOC"),
    tags=[PLANS.town, say("TAG_CORRECTIONS")],
    # The intake's events carry the period as their partition, so each run has its own.
    schedule=PartitionedAssetTimetable(assets=PUBLISHED_CHANGED),
    params={"period": PERIOD_FORM},
    **COMMON,
)
def corrections() -> None:
    """A change of what was published leads to the next issue, if it is one within the plan's bounds."""

    @task(task_display_name=say("TASK_PROPOSE"))
    def propose(dag_run: Any = None, params: Any = None) -> str:
        from townreturn import month

        with refusals_are_final():
            office, now, period = open_the_office(), clock(), period_of(dag_run.partition_key, params["period"])
            if in_hand := take_over(period, dag_run.run_id):
                raise AirflowSkipException(in_hand)
            proposal = month.propose_correction(office, period, dag_run.run_id, now)
        told = month.describe_proposal(office, proposal, now)
        show_note(told, dag_run.dag_id, dag_run.run_id)
        if not month.leads_to_correction(proposal):
            raise AirflowSkipException(told)
        return period.key

    @task(task_id="compile", task_display_name=say("TASK_COMPILE"))
    def compile_issue(key: Any, dag_run: Any = None) -> int:
        from townreturn import month

        with refusals_are_final():
            office, period = open_the_office(), work_on(key)
            compilation_id = month.compile_correction(office, period, clock(), dag_run.run_id)
        month.check_return(office, compilation_id)
        return compilation_id

    @task(task_display_name=say("TASK_ANNOUNCE_LATER"))
    def announce_later() -> None:
        # Where later returns are reissued, the intake finds those that follow now.
        poke_inbox()

    key = propose()
    approve_and_publish(key, compile_issue(key)) >> announce_later()


corrections()
