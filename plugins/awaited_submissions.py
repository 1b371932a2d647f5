"""The wait for a period's reports, kept by the triggerer: it holds no worker, and no look starts a process."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.triggers.base import BaseTrigger, StartTriggerArgs, TaskSuccessEvent

from airflow_rest import poke_inbox, show_note
from lookout import Seen, lookout_of
from task_log import work_on
from townreturn.domain.errors import Broken
from townreturn.domain.obligation import Readiness
from townreturn.domain.period import Period
from townreturn.operating.run_keys import split_key
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from townreturn.domain.plan import Plan

_log = logging.getLogger(__name__)
INTAKE_SECONDS = 60.0
"""How long an intake that was asked for may take before it is asked for again."""
TROUBLE_SECONDS = 60.0
MOST_TROUBLES = 60
"""After as many looks in vain, one a minute, the task fails, is tried again, and fails for good: operators are told."""


class AwaitSubmissions(BaseOperator):
    """Ends when a period can be compiled: its inbox read, its reports in or due, the period before it settled.

    ``period``: a template of the run's key. The scheduler hands it to the triggerer without starting a task.
    """

    template_fields = ("period",)
    start_from_trigger = True

    def __init__(self, *, period: str, look_seconds: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.period = period
        self.start_trigger_args = StartTriggerArgs(
            trigger_cls="awaited_submissions.SubmissionsTrigger",
            trigger_kwargs={"period": period, "look_seconds": look_seconds},
            next_method="execute_complete",
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
        """Yield once, when the period is ready, however long that takes."""
        work_on(self.period)
        own: Any = self.task_instance  # the triggerer sets it before it runs the trigger of a task
        watch = _Watch(self.period, self.look_seconds, (own.dag_id, own.run_id))
        while not await asyncio.to_thread(watch.look):
            await asyncio.sleep(TROUBLE_SECONDS if watch.is_troubled else self.look_seconds)
        yield TaskSuccessEvent()


class _Watch:
    """What was noted and asked for already, so that no look repeats it, and how many looks were in vain."""

    def __init__(self, key: str, look_seconds: float, run: tuple[str, str]) -> None:
        (self._town, self._period), self._run = split_key(key), run
        self._lookout = lookout_of(self._period, look_seconds)
        self._note = ""
        self._is_new = True
        self._acted_upon: Seen | None = None
        # The run has asked for an intake itself, just before.
        self._asked_at = time.monotonic()
        self._troubles = 0

    @property
    def is_troubled(self) -> bool:
        return self._troubles > 0

    def look(self) -> bool:
        """Whether the period is ready. What keeps it from being seen is logged, and may be over at the next look."""
        try:
            is_ready = self._look()
        except Exception:
            self._troubles += 1
            if self._troubles > MOST_TROUBLES:
                raise
            _log.exception("%s", say("LOOK_FAILED", period=self._period))
            return False
        self._troubles = 0
        return is_ready

    def _look(self) -> bool:
        seen = self._lookout.find(self._town, anew=self._is_new)
        self._is_new = False
        if seen is not self._acted_upon:
            try:
                self._act_upon(seen)
            except Broken as fault:  # Airflow's API may start after the triggerer; the period does not wait for it
                _log.warning("%s", fault)
        return seen.readiness.is_ready

    def _act_upon(self, seen: Seen) -> None:
        self._show(describe_wait(seen.plan, self._period, seen.readiness))
        if seen.readiness.inbox_unread:
            self._ask_for_intake()
        self._acted_upon = seen

    def _show(self, note: str) -> None:
        if note != self._note:
            show_note(note, *self._run)
            self._note = note

    def _ask_for_intake(self) -> None:
        if time.monotonic() - self._asked_at >= INTAKE_SECONDS:
            poke_inbox()
            self._asked_at = time.monotonic()


def describe_wait(plan: "Plan", period: Period, readiness: Readiness) -> str:
    """The line of standings, and what else the period waits for; who is out stands in it already."""
    from townreturn import month

    line = month.describe_standings(plan, period, readiness.standings)
    return "；".join([line, *(reason for reason in readiness.waiting_for if reason not in line)])
