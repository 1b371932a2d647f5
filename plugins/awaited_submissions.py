"""The wait for a period's reports, kept by the triggerer: it holds no worker, and no look starts a process."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.triggers.base import BaseTrigger, StartTriggerArgs, TaskSuccessEvent

from airflow_rest import poke_inbox, show_note
from task_log import work_on
from townreturn.domain.errors import Broken
from townreturn.domain.obligation import Readiness
from townreturn.operating.run_keys import split_key
from townreturn.settings import Settings
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from townreturn.domain.plan_book import PlanBook
    from townreturn.office import Office

_log = logging.getLogger(__name__)
INTAKE_SECONDS = 60.0
"""How long an intake that was asked for may take before it is asked for again."""
BEHIND_SECONDS = 60.0
"""How often a period is looked at that cannot be ready, because the one before it is not settled: a backfill of five
years has sixty of them, and each whole look costs as much as ten of the question whether that has changed."""
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
        watch = _Watch(self.period, own.dag_id, own.run_id)
        while not await asyncio.to_thread(watch.look):
            await asyncio.sleep(TROUBLE_SECONDS if watch.is_troubled else self.look_seconds)
        yield TaskSuccessEvent()


class _Watch:
    """What was noted and asked for already, so that no look repeats it, and how many looks were in vain."""

    def __init__(self, key: str, dag_id: str, run_id: str) -> None:
        (self._town, self._period), self._run = split_key(key), (dag_id, run_id)
        self._note, self._is_behind, self._looked_at = "", False, 0.0
        # The run has asked for an intake itself, just before.
        self._asked_at = time.monotonic()
        self._troubles = 0

    @property
    def is_troubled(self) -> bool:
        return self._troubles > 0

    def look(self) -> bool:
        """Whether the period is ready. What keeps it from being seen is logged, and may be over at the next look."""
        try:
            is_ready = self._look(datetime.now(UTC))
        except Exception:
            self._troubles += 1
            if self._troubles > MOST_TROUBLES:
                raise
            _log.exception("%s", say("LOOK_FAILED", period=self._period))
            return False
        self._troubles = 0
        return is_ready

    def _look(self, now: datetime) -> bool:
        from townreturn import month

        office, period = _office_at(now, self._town), self._period
        is_fresh = time.monotonic() - self._looked_at < BEHIND_SECONDS
        if self._is_behind and is_fresh and not month.is_settled(office, period.previous):
            return False
        readiness = month.readiness(office, period, now)
        self._is_behind, self._looked_at = readiness.is_behind, time.monotonic()
        line = month.describe_standings(office.plans.in_force(period), period, readiness.standings)
        try:
            self._show(describe_wait(line, readiness))
            if readiness.inbox_unread:
                self._ask_for_intake()
        except Broken as fault:  # Airflow's API may start after the triggerer; the period does not wait for it
            _log.warning("%s", fault)
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


def _office_at(now: datetime, town: str) -> "Office":
    """With one engine for all periods that this triggerer watches; a plan that was changed is seen within a minute."""
    offices = _open_offices()
    office = offices[town] if town else next(iter(offices.values()))
    return replace(office, plans=_read_plans(town, int(now.timestamp()) // 60))


@cache
def _open_offices() -> "dict[str, Office]":
    from townreturn.office import open_these_offices

    return {one.plans.town_code: one for one in open_these_offices()}


@lru_cache(maxsize=64)
def _read_plans(town: str, minute: int) -> "PlanBook":  # noqa: ARG001 - read once in each
    from townreturn.office import choose_book

    return choose_book(Settings.from_environment(os.environ), town)
