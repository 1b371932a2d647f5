"""Runs that ended at an approval, or wait at one, go on when there is no reason any more to stay."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

from task_log import log_line
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.operating.levels import CORRECTIONS
from townreturn.wording import say

if TYPE_CHECKING:
    from townreturn.office import Office
    from townreturn.operating.airflow_client import AirflowClient


def resume_ended(office: "Office", api: "AirflowClient | None") -> None:
    """What was sent back is in again, or figures changed while approvers were asked: compiled anew, asked again."""
    from townreturn import month

    resumable = month.runs_to_resume(office)
    if not resumable:
        return
    if api is None:
        raise AirflowFailException(say("RESUME_WITHOUT_API", periods=", ".join(p.key for p, _ in resumable)))
    for period, run_id in resumable:
        # A run that is on its way already must not be set back to compile again.
        run = api.find_run(run_id)
        if run is not None and run.state == "failed":
            # Whether there still is something to correct, its first task decides.
            api.clear_from(run_id, "propose" if run.dag_id.startswith(CORRECTIONS) else "compile", run.dag_id)
            log_line(say("RUN_RESUMED", period=period, run=run_id), period=period.key)


def release_answered(offices: "Sequence[Office]", api: "AirflowClient | None") -> None:
    """A run that asks what is decided by now, on the board or the command line, looks at the record again."""
    if api is None:
        return
    by_town = {one.called: one for one in offices}
    for question in api.questions():
        run = api.run(question.run_id, question.dag_id)
        office = by_town.get(run.town)
        if office and _is_answered(office, run.period, by_all=question.task_id == "countersign"):
            api.clear_from(question.run_id, question.task_id, question.dag_id)
            log_line(say("RUN_RELEASED", period=Period(run.period), run=question.run_id), period=run.period)


def _is_answered(office: "Office", period: str, *, by_all: bool) -> bool:
    """Never of a run whose period was mistyped, or that no plan is in force for: it must not keep others waiting."""
    from townreturn import month

    try:
        return month.is_answered(office, Period(period), by_all=by_all)
    except Misuse:
        return False
