"""Which task goes first when there are more than the executor takes: the month in hand before any backfill."""

from typing import TYPE_CHECKING

from airflow.plugins_manager import AirflowPlugin
from airflow.task.priority_strategy import PriorityWeightStrategy

from townreturn.operating.levels import PAST

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance

_BEFORE_BACKFILLS = 1_000
"""More than any DAG has tasks."""
_PAST = ("backfill__", PAST)
"""How the ids of past periods' runs begin, Airflow's own and ours."""


class BackfillLast(PriorityWeightStrategy):
    """What is nearest to publication first, as by Airflow's ``upstream``; and all of it before what is backfilled.

    Past years can so be made up while units report: a backfill takes what the month leaves.
    """

    def get_weight(self, ti: "TaskInstance") -> int:
        task = ti.task
        assert task is not None  # noqa: S101 - Airflow weighs a task it has
        weight = 1 + len(task.get_flat_relative_ids(upstream=True))
        return weight if str(ti.run_id).startswith(_PAST) else weight + _BEFORE_BACKFILLS


class BackfillLastPlugin(AirflowPlugin):
    """Makes the rule known to Airflow, so that serialised DAGs can be read back."""

    name = "backfill_last"
    priority_weight_strategies = [BackfillLast]  # noqa: RUF012 - Airflow's own way to declare it
