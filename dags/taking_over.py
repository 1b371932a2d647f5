"""Of several runs that would work the same period, one goes on."""

from itertools import dropwhile
from typing import TYPE_CHECKING

from airflow_rest import airflow_api
from townreturn.domain.period import Period
from townreturn.wording import say
from wiring import clock

if TYPE_CHECKING:
    from townreturn.office import Office


def take_over(office: "Office", period: Period, run_id: str, dag_id: str) -> str:
    """Why this run need not go on: another asks about the very same. Else older runs of the period end."""
    from townreturn import month

    with airflow_api() as api:
        if api is None:
            return ""
        runs = api.runs_of(period, dag_id, office.called)  # the newest first: what follows ours is older
        waiting = {run.run_id for run in runs if run.is_going_on and run.run_id != run_id}
        holder = month.correction_in_hand(office, period)
        if holder in waiting:
            return say("CORRECTION_IN_HAND", period=period, run_id=holder)
        for run in dropwhile(lambda one: one.run_id != run_id, runs):
            if run.run_id in waiting:
                api.end(run, say("CORRECTION_REPLACED", period=period, run_id=run_id))
    return ""


def free_from_lost_run(office: "Office", period: Period, run_id: str) -> None:
    """Release a period from a run that Airflow does not know any more: it was deleted, or lost with Airflow's database.

    Raises Refused when the period is published.
    """
    from townreturn import month

    holder = month.holder_of(office, period)
    if holder in ("", run_id):
        return
    with airflow_api() as api:
        if api is not None and api.find_run(holder) is None:
            month.release_period(office, period, clock(), held_by=holder)
