"""The failure notifier: tells the operator through our own list of alerts, so that Airflow can be down later."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk.bases.notifier import BaseNotifier

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


class OperatorAlert(BaseNotifier):
    """Stores one alert naming DAG, task, period, reason and log; shown by ``townreturn status``.

    Of several towns those are told that it is about.

    Called for a task by its own process, and for a run that has failed by the DAG processor, with the task that
    failed last: one whose process was killed could tell nothing. A try that is told already is not told again.
    Of a run whose last task is no longer in its DAG, Airflow gives no more than the run and a reason.
    """

    def notify(self, context: "Context") -> None:
        from run_work import key_of_run
        from townreturn.operating.run_keys import town_of
        from townreturn.wording import say

        if "ti" not in context:
            run_name = f"{context['dag'].dag_id} {context['run_id']}"
            reason = context.get("reason") or "—"
            # A run of one of several towns has its key in its name.
            town = next((town_of(part) for part in str(context["run_id"]).split("__") if town_of(part)), "")
            _tell(town, say("ALERT_RUN_FAILED", run=run_name, reason=reason), run_name, "")
            return
        task, run = context["ti"], context["dag_run"]
        key = key_of_run(run)
        town, period = town_of(key), key.rpartition("~")[2]
        fault = context.get("exception")
        # Of a task for all towns each that it has failed for is told why, and the others nothing.
        for of, reason in getattr(fault, "faults", [(town, fault or say("TASK_WITHOUT_WORD"))]):
            named = {"dag": task.dag_id, "task": task.task_id, "period": period or "—", "log": task.log_url}
            _tell(of, say("ALERT_TASK_FAILED", **named, reason=reason), task.log_url, period)


def _tell(town: str, text: str, ending: str, period: str) -> None:
    """The town's operators; those of all towns, where it is nobody's alone."""
    from townreturn.month import raise_task_alert
    from townreturn.office import open_these_offices, open_this_office

    for office in (open_this_office(town),) if town else open_these_offices():
        raise_task_alert(office, text, ending, period, datetime.now(UTC))
