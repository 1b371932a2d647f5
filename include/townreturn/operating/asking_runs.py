"""The run that asks about a return: looked for in Airflow, and told what was decided outside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.airflow_client import AirflowClient, Question
from townreturn.operating.levels import corrections_dag, monthly_dag


@dataclass(frozen=True)
class Asking:
    """Who works a return, as far as is known.

    ``run_id`` is empty where no run does; ``question`` None while it does not ask. ``stopped_id`` is then the
    newest run that ended before it was done, if any. ``trouble``: why Airflow could not be asked.
    """

    dag_id: str
    run_id: str
    question: Question | None = None
    trouble: Broken | Refused | None = None
    stopped_id: str = ""


def find_asking(
    client: AirflowClient | None, office: Office, period: Period, issue: int, last_known: str
) -> Asking:  # fmt: skip
    """The run that works an issue of a period; without Airflow the one ``last_known`` is taken for it."""
    dag_id = (corrections_dag if issue else monthly_dag)(office.plans.level)
    if client is None:
        return Asking(dag_id, last_known, trouble=Refused("AIRFLOW_NOT_SET_UP"))
    try:
        runs = client.runs_of(period, dag_id, office.called)
        going_on = [one.run_id for one in runs if one.is_going_on]
        for run_id in going_on:
            for question in client.questions(dag_id, run_id):
                return Asking(dag_id, run_id, question)
    except (Broken, Refused) as trouble:
        return Asking(dag_id, last_known, trouble=trouble)
    if going_on:
        return Asking(dag_id, going_on[0])
    return Asking(dag_id, "", stopped_id=runs[0].run_id if runs and runs[0].state == "failed" else "")


def tell_run(client: AirflowClient | None, asking: Asking, option: str, form: Mapping[str, Any]) -> Asking:
    """Answer the question, if there is one, as the signed-in account; what keeps it from that is its ``trouble``.

    Airflow may lose an answer that comes before it has noticed that the asking task has ended; the
    task's next try finds what was recorded.
    """
    if client is None or asking.question is None:
        return asking
    try:
        client.answer(asking.question, option, form)
    except (Broken, Refused) as trouble:
        return Asking(asking.dag_id, asking.run_id, asking.question, trouble)
    return asking
