"""Airflow's REST API at its edge only: what it is asked is answered from a list and kept, nothing runs."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request

from townreturn.operating.airflow_client import AirflowClient

MONTHLY_RUN = "backfill__2018-03__x"


def run_row(run_id: str, period: str, state: str = "running", dag_id: str = "monthly_return") -> dict[str, Any]:
    return {"dag_run_id": run_id, "partition_key": period, "conf": {}, "state": state, "dag_id": dag_id}


def question_row(run_id: str, task_id: str = "approve", dag_id: str = "monthly_return") -> dict[str, Any]:
    return {"task_instance": {"dag_id": dag_id, "dag_run_id": run_id, "task_id": task_id}, "subject": "审批"}


@dataclass
class AirflowEdge:
    """``told``: (method, path, body) of everything that would change something, in its order; ``looked_up``: what was
    asked for otherwise.

    ``status`` is the answer to all of the former; ``is_away`` answers nothing at all.
    """

    runs: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    has_open_backfill: bool = False
    status: int = 200
    is_away: bool = False
    told: list[tuple[str, str, Any]] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    @contextmanager
    def open(self, request: Request) -> Iterator[AirflowClient]:
        http = httpx.Client(
            base_url="http://airflow",
            transport=httpx.MockTransport(self._answer),
            headers={"Authorization": "Bearer x"},
        )
        yield AirflowClient(http, request.headers["x-account"], None, 1)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path, asked = request.url.path.removeprefix("/api/v2"), request.url.params
        if self.is_away:
            raise httpx.ConnectError("no route to host")
        if request.method != "GET":
            self.told.append((request.method, path, json.loads(request.content)))
            return httpx.Response(self.status, json={"dag_run_id": "manual__1"})
        self.looked_up.append(str(request.url.raw_path, "ascii"))
        return self._look_up(path, asked)

    def _look_up(self, path: str, asked: Mapping[str, str]) -> httpx.Response:
        if path.endswith("/hitlDetails"):
            open_ones = [
                one for one in self.questions if path.split("/")[4] in ("~", one["task_instance"]["dag_run_id"])
            ]
            return httpx.Response(200, json={"hitl_details": open_ones, "total_entries": len(open_ones)})
        if path == "/backfills":
            ended = None if self.has_open_backfill else "2018-04-01T00:00:00Z"
            return httpx.Response(200, json={"backfills": [{"completed_at": ended}]})
        if path == "/assets":
            return httpx.Response(200, json={"assets": [{"id": 7, "name": "submission_inbox"}]})
        dag_id, run_id = path.split("/")[2], path.rpartition("/")[2]
        found = [one for one in self.runs if one["dag_id"] == dag_id and _is_asked_for(one, asked)]
        offset = int(asked.get("offset", 0))
        if run_id == "dagRuns":
            return httpx.Response(200, json={"dag_runs": found[offset : offset + 100], "total_entries": len(found)})
        return next(
            (httpx.Response(200, json=one) for one in found if one["dag_run_id"] == run_id), httpx.Response(404)
        )


def _is_asked_for(run: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """As Airflow narrows a list of runs."""
    return (run["partition_key"] or "").startswith(asked.get("partition_key_prefix_pattern", "")) and asked.get(
        "conf_contains", ""
    ) in json.dumps(run.get("conf") or {})
