"""How every return's run ends: checked, approved, countersigned where need be, published, delivered, printed."""

from typing import Any

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from posting import send_issue
from return_approval import Countersignature, ReturnApproval
from runs import refusals_are_final
from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.wording import say
from wiring import ASKED_AGAIN, PLANS, clock, open_the_office


@task(task_id="check", task_display_name=say("TASK_CHECK"))
def check_compilation(compilation_id: Any) -> None:
    """The second gate, before anyone is asked."""
    from townreturn.month import check_return

    check_return(open_the_office(), compilation_id)


@task(task_id="publish", task_display_name=say("TASK_PUBLISH"))
def publish_issue(compilation_id: Any) -> str:
    """The approved issue goes out; gives its folder."""
    from townreturn.month import publish

    with refusals_are_final():
        return publish(open_the_office(), compilation_id, clock())


@task(task_id="print_pdf", task_display_name=say("TASK_PDF"))
def print_pdf(period: Any, dag_run: Any = None) -> None:
    """PDF beside the issue, which is out whether that works or not: operators are told when it does not.

    None for backfills: LibreOffice takes seconds a month, and nobody prints a year.
    """
    from townreturn.month import print_issue, raise_alert

    if dag_run.run_type == "backfill":
        raise AirflowSkipException(say("PDF_NOT_FOR_BACKFILLS"))
    office = open_the_office()
    try:
        print(print_issue(office, Period(period)))
    except Refused as refusal:
        raise AirflowSkipException(str(refusal)) from refusal
    except Broken as fault:
        raise_alert(office, str(fault), period, clock())
        raise AirflowSkipException(str(fault)) from fault


def approve_and_publish(period: Any, compilation_id: Any) -> Any:
    """The tasks from ``check`` to ``publish`` and those that follow it, in a DAG under construction; gives ``publish``.

    ``period`` (its key) and ``compilation_id`` are what earlier tasks of the run return.
    """
    asked = {"plans": PLANS, "period": period, "compilation_id": compilation_id, **ASKED_AGAIN}
    approve = ReturnApproval(task_id="approve", task_display_name=say("TASK_APPROVE"), **asked)
    countersign = Countersignature(task_id="countersign", task_display_name=say("TASK_COUNTERSIGN"), **asked)
    published = publish_issue(compilation_id)
    check_compilation(compilation_id) >> approve >> countersign >> published >> [send_issue(), print_pdf(period)]
    return published
