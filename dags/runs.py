"""What a task asks of its own run: its period, its plan, whether it goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, DownstreamTasksSkipped

from run_work import key_given, open_work
from task_log import log_line
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.wording import say
from wiring import clock

if TYPE_CHECKING:
    from townreturn.office import Office


def run_of(dag_run: Any, params: Any) -> "tuple[Office, Period]":
    """The office and the period that a run works; Misuse as of ``key_given``."""
    return open_work(key_given(dag_run.partition_key, params["period"], params.get("town")))


def plan_or_skip(office: "Office", period: Period) -> Plan:
    """The plan in force; without one the operator is alerted and the run skips everything."""
    from townreturn.month import raise_alert

    plan = office.plans.find(period)
    if plan is None:
        reason = say("NO_PLAN_IN_FORCE", period=period, town=office.plans.town)
        raise_alert(office, reason, period.key, clock())
        raise AirflowSkipException(reason)
    return plan


def is_backfill(run_type: str, due_at: datetime, now: datetime) -> bool:
    """Whether nobody is judged late: a period that a backfill or a person starts after it was due."""
    return now >= due_at and run_type in ("backfill", "manual")


@contextmanager
def refusals_are_final() -> Iterator[None]:
    """Fail the task with the reason at once: repeating does not change a refusal."""
    try:
        yield
    except (Misuse, Refused) as refusal:
        raise AirflowFailException(str(refusal)) from refusal


def end_and_skip(ti: Any, result: object, **why_idle: Callable[[], object]) -> NoReturn:
    """End a task well with its result, and skip of the named tasks that follow it those with nothing to do.

    That starts no process for them, which costs more than most tasks do. Each question gives the reason, for the
    log; None where there is something to do. One that cannot be answered is left to its task, which fails by itself.
    """
    ti.xcom_push("return_value", result)
    idle = {task_id: reason for task_id, ask in why_idle.items() if (reason := _answer(task_id, ask)) is not None}
    for task_id, reason in idle.items():
        log_line(say("TASK_IDLE", task=task_id, reason=reason))
    raise DownstreamTasksSkipped(tasks=list(idle))  # type: ignore[no-untyped-call]


def _answer(task_id: str, ask: Callable[[], object]) -> object:
    try:
        return ask()
    except Exception as fault:  # noqa: BLE001 - what this task has done is done
        log_line(say("TASK_IDLE_UNKNOWN", task=task_id, fault=fault))
        return None
