"""The month in hand goes before a backfill, and in both what is nearest to publication first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="module")
def dags() -> Mapping[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(DAGS)).dags


@pytest.fixture(scope="module")
def monthly(dags: Mapping[str, Any]) -> Any:
    """The DAG as the scheduler has it, read back from what is stored."""
    from airflow.serialization.serialized_objects import DagSerialization

    return DagSerialization.from_dict(DagSerialization.to_dict(dags["monthly_return"]))


def weight(dag: Any, task_id: str, run_id: str) -> int:
    from airflow.models.taskinstance import TaskInstance

    task = dag.task_dict[task_id]
    return int(task.weight_rule.get_weight(TaskInstance(task=task, run_id=run_id, dag_version_id=None)))


def test_the_first_task_of_a_month_goes_before_the_last_of_a_backfill(monthly: Any) -> None:
    in_hand = [weight(monthly, one, "scheduled__2018-03__x") for one in ("open", "compile", "publish")]
    backfilled = [weight(monthly, one, "backfill__2014-03__x") for one in ("open", "compile", "publish")]
    assert sorted([*backfilled, *in_hand]) == [*backfilled, *in_hand]
    assert len({*in_hand, *backfilled}) == 6
    assert weight(monthly, "open", "past__tangxia~2014-03__x") == backfilled[0]


def test_every_task_of_every_dag_is_weighed_so(dags: Mapping[str, Any]) -> None:
    rules = {str(task.weight_rule) for dag in dags.values() for task in dag.tasks}
    assert rules == {"backfill_last.BackfillLast"}
