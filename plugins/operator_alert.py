"""The failure notifier: tells the operator through our own list of alerts, so that Airflow can be down later."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk.bases.notifier import BaseNotifier

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


class OperatorAlert(BaseNotifier):
    """Stores one alert naming DAG, task, period, reason and log; shown by ``townreturn status``."""

    def notify(self, context: "Context") -> None:
        from townreturn.month import raise_alert
        from townreturn.office import open_office
        from townreturn.settings import Settings
        from townreturn.wording import say

        task, run = context["ti"], context["dag_run"]
        period = run.partition_key or str((run.conf or {}).get("period") or "").strip()
        text = say(
            "ALERT_TASK_FAILED",
            dag=task.dag_id,
            task=task.task_id,
            period=period or "—",
            reason=context.get("exception") or "—",
            log=getattr(task, "log_url", "—"),
        )
        raise_alert(open_office(Settings.from_environment(os.environ)), text, period, datetime.now(UTC))
