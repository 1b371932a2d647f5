"""Scheduler, triggerer, DAG processor and API server of a running Airflow are killed or paused over three months.

The tests share one Airflow and run in their order; each takes the months on.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import pytest
from components import is_healthy, kill, kill_family, paused, processes_of, restarted, wait_until
from conserved import lying, require_conserved
from points import Points, require_gone
from three_months import FEBRUARY, JANUARY, MARCH, PERIODS, Approvers, drop_samples, published

from site_on_airflow import Site, run_site, wait_for
from townreturn.domain.period import Period
from townreturn.operating.airflow_client import INTAKE
from townreturn.operating.airflow_family import find_airflow, find_family
from townreturn.operating.airflow_process import stop_airflow
from townreturn.operating.environment import INBOX
from townreturn.operating.running import find_lost_airflow

pytestmark = pytest.mark.faults
CUT_SECONDS = 30


@dataclass(frozen=True)
class Running:
    site: Site
    points: Points
    sent: dict[str, bytes]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("killed-components")
    points = Points(folder / "points")
    for site in run_site(folder / "home", **points.environment()):
        yield Running(site, points, drop_samples(site, folder / "samples"))


def await_publication(site: Site, period: Period) -> None:
    """Approve what is asked until the period is out, and its run over."""
    approvers = Approvers(site)

    def look() -> bool | None:
        approvers.answer()
        return True if period.key in published(site) else None

    wait_for(f"the publication of {period}", look, seconds=400)
    assert site.wait_until_over(site.run_of(period.key).run_id) == "success"


def await_held(running: Running, point: str) -> int:
    """The pid of the task that comes to an armed point and is held there, once whoever is asked has approved."""
    approvers = Approvers(running.site)

    def look() -> int | None:
        approvers.answer()
        return running.points.held().get(point)

    return wait_for(point, look, seconds=300)


def in_state(site: Site, period: Period, task_id: str, state: str) -> Callable[[], bool | None]:
    run_id = site.run_of(period.key).run_id
    return lambda: True if site.states(run_id).get(task_id) == state else None


def test_the_same_event_comes_twice(running: Running) -> None:
    """Two intakes are asked for besides that of the inbox's own watcher."""
    site = running.site
    before = runs_of_intake(site)
    with site.client() as client:
        client.announce(INBOX)
        client.announce(INBOX)
    wait_for("an empty inbox", lambda: None if lying(site.office) else True)
    site.backfill(JANUARY.key, MARCH.key)
    wait_for("two more intakes", lambda: True if runs_of_intake(site) >= before + 2 else None)
    require_conserved(site.office, running.sent)


def runs_of_intake(site: Site) -> int:
    import sqlite3

    with sqlite3.connect(f"file:{site.installation.folder / 'airflow.db'}?mode=ro", uri=True) as airflow:
        [(count,)] = airflow.execute("SELECT count(*) FROM dag_run WHERE dag_id = ?", (INTAKE,)).fetchall()
    return int(count)


def test_the_triggerer_is_killed_while_periods_wait(running: Running) -> None:
    """February waits for January in the triggerer; alone started again, another takes the wait up."""
    site = running.site
    wait_for("February's wait", in_state(site, FEBRUARY, "await_submissions", "deferred"))
    kill(site, "triggerer")
    wait_until(site, "triggerer", healthy=False)
    with restarted(site, "triggerer"):
        await_publication(site, JANUARY)
        wait_for("February's compilation", in_state(site, FEBRUARY, "compile", "success"))


def test_the_scheduler_is_killed_in_the_middle_of_a_publication(running: Running) -> None:
    """The task's process outlives it; ``make up`` starts anew what is half dead, and the month is out once."""
    site, points = running.site, running.points
    points.arm("publish.commit", "compile_return.after")
    pid = await_held(running, "publish.commit")
    leader = find_airflow(site.installation)
    assert leader is not None
    kill(site, "scheduler")
    points.let_go("publish.commit", pid)
    site.up()
    assert is_healthy(site, "scheduler")
    assert find_airflow(site.installation) != leader
    assert [one for one in psutil.process_iter() if os.getpgid(one.pid) == leader.pid] == []
    await_publication(site, FEBRUARY)
    require_conserved(site.office, running.sent)


def test_the_network_is_cut_while_a_task_runs(running: Running) -> None:
    """For half a minute the API server answers neither the task nor its supervisor, nor anyone else. March was compiled
    as soon as February was out, and is held since the test before."""
    site, points = running.site, running.points
    pid = await_held(running, "compile_return.after")
    with paused(site, "api-server"):
        assert not is_healthy(site, "api-server")
        points.let_go("compile_return.after", pid)
        time.sleep(CUT_SECONDS)
    wait_for("March's compilation", in_state(site, MARCH, "compile", "success"))


def test_the_scheduler_is_killed_with_everything_below_it(running: Running) -> None:
    """An approval is being recorded; nothing of it is kept, and the approver is asked again."""
    site, points = running.site, running.points
    points.arm("record_decision.commit")
    pid = await_held(running, "record_decision.commit")
    kill_family(processes_of(site, "scheduler"))
    require_gone(pid)
    points.let_go("record_decision.commit", pid)
    site.up()
    assert is_healthy(site, "scheduler")


@pytest.mark.parametrize("component", ["dag-processor", "api-server"])
def test_another_component_is_killed(running: Running, component: str) -> None:
    """While March is being published, or before; ``townreturn health`` tells it, and ``make up`` brings it back."""
    site = running.site
    assert find_lost_airflow(site.installation.settings) == ()
    kill(site, component)
    wait_until(site, component, healthy=False)
    assert [one.code for one in find_lost_airflow(site.installation.settings)] == ["airflow_lost"]
    site.up()
    assert is_healthy(site, component)


@pytest.mark.parametrize("is_stopped_first", [True, False], ids=["make down", "make up"])
def test_what_holds_the_components_is_killed(running: Running, is_stopped_first: bool) -> None:
    """``airflow standalone`` itself, whose components live on without it; all of them go, and new ones come."""
    site = running.site
    family = find_family(site.installation)
    leader = find_airflow(site.installation)
    assert leader is not None
    kill_family([leader])
    assert find_airflow(site.installation) is None
    assert is_healthy(site, "api-server"), "its components go on"
    if is_stopped_first:
        assert stop_airflow(site.installation)
        assert not stop_airflow(site.installation)
    site.up()
    for one in family:
        require_gone(one.pid)
    for component in ("scheduler", "triggerer", "dag-processor", "api-server"):
        wait_until(site, component, healthy=True)


def test_three_months_of_killed_components_lose_nothing(running: Running) -> None:
    await_publication(running.site, MARCH)
    assert published(running.site) == {one.key for one in PERIODS}
    ends = require_conserved(running.site.office, running.sent)
    assert {"accepted", "returned", "quarantined"} <= set(ends)
