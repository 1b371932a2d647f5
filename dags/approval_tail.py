"""How every return's run ends: approved, countersigned where need be, published, delivered, printed."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import TriggerRule, task
from airflow.sdk.exceptions import AirflowSkipException

from posting import send_issue
from return_approval import Countersignature, ReturnApproval
from run_work import key_of_run, open_work
from runs import end_and_skip, refusals_are_final
from task_log import log_line
from townreturn.domain.errors import Broken, Refused
from townreturn.domain.plan_book import PlanBook
from townreturn.wording import say
from wiring import ASKED_AGAIN, clock


@task(task_id="publish", task_display_name=say("TASK_PUBLISH"), trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def publish_issue(compilation_id: Any, dag_run: Any = None, ti: Any = None) -> str:
    """The approved issue goes out; gives its folder. In a backfill nothing is printed, for nobody prints a year."""
    from townreturn import month

    office, _ = open_work(key_of_run(dag_run))
    with refusals_are_final():
        folder = month.publish(office, compilation_id, clock())
    unprinted = say("PDF_NOT_FOR_BACKFILLS") if dag_run.run_type == "backfill" else None
    end_and_skip(ti, folder, print_pdf=lambda: unprinted, deliver=lambda: month.why_nothing_to_send(office))


@task(task_id="print_pdf", task_display_name=say("TASK_PDF"))
def print_pdf(period: Any) -> None:
    """PDF beside the issue, which is out whether that works or not: operators are told when it does not."""
    from townreturn.month import print_issue, raise_alert

    office, worked = open_work(period)
    try:
        log_line(print_issue(office, worked))
    except Refused as refusal:
        raise AirflowSkipException(str(refusal)) from refusal
    except Broken as fault:
        raise_alert(office, str(fault), worked.key, clock())
        raise AirflowSkipException(str(fault)) from fault


def approve_and_publish(period: Any, compilation_id: Any, books: Sequence[PlanBook]) -> Any:
    """The tasks from ``approve`` to ``publish`` and those after it, in a DAG under construction; gives ``publish``.

    ``period`` (the run's key) and ``compilation_id`` are what earlier tasks of the run return; ``books`` those of
    the towns that the DAG is for.
    """
    asked = {"books": books, "period": period, "compilation_id": compilation_id, **ASKED_AGAIN}
    approve = ReturnApproval(task_id="approve", task_display_name=say("TASK_APPROVE"), **asked)
    countersign = Countersignature(task_id="countersign", task_display_name=say("TASK_COUNTERSIGN"), **asked)
    published = publish_issue(compilation_id)
    compilation_id >> approve >> [countersign, published]
    countersign >> published >> [send_issue(), print_pdf(period)]
    return published
