"""The task that ends whatever writes to units: letters go out by the channels that are set up."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import task

from channels import open_channels
from each_office import fail_for, over_offices
from run_work import office_of
from task_log import log_line
from townreturn.wording import say
from wiring import clock

if TYPE_CHECKING:
    from townreturn.office import Office


@task(task_id="send", task_display_name=say("TASK_SEND"))
def _send(dag_run: Any = None) -> None:
    """For the town of the run, or for all."""
    _, faults = over_offices(office_of(dag_run), _send_for)
    fail_for(faults)


def _send_for(office: "Office") -> None:
    from townreturn import month

    with open_channels(office) as channels:
        log_line(month.describe_sending(month.send_posted(office, channels, clock)))


def send_letters(**arguments: Any) -> Any:
    """One task ``send`` in a DAG under construction; ``arguments`` are its own."""
    return _send.override(**arguments)() if arguments else _send()


def send_issue() -> Any:
    """The same as the task ``deliver``: what was written when an issue was published."""
    return _send.override(task_id="deliver", task_display_name=say("TASK_DELIVER"))()
