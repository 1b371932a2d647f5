"""``backfill``: past periods through the monthly DAG, followed until they are published or wait."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from townreturn import month
from townreturn.domain.errors import Broken, Misuse, Refused
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_office, open_offices
from townreturn.operating.airflow_client import AirflowClient, Question, Run, open_client
from townreturn.operating.environment import OPERATOR, Installation
from townreturn.operating.levels import monthly_dag
from townreturn.operating.overview import describe_periods, published_of
from townreturn.operating.past_runs import start_past_runs_of_all
from townreturn.operating.running import bring_up, find_installation, tell, tell_sign_in
from townreturn.operating.sample_delivery import send_samples
from townreturn.settings import Settings
from townreturn.wording import say

_Shown = TypeVar("_Shown")
APPROVE_SECONDS = 0.15
"""Between two looks for something to approve: what is approved before its run asks needs no answer in Airflow."""
LOOK_SECONDS = 2
ANSWER_AFTER_SECONDS = 5
"""Airflow loses an answer that comes before it has noticed that the asking task has ended."""
STALL_SECONDS = 600


def run_backfill(
    settings: Settings, first: Period, last: Period, *, samples: bool, approve: bool, town: str = ""
) -> int:  # fmt: skip
    """Run past periods, both ends included, of one town or of all; without ``approve`` that is left to people."""
    if last < first:
        raise Misuse("BACKFILL_REVERSED", first=first, last=last)
    offices = (open_office(settings, town),) if town else open_offices(settings)
    installation, periods = find_installation(settings), periods_between(first, last)
    for office in offices:
        for period in periods:
            office.plans.in_force(period)
    for office in offices if samples else ():
        send_samples(office, settings.home, periods)
    bring_up(installation)
    if not request_backfill(installation, offices, periods):
        return 1
    if approve:
        follow(installation, offices, periods)
    else:
        tell("BACKFILL_LEFT_TO_PEOPLE", address=installation.address)
        tell_sign_in(installation)
    for office in offices:
        sys.stdout.write(describe_periods(office, periods, datetime.now(UTC)) + "\n")
    return 0


def request_backfill(installation: Installation, offices: Sequence[Office], periods: Sequence[Period]) -> bool:
    """Ask Airflow for a run of each period of each office; those that have one already keep it.

    False, with the reason told, while an earlier backfill is under way: Airflow takes one at a time.
    """
    with open_client(installation, OPERATOR) as client:
        created = start_past_runs_of_all(client, offices, periods)
    tell("BACKFILL_CREATED" if created else "BACKFILL_OPEN_ALREADY", first=periods[0], last=periods[-1])
    return created


def follow(installation: Installation, offices: Sequence[Office], periods: Sequence[Period]) -> None:
    """Follow the periods of all offices until all are published, approving and countersigning as the plans' approvers.

    Raises Broken when a run fails, or when nothing moves for STALL_SECONDS.
    """
    approvers = dict.fromkeys(one.account for office in offices for one in office.plans.approvers)
    tell("DEMO_APPROVER", accounts="、".join(approvers))
    followed = [(office, _Progress(monthly_dag(office.plans.level), office.called)) for office in offices]
    with open_client(installation, OPERATOR) as client:
        watcher = _Watcher(client)
        while followed := [one for one in followed if _go_on(watcher, *one, periods)]:
            time.sleep(APPROVE_SECONDS)


def _go_on(watcher: "_Watcher", office: Office, progress: "_Progress", periods: Sequence[Period]) -> bool:
    """Bring an office's periods on as far as they can be now; whether any of them is still to be published."""
    waiting = _unpublished(office, periods, progress)
    # Later ones wait for the first: that is looked at often, and all of them when Airflow is asked.
    looked_at = [one for one in waiting[:1] if not progress.is_at(one, "TASK_PUBLISH")]
    if waiting and progress.is_look_due():
        looked_at = waiting
        progress.look(watcher, waiting)
        _release(watcher, office, progress)
    for period in looked_at:
        progress.tell_step(period, _approve(office, period, progress.run_of(period)))
    return bool(waiting)


class _Watcher:
    """What Airflow shows: asked once for all offices that look within LOOK_SECONDS."""

    def __init__(self, client: AirflowClient) -> None:
        self._client, self._asked = client, dict[object, tuple[float, Any]]()
        self.clear_from = client.clear_from

    def newest_runs(self, dag_id: str, town: str) -> dict[str, Run]:
        """Period key → a town's newest run of it."""
        return {run.period: run for run in reversed(self._once(dag_id, self._client.list_runs)) if run.town == town}

    def questions(self) -> tuple[Question, ...]:
        return self._once("", lambda _: self._client.questions())

    def _once(self, key: str, ask: Callable[[str], _Shown]) -> _Shown:
        asked_at, shown = self._asked.get(key, (-math.inf, None))
        if time.monotonic() - asked_at >= LOOK_SECONDS:
            asked_at, shown = self._asked[key] = time.monotonic(), ask(key)
        return cast("_Shown", shown)


def _unpublished(office: Office, periods: Sequence[Period], progress: "_Progress") -> list[Period]:
    published = published_of(office, periods)
    for period in periods:
        if period.key in published:
            progress.tell_step(period, "PERIOD_DONE")
    return [one for one in periods if one.key not in published]


def _approve(office: Office, period: Period, run_id: str) -> str:
    """Approve what waits for that as the approvers whose approvals go farthest; gives the step it is at, as a code."""
    pending = month.pending_return(office, period, now := datetime.now(UTC))
    if pending is None:
        return "TASK_AWAIT"
    if not pending.is_current:
        return "TASK_COMPILE"
    if pending.standing.is_sufficient:
        return "TASK_PUBLISH"
    account = month.most_helpful_approver(office, period)
    try:
        month.record_decision(
            office, pending.compilation_id, account=account, approved=True, comment=say("DEMO_COMMENT"), sent_back=(),
            run_id=run_id, now=now,
        )  # fmt: skip
    except Refused:  # changed in this moment: compiled anew, and approved then
        return "TASK_COMPILE"
    tell("DEMO_APPROVED", period=period, account=account)
    return "TASK_APPROVE"


def _release(client: "AirflowClient | _Watcher", office: Office, progress: "_Progress") -> None:
    """Let runs go on that ask what has been decided since, or about figures that have changed since."""
    for question in progress.ripe(client.questions()):
        period = progress.run_ids[question.run_id]
        pending = month.pending_return(office, period, datetime.now(UTC))
        if pending is not None and not pending.is_current:
            client.clear_from(question.run_id, "compile", question.dag_id)
        elif month.is_answered(office, period, by_all=question.task_id == "countersign"):
            client.clear_from(question.run_id, question.task_id, question.dag_id)


@dataclass
class _Progress:
    """Of one office: where each period was last told to be, its runs, and since when each question waits."""

    dag_id: str
    town: str
    steps: dict[str, str] = field(default_factory=dict)
    run_ids: dict[str, Period] = field(default_factory=dict)
    waiting_since: dict[Question, float] = field(default_factory=dict)
    moved_at: float = field(default_factory=time.monotonic)
    looked_at: float = 0.0

    def tell_step(self, period: Period, code: str) -> None:
        """Tell of a period that has come to another step."""
        if not self.is_at(period, code):
            self.steps[period.key], self.moved_at = code, time.monotonic()
            tell("PERIOD_AT_STEP", period=period, step=say(code))

    def is_at(self, period: Period, code: str) -> bool:
        return self.steps.get(period.key) == code

    def is_look_due(self) -> bool:
        """Not while something moves: Airflow answers slowly, and runs would ask what could be approved at once."""
        return not self.looked_at or time.monotonic() - max(self.looked_at, self.moved_at) >= LOOK_SECONDS

    def look(self, client: "AirflowClient | _Watcher", periods: Sequence[Period]) -> None:
        """Note whose runs there are. Raises Broken when one has failed, or nothing has moved for too long."""
        self.looked_at = time.monotonic()
        newest = client.newest_runs(self.dag_id, self.town)
        for period in periods:
            if (run := newest.get(period.key)) is not None:
                self.run_ids[run.run_id] = period
                if run.state == "failed":
                    step = say(self.steps.get(period.key, "TASK_OPEN"))
                    raise Broken("RUN_FAILED", period=period, run_id=run.run_id, step=step)
        if time.monotonic() - self.moved_at > STALL_SECONDS:
            raise Broken("RUNS_STALLED", seconds=STALL_SECONDS)

    def run_of(self, period: Period) -> str:
        """The run that works a period; empty before there is one."""
        return next((run_id for run_id, one in self.run_ids.items() if one == period), "")

    def ripe(self, questions: Sequence[Question]) -> list[Question]:
        """The approvals of our runs that have waited long enough to be answered."""
        now = time.monotonic()
        ours = [one for one in questions if one.run_id in self.run_ids]
        self.waiting_since = {one: self.waiting_since.get(one, now) for one in ours}
        return [one for one in ours if now - self.waiting_since[one] >= ANSWER_AFTER_SECONDS]
