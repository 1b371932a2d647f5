"""The obvious design, to compare with: a task a unit and step, heavy imports at the top, one validation a workbook.

It does the month's work by the same functions as the real DAGs, and publishes the same files. What nobody would
think of at first is left out: no batch, no imports ahead of tasks, no skipping, a task for every step that has a name.
"""

import hashlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import great_expectations  # noqa: F401 - as everybody writes it
import matplotlib.pyplot as plt  # noqa: F401
import openpyxl  # noqa: F401
import pandas as pd
from airflow.sdk import CronPartitionTimetable, dag, task

from townreturn import month
from townreturn.domain.period import Period
from townreturn.domain.submission import Arrival
from townreturn.messaging.folder import FolderChannel
from townreturn.month.trays import Received, enter_tray
from townreturn.office import Office, open_office
from townreturn.publishing import briefing, submission, workbook  # noqa: F401
from townreturn.settings import Settings

WORKBOOKS = range(6)
"""A lead unit's each; what every unit has a task of its own for."""


def the_office() -> Office:
    return open_office(Settings.from_environment(os.environ))


def now() -> datetime:
    return datetime.now(UTC)


@dag(
    dag_id="monthly_return", start_date=datetime(2018, 1, 1, tzinfo=UTC), catchup=False,
    schedule=CronPartitionTimetable("0 0 26 * *", timezone="Asia/Shanghai", key_format="%Y-%m"),
    default_args={"retries": 2},
)  # fmt: skip
def monthly_return() -> None:
    @task
    def open_period(dag_run=None) -> str:
        month.open_period(the_office(), Period(dag_run.partition_key), now(), dag_run.run_id, backfilled=True)
        return dag_run.partition_key

    @task
    def fetch(number: int, period: str) -> str:
        """A unit's workbook into the archive; gives its hash."""
        office = the_office()
        source = sorted(Path(office.inbox.path).glob(f"{period}_*.xlsx"))[number]
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        office.archive.path(digest).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, office.archive.path(digest))
        return digest

    @task
    def read(digest: str) -> int:
        """Every sheet as a frame; gives the number of cells."""
        sheets = pd.read_excel(the_office().archive.path(digest), sheet_name=None, header=None, engine="openpyxl")
        return int(sum(frame.size for frame in sheets.values()))

    @task
    def validate_and_store(digest: str, cells: int) -> None:  # noqa: ARG001
        office = the_office()
        kept = office.archive.path(digest)
        received_at = datetime.fromtimestamp(kept.stat().st_mtime, UTC)
        enter_tray([Received(office, Arrival(f"{digest}.xlsx", digest, received_at), None)], now())

    @task
    def answer() -> None:
        """The receipts go out."""
        office = the_office()
        month.send_posted(office, [FolderChannel(office.outbox, None)], now)

    @task
    def compile_period(period: str) -> int:
        return month.compile_return(the_office(), Period(period), now())

    @task
    def check(compilation_id: int) -> None:
        month.check_return(the_office(), compilation_id)

    @task
    def approve(period: str, compilation_id: int) -> None:
        office = the_office()
        while not month.ask_approval(office, compilation_id).standing.is_sufficient:
            month.record_decision(
                office, compilation_id, account=month.most_helpful_approver(office, Period(period)), approved=True,
                comment="", sent_back=(), run_id="", now=now(),
            )  # fmt: skip

    @task
    def publish(compilation_id: int) -> str:
        return month.publish(the_office(), compilation_id, now())

    @task
    def deliver() -> None:
        office = the_office()
        month.send_posted(office, [FolderChannel(office.outbox, None)], now)

    period = open_period()
    compiled = compile_period(period)
    for number in WORKBOOKS:
        digest = fetch.override(task_id=f"fetch_{number}")(number, period)
        cells = read.override(task_id=f"read_{number}")(digest)
        stored = validate_and_store.override(task_id=f"validate_{number}")(digest, cells)
        stored >> answer.override(task_id=f"answer_{number}")() >> compiled
    check(compiled) >> approve(period, compiled) >> publish(compiled) >> deliver()


monthly_return()
