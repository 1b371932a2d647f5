"""Following runs: what was compiled is approved under its run, and a run that asks goes on once it is answered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_edge import AirflowEdge, question_row, run_row
from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Broken
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating import backfill
from townreturn.operating.airflow_client import AirflowClient, Question
from townreturn.operating.backfill import ANSWER_AFTER_SECONDS, _approve, _Progress, _release
from townreturn.store.decisions import list_decisions, list_refusals
from townreturn.store.engine import reading

APPROVE = Question("run-1", "approve", "审批")
COUNTERSIGN = Question("run-1", "countersign", "会签")


def test_a_second_question_of_a_run_waits_as_long_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow loses an answer that comes before it has noticed that the asking task has ended."""
    clock = [1000.0]
    monkeypatch.setattr(backfill.time, "monotonic", lambda: clock[0])
    progress = _Progress("monthly_return", "")
    progress.run_ids["run-1"] = Period("2018-01")
    assert progress.ripe([APPROVE]) == []
    clock[0] += ANSWER_AFTER_SECONDS
    assert progress.ripe([APPROVE]) == [APPROVE]
    assert progress.ripe([COUNTERSIGN]) == []
    clock[0] += ANSWER_AFTER_SECONDS
    assert progress.ripe([COUNTERSIGN]) == [COUNTERSIGN]


def test_questions_of_other_runs_are_left_to_people() -> None:
    assert _Progress("monthly_return", "").ripe([APPROVE]) == []


JANUARY = Period("2018-01")
RUN = "backfill__2018-01__x"


@pytest.fixture
def office(small_office: Office) -> Office:
    """January in, and compiled by its run."""
    now = overdue(small_office.plans.plans[0], "2018-01")
    month.open_period(small_office, JANUARY, now, RUN, backfilled=True)
    store_all(small_office, "2018-01")
    empty_the_inbox(small_office, now)
    month.compile_return(small_office, JANUARY, datetime.now(UTC) - timedelta(minutes=1))
    return small_office


@pytest.fixture
def edge() -> AirflowEdge:
    return AirflowEdge([run_row(RUN, "2018-01")], [question_row(RUN)])


@pytest.fixture
def client(edge: AirflowEdge) -> Iterator[AirflowClient]:
    asker: Any = SimpleNamespace(headers={"x-account": "operator"})
    with edge.open(asker) as client:
        yield client


@pytest.fixture
def progress(client: AirflowClient, monkeypatch: pytest.MonkeyPatch) -> _Progress:
    """Which knows the run, and lets no question ripen."""
    monkeypatch.setattr(backfill, "ANSWER_AFTER_SECONDS", 0)
    progress = _Progress("monthly_return", "")
    progress.look(client, [JANUARY])
    return progress


def cleared(edge: AirflowEdge) -> list[list[str]]:
    return [body["task_ids"] for _, path, body in edge.told if path.endswith("/clearTaskInstances")]


def change_figures(office: Office) -> None:
    store_report(office, "tobacco", "2018-01", {"cases_filed": 9}, number=1)


def test_what_was_compiled_is_approved_under_its_run(office: Office, progress: _Progress) -> None:
    assert _approve(office, JANUARY, progress.run_of(JANUARY)) == "TASK_APPROVE"
    with reading(office.engine) as tx:
        decided = list_decisions(tx, "qingxi", "2018-01")
    assert [(one.account, one.approved, one.run_id) for one in decided] == [("approver", True, RUN)]
    assert _approve(office, JANUARY, RUN) == "TASK_PUBLISH"


def test_a_run_that_asked_a_moment_before_finds_the_approval(
    office: Office, client: AirflowClient, edge: AirflowEdge, progress: _Progress
) -> None:
    _release(client, office, progress)
    assert cleared(edge) == [], "nobody has answered"
    _approve(office, JANUARY, RUN)
    _release(client, office, progress)
    assert cleared(edge) == [["approve"]]


def test_what_changes_before_its_approval_is_compiled_anew(
    office: Office, client: AirflowClient, edge: AirflowEdge, progress: _Progress
) -> None:
    change_figures(office)
    assert _approve(office, JANUARY, RUN) == "TASK_COMPILE"
    _release(client, office, progress)
    assert cleared(edge) == [["compile"]]
    with reading(office.engine) as tx:
        assert not list_decisions(tx, "qingxi", "2018-01")


def test_what_changes_after_its_approval_lets_intake_resume_the_run(office: Office) -> None:
    _approve(office, JANUARY, RUN)
    change_figures(office)
    compilation = month.pending_return(office, JANUARY, datetime.now(UTC))
    assert compilation is not None
    with pytest.raises(Exception, match="有变动"):
        month.publish(office, compilation.compilation_id, datetime.now(UTC))
    with reading(office.engine) as tx:
        assert [one.run_id for one in list_refusals(tx, "qingxi", "2018-01")] == [RUN]
    assert month.runs_to_resume(office) == ((JANUARY, RUN),)


def test_a_failed_run_ends_it_but_not_that_of_a_period_which_is_out(client: AirflowClient, edge: AirflowEdge) -> None:
    edge.runs = [run_row(RUN, "2018-01", "failed"), run_row("other", "2018-02")]
    _Progress("monthly_return", "").look(client, [Period("2018-02")])
    with pytest.raises(Broken, match="2018-01"):
        _Progress("monthly_return", "").look(client, [JANUARY])


def test_runs_beyond_the_first_page_are_seen(edge: AirflowEdge, client: AirflowClient) -> None:
    edge.runs = [run_row(f"run-{number}", f"20{number // 12:02}-{number % 12 + 1:02}") for number in range(250)]
    assert len(client.newest_runs()) == 250


def test_of_many_towns_only_the_own_runs_and_question_are_asked_for(edge: AirflowEdge, client: AirflowClient) -> None:
    """An approval on the board reads no more in a province than in a town."""
    towns = [f"t{number:03}" for number in range(300)]
    edge.runs = [run_row(f"run-{town}", f"{town}~2018-01") for town in towns]
    edge.questions = [question_row(f"run-{town}") for town in towns]
    [found] = client.runs_of(JANUARY, town="t007")
    assert found.run_id == "run-t007"
    [question] = client.questions("monthly_return", found.run_id)
    assert question.run_id == "run-t007"
    assert client.newest_runs(town="t007") == {"2018-01": found}
    assert len(edge.looked_up) == 5


def test_runs_by_key_and_by_form_keep_their_order(edge: AirflowEdge, client: AirflowClient) -> None:
    typed = run_row("typed", "") | {"partition_key": None, "conf": {"period": "2018-01", "town": "t1"}}
    edge.runs = [run_row("newest", "t1~2018-01"), typed, run_row("oldest", "t1~2018-01"), run_row("x", "t1~2018-02")]
    assert [one.run_id for one in client.runs_of(JANUARY, town="t1")] == ["newest", "typed", "oldest"]
    assert {one.run_id for one in client.newest_runs(town="t1").values()} == {"newest", "x"}
