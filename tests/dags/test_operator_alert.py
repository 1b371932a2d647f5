"""The failure notifier where Airflow gives a run and no task, as when the task is no longer in the DAG."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from townreturn.office import Office, open_this_office
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("TOWNRETURN_HOME", str(tmp_path / "home"))
    office = open_this_office()
    yield office
    office.engine.dispose()


def fail(dag_id: str, run_id: str) -> None:
    from operator_alert import OperatorAlert

    OperatorAlert().notify({"dag": SimpleNamespace(dag_id=dag_id), "run_id": run_id, "reason": "task_failure"})


def told(office: Office) -> list[str]:
    with reading(office.engine) as tx:
        return [one.text for one in recent_alerts(tx, office.plans.town_code)]


def test_a_run_without_a_task_is_told_once(office: Office) -> None:
    fail("monthly_return", "scheduled__2018-04-01")
    fail("monthly_return", "scheduled__2018-04-01")
    [text] = told(office)
    for part in ("monthly_return", "scheduled__2018-04-01", "task_failure"):
        assert part in text


def test_another_dags_run_of_the_same_name_is_told_too(office: Office) -> None:
    fail("monthly_return", "scheduled__2018-04-01")
    fail("intake", "scheduled__2018-04-01")
    assert len(told(office)) == 2
