"""The REST client against a stand-in for Airflow: signing in, patience, refusals."""

import json
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from townreturn.domain.errors import Broken, Refused
from townreturn.domain.period import Period
from townreturn.operating import airflow_client
from townreturn.operating.airflow_client import AirflowClient, Question

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airflow_client.time, "sleep", lambda _: None)


def client_of(answer: Answer) -> tuple[AirflowClient, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(201, json={"access_token": f"token{len(seen)}"})
        seen.append(request)
        return answer(request)

    http = httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(handle))
    return AirflowClient(http, "operator", "secret"), seen


def test_a_locked_database_is_tried_again() -> None:
    answers = iter(
        [httpx.Response(500, text="database is locked"), httpx.Response(409, text="locked"), httpx.Response(200)]
    )
    client, seen = client_of(lambda _: next(answers))
    assert client.create_backfill(datetime(2018, 1, 26), datetime(2018, 3, 26)) is True  # noqa: DTZ001
    assert len(seen) == 3


def test_a_backfill_goes_out_in_wall_clock_time() -> None:
    client, seen = client_of(lambda _: httpx.Response(200))
    local = datetime.fromisoformat("2018-01-26T00:00:00+08:00")
    client.create_backfill(local, local)
    assert json.loads(seen[0].content)["from_date"] == "2018-01-26T00:00:00+00:00"


def test_another_open_backfill_is_no_error() -> None:
    client, _ = client_of(lambda _: httpx.Response(409, json={"detail": "There is already a running backfill"}))
    assert client.create_backfill(datetime(2018, 1, 26), datetime(2018, 1, 26)) is False  # noqa: DTZ001


def test_an_expired_token_is_renewed() -> None:
    answers = iter([httpx.Response(401), httpx.Response(200)])
    client, seen = client_of(lambda _: next(answers))
    assert client.knows("monthly_return")
    assert [request.headers["Authorization"] for request in seen] == ["Bearer token0", "Bearer token1"]


def test_a_token_that_is_not_valid_any_more_is_no_reason_to_sign_in_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(401)

    plain = httpx.Client
    monkeypatch.setattr(
        airflow_client.httpx, "Client", lambda **kwargs: plain(transport=httpx.MockTransport(answer), **kwargs)
    )
    with airflow_client.connect_as("http://airflow", "approver", "abc") as client, pytest.raises(Refused) as refusal:
        client.questions()
    assert str(refusal.value) == "账号 approver 的登录已过期，请重新登录 Airflow 后再试"
    assert [(one.url.path, one.headers["Authorization"]) for one in seen] == [
        ("/api/v2/dags/~/dagRuns/~/hitlDetails", "Bearer abc")
    ]


@pytest.mark.parametrize(("completed_at", "expected"), [(None, True), ("2018-04-01T00:00:00Z", False)])
def test_a_backfill_is_open_until_it_is_completed(completed_at: str | None, expected: bool) -> None:
    client, _ = client_of(lambda _: httpx.Response(200, json={"backfills": [{"completed_at": completed_at}]}))
    assert client.has_open_backfill() is expected


def test_what_airflow_refuses_is_not_repeated() -> None:
    client, seen = client_of(lambda _: httpx.Response(422, text="no such thing"))
    with pytest.raises(Broken, match="no such thing"):
        client.run("r1")
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("status", "code"), [(403, "AIRFLOW_FORBIDDEN"), (404, "AIRFLOW_REFUSED"), (503, "AIRFLOW_REFUSED")]
)
def test_what_an_account_may_not_is_told_from_what_goes_wrong(status: int, code: str) -> None:
    client, _ = client_of(lambda _: httpx.Response(status))
    with pytest.raises(Broken) as fault:
        client.run("r1")
    assert fault.value.code == code


def test_an_airflow_that_does_not_answer_is_out_of_reach() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    client, _ = client_of(nobody)
    with pytest.raises(Broken, match="no route to host") as fault:
        client.run("r1")
    assert fault.value.code == "AIRFLOW_UNREACHABLE"


def test_who_may_not_answer_is_told_so() -> None:
    client, _ = client_of(lambda _: httpx.Response(403))
    with pytest.raises(Refused) as refusal:
        client.answer(Question("r1", "approve", "审批：清溪镇2018-03"), "Approve", {})
    assert str(refusal.value) == "账号 operator 无权办理“审批：清溪镇2018-03”"


def test_runs_are_found_by_key_or_by_what_was_typed() -> None:
    rows = [
        {"dag_run_id": "m", "partition_key": None, "conf": {"period": "2018-03"}, "state": "failed", "dag_id": "d"},
        {"dag_run_id": "b", "partition_key": "2018-03", "conf": {}, "state": "success", "dag_id": "d"},
        {"dag_run_id": "x", "partition_key": "2018-04", "conf": None, "state": "running", "dag_id": "d"},
    ]
    client, _ = client_of(lambda _: httpx.Response(200, json={"dag_runs": rows, "total_entries": len(rows)}))
    assert [run.run_id for run in client.runs_of(Period("2018-03"))] == ["m", "b"]


def test_approvals_of_returns_and_corrections_are_told_apart() -> None:
    rows = [
        {"task_instance": {"dag_id": dag_id, "dag_run_id": "r", "task_id": "approve"}, "subject": subject}
        for dag_id, subject in (("monthly_return", "月报"), ("corrections", "更正"), ("holiday", "请假"))
    ]
    client, seen = client_of(lambda _: httpx.Response(200, json={"hitl_details": rows, "total_entries": len(rows)}))
    assert [(one.dag_id, one.subject) for one in client.questions()] == [
        ("monthly_return", "月报"),
        ("corrections", "更正"),
    ]
    client.answer(client.questions()[1], "Approve", {})
    assert seen[-1].url.path.startswith("/api/v2/dags/corrections/dagRuns/r/")


def test_a_run_is_looked_for_among_returns_and_corrections() -> None:
    def only_corrections(request: httpx.Request) -> httpx.Response:
        if "/corrections/" not in request.url.path:
            return httpx.Response(404)
        row = {"dag_run_id": "r", "partition_key": "2018-03", "conf": {}, "state": "failed", "dag_id": "corrections"}
        return httpx.Response(200, json=row)

    client, _ = client_of(only_corrections)
    run = client.find_run("r")
    assert run is not None
    assert run.dag_id == "corrections"
    client.end(run, "由新的运行接办")
