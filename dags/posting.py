"""The task that ends whatever writes to units: letters go out by the channels that are set up."""

from typing import Any

from airflow.sdk import task

from channels import open_channels
from task_log import log_line
from townreturn.wording import say
from wiring import clock, open_the_office


@task(task_id="send", task_display_name=say("TASK_SEND"))
def _send() -> None:
    from townreturn import month

    office = open_the_office()
    with open_channels(office) as channels:
        log_line(month.describe_sending(month.send_posted(office, channels, clock)))


def send_letters() -> Any:
    """One task ``send`` in a DAG under construction."""
    return _send()


def send_issue() -> Any:
    """The same as the task ``deliver``: what was written when an issue was published."""
    return _send.override(task_id="deliver", task_display_name=say("TASK_DELIVER"))()
