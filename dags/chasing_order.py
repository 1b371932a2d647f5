"""How every chase runs: find what is due, wait for the intake, write, send."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_rest import poke_inbox, show_note
from each_office import fail_for, over_offices
from posting import send_letters
from townreturn.wording import say
from towns import OF_ALL
from wiring import SOON, clock, open_offices

if TYPE_CHECKING:
    from townreturn.domain.message import Letter
    from townreturn.month import DueReminders
    from townreturn.office import Office

Find = Callable[["Office", datetime], "DueReminders"]
Write = Callable[["Office", datetime], tuple["Letter", ...]]


def chase(find: Find, write: Write) -> None:
    """The four tasks, in a DAG under construction.

    Nobody who has delivered is chased: the inbox is looked into before anything is written.
    """

    @task(task_display_name=say("TASK_FIND_DUE"), **OF_ALL)
    def find_due() -> None:
        if not any(one.count for one in _find_all(find)):
            raise AirflowSkipException(say("NOTHING_TO_REMIND"))
        poke_inbox()

    @task.sensor(task_display_name=say("TASK_AWAIT_INTAKE"), **SOON, **OF_ALL)
    def await_intake() -> bool:
        return all(one.is_inbox_read for one in _find_all(find))

    @task(task_display_name=say("TASK_REMIND"), **OF_ALL)
    def remind(dag_run: Any = None) -> None:
        results, faults = over_offices(open_offices(), lambda office: write(office, clock()))
        written = [one for letters in results for one in letters]
        told = say("REMINDED", count=len(written), addressees="、".join(one.addressee for one in written))
        show_note(told, dag_run.dag_id, dag_run.run_id)
        fail_for(faults)

    find_due() >> await_intake() >> remind() >> send_letters(**OF_ALL)


def _find_all(find: Find) -> "list[DueReminders]":
    """Of every office; a fault of one is its own, and told when its letters are to be written."""
    return over_offices(open_offices(), lambda office: find(office, clock()))[0]
