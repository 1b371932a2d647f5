"""The few calls we make to Airflow's REST API, in terms of periods and runs."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.operating.airflow_runs import Question, Run, read_run
from townreturn.operating.environment import Installation
from townreturn.operating.levels import CORRECTIONS, DECIDING, INTAKE, MONTHLY
from townreturn.operating.run_keys import key_of

__all__ = [
    "CORRECTIONS", "INTAKE", "MONTHLY", "AirflowClient", "Question", "Run", "connect_as", "connect_to", "open_client",
]  # fmt: skip
_PAGE = 100
"""The most that Airflow gives at once, whatever is asked for [api.maximum_page_limit]."""
_AT_ONCE = 1000
"""Of a backfill's runs. A rejected period comes back while the later ones wait for it: none may wait for a slot."""
_ATTEMPTS = 6
_ATTEMPTS_FOR_A_PERSON = 3
"""Two repeats, after one and two seconds: somebody waits before the screen."""


class AirflowClient:
    """Signed-in access to one Airflow. Raises Broken when it cannot be reached (AIRFLOW_UNREACHABLE), does not allow
    something (AIRFLOW_FORBIDDEN) or answers wrongly otherwise.

    Without a password ``http`` carries a token; Refused when that is not valid any more.
    """

    def __init__(self, http: httpx.Client, account: str, password: str | None, attempts: int = _ATTEMPTS) -> None:
        self._http, self._account, self._password, self._attempts = http, account, password, attempts

    def knows(self, dag_id: str) -> bool:
        return self._send("GET", f"/api/v2/dags/{dag_id}", accept=(404,)).status_code == httpx.codes.OK

    def import_faults(self) -> tuple[str, ...]:
        """What keeps DAG files from being read, a file each."""
        rows = self._send("GET", "/api/v2/importErrors").json()["import_errors"]
        return tuple(f"{row['filename']}: {row['stack_trace']}" for row in rows)

    def create_backfill(
        self, first: datetime, last: datetime, at_once: int = _AT_ONCE, dag_id: str = MONTHLY
    ) -> bool:  # fmt: skip
        """Backfill the periods that end between two instants; False while another backfill is open.

        Airflow reads the wall clock of what is sent in the timetable's own zone and ignores the
        offset, so local times go out labelled as UTC.
        """
        body = {
            "dag_id": dag_id,
            "from_date": first.replace(tzinfo=UTC).isoformat(),
            "to_date": last.replace(tzinfo=UTC).isoformat(),
            "max_active_runs": at_once,
        }
        return self._send("POST", "/api/v2/backfills", body, accept=(409,)).status_code != httpx.codes.CONFLICT

    def has_open_backfill(self, dag_id: str = MONTHLY) -> bool:
        """Whether a backfill is under way; Airflow takes one at a time, so that only the newest can be."""
        rows = self._send("GET", f"/api/v2/backfills?dag_id={dag_id}&order_by=-id&limit=1").json()["backfills"]
        return any(row["completed_at"] is None for row in rows)

    def trigger(
        self, period: str | None, *, partition_key: str | None = None, dag_id: str = MONTHLY, run_id: str | None = None,
        **form: object,
    ) -> str:  # fmt: skip
        """Start a manual run as a person would, by the form's period and other fields; gives the run id."""
        body: dict[str, Any] = {
            "logical_date": None,
            "conf": {"period": period, **form},
            "partition_key": partition_key,
        }
        body |= {"dag_run_id": run_id} if run_id else {}
        return str(self._send("POST", _runs(dag_id), body).json()["dag_run_id"])

    def runs_of(self, period: Period, dag_id: str = MONTHLY, town: str = "") -> tuple[Run, ...]:
        """A DAG's runs of a period, of several towns of one's, newest first."""
        runs = self._among(dag_id, key_of(town, period), period.key)
        return tuple(run for run in runs if (run.town, run.period) == (town, period.key))

    def newest_runs(self, dag_id: str = MONTHLY, town: str = "") -> dict[str, Run]:
        """Period key → a DAG's newest run of it, of several towns of one's."""
        runs = self._among(dag_id, town, town) if town else self.list_runs(dag_id)
        return {run.period: run for run in reversed(runs) if run.town == town}

    def _among(self, dag_id: str, key: str, typed: str) -> list[Run]:
        """Newest first, at least those whose key begins with the one, and those whose form has the other in it.

        Airflow filters by either, and gives two answers no common order: where there are both, all runs are read.
        """
        keyed = self._list(dag_id, f"&partition_key_prefix_pattern={quote(key, safe='')}")
        by_form = self._list(dag_id, f"&conf_contains={quote(typed, safe='')}")
        return self.list_runs(dag_id) if keyed and by_form else keyed or by_form

    def list_runs(self, dag_id: str) -> list[Run]:
        """Every run of a DAG, the newest first."""
        return self._list(dag_id)

    def _list(self, dag_id: str, narrowed: str = "") -> list[Run]:
        return [read_run(row) for row in self._rows(f"{_runs(dag_id)}?order_by=-id{narrowed}", "dag_runs")]

    def find_run(self, run_id: str) -> Run | None:
        """A run that asks or asked an approver, or None when it has been deleted."""
        for dag_id in DECIDING:
            answer = self._send("GET", f"{_runs(dag_id)}/{run_id}", accept=(404,))
            if answer.is_success:
                return read_run(answer.json())
        return None

    def run(self, run_id: str, dag_id: str = MONTHLY) -> Run:
        return read_run(self._send("GET", f"{_runs(dag_id)}/{run_id}").json())

    def questions(self, dag_id: str = "~", run_id: str = "~") -> tuple[Question, ...]:
        """The approvals of returns and corrections that wait for an answer now; of one run, or of all."""
        query = "response_received=false&state=awaiting_input"
        rows = self._rows(f"{_runs(dag_id)}/{run_id}/hitlDetails?{query}", "hitl_details")
        asked = ((row["task_instance"], row["subject"]) for row in rows)
        return tuple(
            Question(task["dag_run_id"], task["task_id"], subject, task["dag_id"])
            for task, subject in asked
            if task["dag_id"] in DECIDING
        )

    def answer(self, question: Question, option: str, form: Mapping[str, Any]) -> None:
        """Answer an approval as the signed-in account. Raises Refused when that may not."""
        path = f"{_runs(question.dag_id)}/{question.run_id}/taskInstances/{question.task_id}/-1/hitlDetails"
        answer = self._send("PATCH", path, {"chosen_options": [option], "params_input": dict(form)}, accept=(403,))
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise Refused("APPROVAL_FORBIDDEN", account=self._account, subject=question.subject)

    def announce(self, asset: str) -> None:
        """Record an event of an asset, which starts what is scheduled on it."""
        rows = self._send("GET", f"/api/v2/assets?name_pattern={asset}").json()["assets"]
        key = next(row["id"] for row in rows if row["name"] == asset)
        self._send("POST", "/api/v2/assets/events", {"asset_id": key, "extra": {}})

    def set_note(self, run_id: str, note: str, dag_id: str = MONTHLY) -> None:
        """Show a line of text beside a run."""
        self._send("PATCH", f"{_runs(dag_id)}/{run_id}?update_mask=note", {"note": note})

    def end(self, run: Run, note: str) -> None:
        """Let a run go no further, and say why beside it: whatever it asks is asked no more."""
        self._send("PATCH", f"{_runs(run.dag_id)}/{run.run_id}", {"state": "failed", "note": note})

    def clear_from(self, run_id: str, task_id: str, dag_id: str = MONTHLY) -> None:
        """Let a finished run go on from a task: it and everything after it runs again."""
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": [task_id],
            "include_downstream": True,
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self._send("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", body)

    def make_pool(self, name: str, slots: int) -> None:
        """A pool for our tasks; one that is there stays as people have set it."""
        body = {"name": name, "slots": slots, "description": "townreturn"}
        self._send("POST", "/api/v2/pools", body, accept=(409,))

    def _rows(self, path: str, name: str) -> list[Mapping[str, Any]]:
        """All rows of a list, of which Airflow gives a page at a time."""
        rows: list[Mapping[str, Any]] = []
        while True:
            answer = self._send("GET", f"{path}&limit={_PAGE}&offset={len(rows)}").json()
            rows += answer[name]
            if len(rows) >= answer["total_entries"] or not answer[name]:
                return rows

    def _send(self, method: str, path: str, body: object = None, accept: tuple[int, ...] = ()) -> httpx.Response:
        """One call, repeated while Airflow is busy (SQLite: "database is locked") or out of reach."""
        code, trouble = "AIRFLOW_REFUSED", ""
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(2 ** (attempt - 1))
            try:
                answer = self._send_once(method, path, body)
            except httpx.TransportError as fault:
                code, trouble = "AIRFLOW_UNREACHABLE", repr(fault)
                continue
            if answer.is_success:
                return answer
            is_forbidden = answer.status_code == httpx.codes.FORBIDDEN
            code = "AIRFLOW_FORBIDDEN" if is_forbidden else "AIRFLOW_REFUSED"
            trouble = f"{answer.status_code} {answer.text[:500]}"
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or "locked" in answer.text:
                continue
            if answer.status_code in accept:
                return answer
            break
        raise Broken(code, account=self._account, call=f"{method} {path}", answer=trouble)

    def _send_once(self, method: str, path: str, body: object) -> httpx.Response:
        if "Authorization" not in self._http.headers:
            self._sign_in()
        answer = self._http.request(method, path, json=body)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._sign_in()
            answer = self._http.request(method, path, json=body)
        return answer

    def _sign_in(self) -> None:
        if self._password is None:
            raise Refused("AIRFLOW_SIGNED_OUT", account=self._account)
        self._http.headers.pop("Authorization", None)
        answer = self._http.post("/auth/token", json={"username": self._account, "password": self._password})
        if not answer.is_success:
            raise Broken("AIRFLOW_SIGN_IN_FAILED", account=self._account, status=answer.status_code)
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def _runs(dag_id: str) -> str:
    return f"/api/v2/dags/{dag_id}/dagRuns"


@contextmanager
def connect_to(address: str, account: str, password: str) -> Iterator[AirflowClient]:
    """A client for an Airflow anywhere, signed in on first use."""
    # Local calls must not go through a proxy that the environment may name.
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
        yield AirflowClient(http, account, password)


@contextmanager
def connect_as(address: str, account: str, token: str) -> Iterator[AirflowClient]:
    """A client for an Airflow anywhere, with the token of somebody who has signed in there."""
    signed_in = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=address, timeout=30, trust_env=False, headers=signed_in) as http:
        yield AirflowClient(http, account, None, _ATTEMPTS_FOR_A_PERSON)


@contextmanager
def open_client(installation: Installation, account: str) -> Iterator[AirflowClient]:
    """A client for the embedded Airflow, as one of its accounts."""
    with connect_to(installation.address, account, installation.passwords()[account]) as client:
        yield client
