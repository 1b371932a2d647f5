"""How every chase runs: find what is due, wait for the intake, write, send."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_rest import poke_inbox, show_note
from posting import send_letters
from townreturn.wording import say
from wiring import SOON, clock, open_the_office

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

    @task(task_display_name=say("TASK_FIND_DUE"))
    def find_due() -> None:
        if not find(open_the_office(), clock()).count:
            raise AirflowSkipException(say("NOTHING_TO_REMIND"))
        poke_inbox()

    @task.sensor(task_display_name=say("TASK_AWAIT_INTAKE"), **SOON)
    def await_intake() -> bool:
        return find(open_the_office(), clock()).is_inbox_read

    @task(task_display_name=say("TASK_REMIND"))
    def remind(dag_run: Any = None) -> None:
        written = write(open_the_office(), clock())
        told = say("REMINDED", count=len(written), addressees="、".join(one.addressee for one in written))
        show_note(told, dag_run.dag_id, dag_run.run_id)

    find_due() >> await_intake() >> remind() >> send_letters()
