"""The wait for a period's reports, kept by the triggerer: it holds no worker, and no look starts a process."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.triggers.base import BaseTrigger, StartTriggerArgs, TaskSuccessEvent

from airflow_rest import poke_inbox, show_note
from townreturn.domain.obligation import Readiness
from townreturn.domain.period import Period

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from townreturn.office import Office

INTAKE_SECONDS = 60.0
"""How long an intake that was asked for may take before it is asked for again."""


class AwaitSubmissions(BaseOperator):
    """Ends when a period can be compiled: its inbox read, its reports in or due, the period before it settled.

    ``period``: a template of its key. The scheduler hands it to the triggerer without starting a task.
    """

    template_fields = ("period",)
    start_from_trigger = True

    def __init__(self, *, period: str, look_seconds: float, timeout: timedelta, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.period = period
        self.start_trigger_args = StartTriggerArgs(
            trigger_cls="awaited_submissions.SubmissionsTrigger",
            trigger_kwargs={"period": period, "look_seconds": look_seconds},
            next_method="execute_complete",
            timeout=timeout,
        )

    def execute(self, context: "Context") -> None:
        """Never called: the scheduler starts the trigger."""
        raise NotImplementedError


class SubmissionsTrigger(BaseTrigger):
    """Looks every ``look_seconds`` how a period stands, and notes what it waits for beside the run."""

    def __init__(self, period: str, look_seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.period = period
        self.look_seconds = look_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "awaited_submissions.SubmissionsTrigger", {"period": self.period, "look_seconds": self.look_seconds}

    async def run(self) -> AsyncIterator[TaskSuccessEvent]:
        """Yield once, when the period is ready. A look that fails fails the task, which is tried again."""
        own: Any = self.task_instance  # the triggerer sets it before it runs the trigger of a task
        watch = _Watch(Period(self.period.strip()), own.dag_id, own.run_id)
        while not await asyncio.to_thread(watch.look):
            await asyncio.sleep(self.look_seconds)
        yield TaskSuccessEvent()


class _Watch:
    """What was noted and asked for already, so that it is not repeated at every look."""

    def __init__(self, period: Period, dag_id: str, run_id: str) -> None:
        self._period, self._run = period, (dag_id, run_id)
        self._note = ""
        # The run has asked for an intake itself, just before.
        self._asked_at = time.monotonic()

    def look(self) -> bool:
        """Whether the period is ready."""
        from townreturn import month

        now = datetime.now(UTC)
        situation = (_open_office(int(now.timestamp()) // 60), self._period, now)
        readiness = month.readiness(*situation)
        self._show(describe_wait(month.describe_standings(*situation), readiness))
        if readiness.inbox_unread:
            self._ask_for_intake()
        return readiness.is_ready

    def _show(self, note: str) -> None:
        if note != self._note:
            show_note(note, *self._run)
            self._note = note

    def _ask_for_intake(self) -> None:
        if time.monotonic() - self._asked_at >= INTAKE_SECONDS:
            poke_inbox()
            self._asked_at = time.monotonic()


def describe_wait(standings: str, readiness: Readiness) -> str:
    """The line of standings, and what else the period waits for; who is out stands in it already."""
    return "；".join([standings, *(reason for reason in readiness.waiting_for if reason not in standings)])


@lru_cache(maxsize=1)
def _open_office(minute: int) -> "Office":  # noqa: ARG001 - a plan that was changed is seen within a minute
    """One for all periods that this triggerer watches."""
    from townreturn.office import open_office
    from townreturn.settings import Settings

    return open_office(Settings.from_environment(os.environ))
