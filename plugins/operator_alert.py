"""The failure notifier: tells the operator through our own list of alerts, so that Airflow can be down later."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk.bases.notifier import BaseNotifier

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


class OperatorAlert(BaseNotifier):
    """Stores one alert naming DAG, task, period, reason and log; shown by ``townreturn status``.

    Called for a task by its own process, and for a run that has failed by the DAG processor, with the task that
    failed last: one whose process was killed could tell nothing. A try that is told already is not told again.
    Of a run whose last task is no longer in its DAG, Airflow gives no more than the run and a reason.
    """

    def notify(self, context: "Context") -> None:
        from townreturn.wording import say

        if "ti" not in context:
            run_name = f"{context['dag'].dag_id} {context['run_id']}"
            _tell(say("ALERT_RUN_FAILED", run=run_name, reason=context.get("reason") or "—"), run_name, "")
            return
        task, run = context["ti"], context["dag_run"]
        period = run.partition_key or str((run.conf or {}).get("period") or "").strip()
        text = say(
            "ALERT_TASK_FAILED",
            dag=task.dag_id,
            task=task.task_id,
            period=period or "—",
            reason=context.get("exception") or say("TASK_WITHOUT_WORD"),
            log=task.log_url,
        )
        _tell(text, task.log_url, period)


def _tell(text: str, ending: str, period: str) -> None:
    from townreturn.month import raise_task_alert
    from townreturn.office import open_this_office

    raise_task_alert(open_this_office(), text, ending, period, datetime.now(UTC))
