"""A real Airflow for tests: scheduler, DAG processor, triggerer and API server in their own processes."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from townreturn.domain.period import Period
from townreturn.office import Office, open_offices
from townreturn.operating.airflow_client import MONTHLY, AirflowClient, Question, Run, open_client
from townreturn.operating.airflow_process import start_airflow, stop_airflow, wait_until_healthy
from townreturn.operating.backfill import ANSWER_AFTER_SECONDS, request_backfill
from townreturn.operating.environment import OPERATOR, Installation
from townreturn.operating.running import make_pools
from townreturn.plans import load_plan_books
from townreturn.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """One data directory with its running Airflow."""

    office: Office
    installation: Installation
    environment: Mapping[str, str]
    offices: tuple[Office, ...] = ()
    """Of several towns all of them; ``office`` is the first."""

    def up(self) -> None:
        """As ``make up``, which an operator or a service manager says again after a fault."""
        start_airflow(self.installation, {**os.environ, **self.environment})
        wait_until_healthy(self.installation, self.installation.dag_ids, lambda seconds, part: None)
        make_pools(self.installation)

    @property
    def inbox(self) -> Path:
        return Path(self.office.inbox.path)

    def client(self, account: str = OPERATOR) -> AbstractContextManager[AirflowClient]:
        return open_client(self.installation, account)

    def backfill(self, *periods: str) -> None:
        request_backfill(self.installation, (self.office,), [Period(key) for key in periods])

    def run_of(self, period: str, dag_id: str = MONTHLY) -> Run:
        """The newest run of a period."""
        with self.client() as client:
            return wait_for(f"a run of {period}", lambda: next(iter(client.runs_of(Period(period), dag_id)), None))

    def states(self, run_id: str) -> dict[str, str]:
        """Task id → state of a monthly run; tasks that have not begun have the empty state."""
        with self.client() as client:
            answer = client._send("GET", f"/api/v2/dags/{MONTHLY}/dagRuns/{run_id}/taskInstances")
        return {row["task_id"]: row["state"] or "" for row in answer.json()["task_instances"]}

    def wait_until_over(self, run_id: str, dag_id: str = MONTHLY) -> str:
        """The final state of a run."""
        with self.client() as client:
            return wait_for(
                f"the end of {run_id}",
                lambda: state if (state := client.run(run_id, dag_id).state) in ("success", "failed") else None,
            )

    def question_of(self, period: str, dag_id: str = MONTHLY) -> Question:
        """The approval of a period, once it can be answered."""
        run_id = self.run_of(period, dag_id).run_id
        with self.client() as client:
            question = wait_for(
                f"the approval of {period}",
                lambda: next((one for one in client.questions() if one.run_id == run_id), None),
            )
        time.sleep(ANSWER_AFTER_SECONDS)
        return question

    def answer(self, period: str, option: str, account: str, dag_id: str = MONTHLY, **form: Any) -> None:
        self.answer_question(self.question_of(period, dag_id), option, account, **form)

    def answer_question(self, question: Question, option: str, account: str, **form: Any) -> None:
        """Answer what ``question_of`` has found, without waiting for it a second time."""
        with self.client(account) as client:
            client.answer(question, option, {"comment": "", "sent_back": [], **form})


def wait_for(what: str, look: Callable[[], T | None], seconds: int = 100) -> T:
    """What ``look`` finds, looked for every second; the test fails when it never comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(1)
    pytest.fail(f"waited {seconds} s for {what}")


def run_site(
    home: Path, prepare: Callable[[Office], None] | None = None, onlookers: tuple[str, ...] = (), **settings: str
) -> Iterator[Site]:  # fmt: skip
    """Start an Airflow on an empty data directory, or one that ``prepare`` has filled, and stop it afterwards.

    ``onlookers`` sign in with the role of the approvers, and no plan names them.
    """
    environment = {"TOWNRETURN_HOME": str(home), "TOWNRETURN_PORT": str(free_port()), **settings}
    offices = open_offices(Settings.from_environment(environment))
    office = offices[0]
    if prepare is not None:
        prepare(office)
    installation = Installation.of(
        Settings.from_environment(environment),
        load_plan_books(Settings.from_environment(environment).plans),
        environment,
    )
    installation = replace(installation, approvers=(*installation.approvers, *onlookers))
    site = Site(office, installation, environment, offices)
    try:
        site.up()
        yield site
    finally:
        stop_airflow(installation)
        office.engine.dispose()


def free_port() -> int:
    """A port whose two neighbours, for the log servers, are very likely free as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
