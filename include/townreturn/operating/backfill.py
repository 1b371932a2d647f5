"""``backfill``: past periods through the monthly DAG, followed until they are published or wait."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from townreturn import month
from townreturn.domain.errors import Broken, Misuse
from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_office
from townreturn.operating.airflow_client import AirflowClient, Question, open_client
from townreturn.operating.environment import OPERATOR, Installation
from townreturn.operating.overview import describe_periods, published_of
from townreturn.operating.running import bring_up, find_installation, tell, tell_sign_in
from townreturn.operating.sample_delivery import send_samples
from townreturn.settings import Settings
from townreturn.wording import say

STEPS = {
    "open": "TASK_OPEN",
    "await_submissions": "TASK_AWAIT",
    "compile": "TASK_COMPILE",
    "check": "TASK_CHECK",
    "approve": "TASK_APPROVE",
    "countersign": "TASK_COUNTERSIGN",
    "publish": "TASK_PUBLISH",
}
"""The tasks of a monthly run in their order, with the codes of their names."""
LOOK_SECONDS = 2
ANSWER_AFTER_SECONDS = 5
"""Airflow loses an answer that comes before it has noticed that the asking task has ended."""
STALL_SECONDS = 600


def run_backfill(settings: Settings, first: Period, last: Period, *, samples: bool, approve: bool) -> int:
    """Run past periods, both ends included; without ``approve`` the approvals are left to people."""
    if last < first:
        raise Misuse("BACKFILL_REVERSED", first=first, last=last)
    office, installation = open_office(settings), find_installation(settings)
    periods = periods_between(first, last)
    for period in periods:
        office.plans.in_force(period)
    if samples:
        send_samples(office, settings.home, periods)
    bring_up(installation)
    if not request_backfill(installation, office, periods):
        return 1
    if approve:
        follow(installation, office, periods)
    else:
        tell("BACKFILL_LEFT_TO_PEOPLE", address=installation.address)
        tell_sign_in(installation)
    sys.stdout.write(describe_periods(office, periods, datetime.now(UTC)) + "\n")
    return 0


def request_backfill(installation: Installation, office: Office, periods: Sequence[Period]) -> bool:
    """Ask Airflow for a run of each period; those that have one already keep it.

    False, with the reason told, while an earlier backfill is under way: Airflow takes one at a time.
    """
    calendar = office.plans.calendar
    with open_client(installation, OPERATOR) as client:
        created = client.create_backfill(calendar.end(periods[0]), calendar.end(periods[-1]))
    tell("BACKFILL_CREATED" if created else "BACKFILL_OPEN_ALREADY", first=periods[0], last=periods[-1])
    return created


def follow(installation: Installation, office: Office, periods: Sequence[Period]) -> None:
    """Follow the periods until all are published, approving and countersigning as the plan's approvers.

    Raises Broken when a run fails, or when nothing moves for STALL_SECONDS.
    """
    tell("DEMO_APPROVER", accounts="、".join(one.account for one in office.plans.approvers), operator=OPERATOR)
    progress = _Progress(periods)
    with open_client(installation, OPERATOR) as watcher:
        while len(published_of(office, periods)) < len(periods):
            time.sleep(LOOK_SECONDS)
            progress.look(watcher)
            for question in progress.ripe(watcher.questions()):
                _answer(installation, office, progress.run_ids[question.run_id], question)


def _answer(installation: Installation, office: Office, period: Period, question: Question) -> None:
    """As the approver whose approval goes farthest."""
    account = month.most_helpful_approver(office, period)
    with open_client(installation, account) as approver:
        approver.answer(question, "Approve", {"comment": say("DEMO_COMMENT"), "sent_back": []})
    tell("DEMO_APPROVED", subject=question.subject, account=account)


@dataclass
class _Progress:
    """Where each period stands, which runs are theirs, and since when each question waits."""

    periods: Sequence[Period]
    steps: dict[str, str] = field(default_factory=dict)
    run_ids: dict[str, Period] = field(default_factory=dict)
    waiting_since: dict[Question, float] = field(default_factory=dict)
    moved_at: float = field(default_factory=time.monotonic)

    def look(self, client: AirflowClient) -> None:
        """Tell of every period that has come to another step."""
        for period in self.periods:
            runs = client.runs_of(period)
            if not runs:
                continue
            self.run_ids[runs[0].run_id] = period
            step = _current_step(client.task_states(runs[0].run_id))
            if self.steps.get(period.key) != step:
                self.steps[period.key], self.moved_at = step, time.monotonic()
                tell("PERIOD_AT_STEP", period=period, step=step)
            if runs[0].state == "failed":
                raise Broken("RUN_FAILED", period=period, run_id=runs[0].run_id, step=step)
        if time.monotonic() - self.moved_at > STALL_SECONDS:
            raise Broken("RUNS_STALLED", seconds=STALL_SECONDS)

    def ripe(self, questions: Sequence[Question]) -> list[Question]:
        """The approvals of our runs that have waited long enough to be answered."""
        now = time.monotonic()
        ours = [one for one in questions if one.run_id in self.run_ids]
        self.waiting_since = {one: self.waiting_since.get(one, now) for one in ours}
        return [one for one in ours if now - self.waiting_since[one] >= ANSWER_AFTER_SECONDS]


def _current_step(states: dict[str, str]) -> str:
    """The name of the first step that is not over."""
    unfinished = (code for step, code in STEPS.items() if states.get(step) not in ("success", "skipped"))
    return say(next(unfinished, "PERIOD_DONE"))
