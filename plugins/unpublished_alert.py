"""The deadline of a monthly run: when its return is not out by the time the plan sets, operators are told."""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk.definitions.deadline import BaseDeadlineReference

from run_work import key_of_run, open_work
from townreturn.chasing.publishing_due import publish_by
from townreturn.domain.errors import ConfigurationFault, Misuse
from townreturn.office import choose_book
from townreturn.operating.run_keys import split_key
from townreturn.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class PublishByDeadline(BaseDeadlineReference):
    """The instant by which the run's period should be published.

    None, so that nothing is watched, for a backfill, for a run without a sound period, and for one
    that starts after that instant.
    """

    required_kwargs = frozenset({"dag_id", "run_id"})

    def _evaluate_with(self, *, session: "Session", dag_id: str, run_id: str) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        columns = (DagRun.partition_key, DagRun.conf, DagRun.run_type)
        found = session.execute(select(*columns).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)).first()
        if found is None or found.run_type == "backfill":
            return None
        return deadline_of(key_of_run(found), datetime.now(UTC))


def deadline_of(key: object, now: datetime) -> datetime | None:
    """When the period's return should be out; None without a plan in force, or when that has passed."""
    try:
        town, period = split_key(str(key or ""))
        plan = choose_book(Settings.from_environment(os.environ), town).find(period)
    except (Misuse, ConfigurationFault):  # among them a run that names none of several towns: its first task tells
        return None
    by = plan and publish_by(plan, period)
    return by if by and by > now else None


async def tell_unpublished(context: Mapping[str, Any]) -> None:
    """Called by the triggerer when the deadline has passed and the run is not over."""
    run = context["dag_run"]
    key = key_of_run(SimpleNamespace(partition_key=run.get("partition_key"), conf=run.get("conf")))
    await asyncio.to_thread(_tell, key)


def _tell(key: str) -> None:
    from townreturn import month

    month.tell_unpublished(*open_work(key), datetime.now(UTC))


class UnpublishedAlertPlugin(AirflowPlugin):
    """Makes the reference known to Airflow, so that serialised DAGs can be read back."""

    name = "unpublished_alert"
    deadline_references = [PublishByDeadline]  # noqa: RUF012 - Airflow's own way to declare it
