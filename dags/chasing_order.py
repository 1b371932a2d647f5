"""How every chase runs: find what is due, wait for the intake, write, send."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule, task
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from airflow_rest import poke_inbox, show_note
from each_office import Fault, fail_for, over_offices
from posting import send_letters
from townreturn.wording import say
from towns import IS_SEVERAL, OF_ALL
from wiring import SOON, clock, open_offices

if TYPE_CHECKING:
    from townreturn.domain.message import Letter
    from townreturn.month import DueReminders
    from townreturn.office import Office

Find = Callable[["Office", datetime], "DueReminders"]
Write = Callable[["Office", datetime], tuple["Letter", ...]]
_OTHERS_WAIT = timedelta(minutes=20)
"""Two of the regular intakes: an inbox that neither reads to its end, while others are, keeps nobody else waiting."""
_EVEN_SO: dict[str, Any] = {"trigger_rule": TriggerRule.NONE_SKIPPED} if IS_SEVERAL else {}
"""Of what is sent: where a town's letters could not be written, the others' are."""


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
    def await_intake(dag_run: Any = None) -> bool:
        return _is_awaited_enough([one for one in _find_all(find) if one.count], clock() - dag_run.start_date)

    @task(task_display_name=say("TASK_REMIND"), **OF_ALL)
    def remind(dag_run: Any = None) -> None:
        results, faults = over_offices(open_offices(), lambda office: write(office, clock()))
        written = [one for letters in results for one in letters]
        told = say("REMINDED", count=len(written), addressees="、".join(one.addressee for one in written))
        show_note(told, dag_run.dag_id, dag_run.run_id)
        fail_for([*faults, *_unread(find, {office.called for office, _ in faults})])

    find_due() >> await_intake() >> remind() >> send_letters(**OF_ALL, **_EVEN_SO)


def _is_awaited_enough(due: "Sequence[DueReminders]", waited: timedelta) -> bool:
    """Every inbox is read; or others are and this run has waited for two intakes, or for whatever an hour brings."""
    read = [one for one in due if one.is_inbox_read]
    return len(read) == len(due) or waited >= (_OTHERS_WAIT if read else SOON["timeout"])


def _unread(find: Find, failed: set[str]) -> "list[Fault]":
    """The offices that reminded nobody because their inbox was not read; without those that failed by themselves."""
    offices = [one for one in open_offices() if one.called not in failed]
    found = over_offices(offices, lambda office: (office, find(office, clock())))[0] if offices else []
    reason = AirflowException(say("REMINDED_NOBODY_UNREAD"))
    return [(office, reason) for office, due in found if due.count and not due.is_inbox_read]


def _find_all(find: Find) -> "list[DueReminders]":
    """Of every office; a fault of one is its own, and told when its letters are to be written."""
    return over_offices(open_offices(), lambda office: find(office, clock()))[0]
