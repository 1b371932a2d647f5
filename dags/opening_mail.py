"""What a period's opening sends: every unit's pre-filled workbook."""

from typing import Any

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from posting import send_letters
from run_work import open_work
from task_log import log_line
from townreturn.wording import say
from wiring import clock


@task(task_id="hand_out", task_display_name=say("TASK_HAND_OUT"))
def _hand_out(key: Any) -> None:
    from townreturn import month

    (office, period), now = open_work(key), clock()
    if reason := month.why_not_handed_out(office, period, now):
        raise AirflowSkipException(str(reason))
    written = month.hand_out_workbooks(office, period, now)
    log_line(say("HANDED_OUT", count=len(written), addressees="、".join(one.addressee for one in written)))


def hand_out_and_send(key: Any) -> None:
    """Two tasks beside the wait for reports, in a DAG under construction; ``key`` is the run's."""
    _hand_out(key) >> send_letters()
