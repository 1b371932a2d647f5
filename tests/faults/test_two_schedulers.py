"""Two schedulers share the work of three months on one PostgreSQL, which also holds our store; one of them dies.

The tests share one Airflow, started component by component, and run in their order.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
from components import kill_family, started
from conserved import require_conserved
from points import Points, require_gone
from three_months import JANUARY, MARCH, PERIODS, Approvers, drop_samples, published

from site_on_airflow import Site, free_port, wait_for
from townreturn.office import open_office
from townreturn.operating.airflow_client import CORRECTIONS, INTAKE, MONTHLY
from townreturn.operating.airflow_family import record_leader
from townreturn.operating.airflow_process import wait_until_healthy
from townreturn.operating.environment import Installation, airflow_environment
from townreturn.settings import Settings

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Shared:
    site: Site
    points: Points
    sent: dict[str, bytes]
    schedulers: list[psutil.Process]
    server: Any


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, fragile_postgres: Any) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("two-schedulers")
    points = Points(folder / "points")
    fragile_postgres.psql("CREATE DATABASE airflow")
    fragile_postgres.psql("CREATE DATABASE office TEMPLATE migrated")
    ours = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PORT": str(free_port()),
            "TOWNRETURN_DATABASE_URL": fragile_postgres.get_uri(database="office"), **points.environment()}  # fmt: skip
    settings = Settings.from_environment(ours)
    office = open_office(settings)
    site = Site(office, Installation.of(settings, (office.plans,), ours), ours)
    with ExitStack() as components:
        schedulers = start_components(site, fragile_postgres, components)
        yield Shared(site, points, drop_samples(site, folder / "samples"), schedulers, fragile_postgres)
    office.engine.dispose()


def start_components(site: Site, server: Any, components: ExitStack) -> list[psutil.Process]:
    """One of each, and two schedulers."""
    url = server.get_uri(database="airflow").replace("postgresql://", "postgresql+psycopg://")
    environment = airflow_environment(site.installation, {**os.environ, **site.environment}) | {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": url,
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
    }
    logs = site.installation.folder
    logs.mkdir(parents=True, exist_ok=True)
    with started(logs / "migrate.log", environment, "db", "migrate") as migration:
        assert migration.wait(200) == 0
    schedulers = [
        components.enter_context(started(logs / f"scheduler-{number}.log", environment, "scheduler", *skip))
        for number, skip in enumerate(((), ("--skip-serve-logs",)))
    ]
    for component in ("dag-processor", "triggerer", "api-server"):
        components.enter_context(started(logs / f"{component}.log", environment, component))
    # What waits for it would take an Airflow without a leader for dead.
    record_leader(site.installation, schedulers[0].pid)
    wait_until_healthy(site.installation, (INTAKE, MONTHLY, CORRECTIONS), lambda seconds, part: None)
    return schedulers


def test_two_schedulers_share_the_work(shared: Shared) -> None:
    """Both have queued tasks, as Airflow's own database says; January is out once, nothing is there twice."""
    site = shared.site
    site.backfill(JANUARY.key, MARCH.key)
    await_published(site, 1)
    queued = shared.server.psql("\\c airflow\nSELECT DISTINCT queued_by_job_id FROM task_instance "
                                "WHERE queued_by_job_id IS NOT NULL;\n")  # fmt: skip
    assert "(2 rows)" in queued, queued


def test_one_of_two_schedulers_is_killed(shared: Shared) -> None:
    """It dies with the publication that it was running; the other takes that over, and ends the months."""
    site, points = shared.site, shared.points
    approvers = Approvers(site)
    points.arm("publish.commit")

    def held() -> int | None:
        approvers.answer()
        return points.held().get("publish.commit")

    pid = wait_for("a publication", held, 300)
    [owner] = [one for one in shared.schedulers if pid in {child.pid for child in one.children(recursive=True)}]
    kill_family([owner, *owner.children(recursive=True)])
    require_gone(pid)
    points.let_go("publish.commit", pid)
    await_published(site, len(PERIODS))
    for period in PERIODS:
        assert site.wait_until_over(site.run_of(period.key).run_id) == "success"
    require_conserved(site.office, shared.sent)


def await_published(site: Site, count: int) -> None:
    approvers = Approvers(site)

    def look() -> bool | None:
        approvers.answer()
        return True if len(published(site)) >= count else None

    wait_for(f"{count} published months", look, 500)
