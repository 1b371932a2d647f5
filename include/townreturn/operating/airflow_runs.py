"""Runs and approvals as Airflow's REST API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from townreturn.operating.levels import MONTHLY


@dataclass(frozen=True)
class Run:
    """One run of a DAG; ``period`` is as its partition key says, or a person typed it, and ``town`` where there are
    several."""

    run_id: str
    period: str
    state: str
    dag_id: str = MONTHLY
    town: str = ""

    @property
    def is_going_on(self) -> bool:
        """Whether it has not ended; one that asks an approver is running."""
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class Question:
    """An approval that waits for its answer."""

    run_id: str
    task_id: str
    subject: str
    dag_id: str = MONTHLY


def read_run(row: Mapping[str, Any]) -> Run:
    """A row of the API's ``dag_runs``."""
    typed = row.get("conf") or {}
    town, between, period = (row["partition_key"] or typed.get("period") or "").rpartition("~")
    town = town if between else typed.get("town") or ""
    return Run(run_id=row["dag_run_id"], period=period, state=row["state"], dag_id=row["dag_id"], town=town)
