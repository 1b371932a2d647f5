"""Runs of one Airflow fail in every way there is: each is told to the operators once, whoever was left to tell it."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import psutil
import pytest
from points import Points, require_gone
from three_months import JANUARY, MARCH

from golden_month import drop_into
from site_on_airflow import Site, run_site, wait_for
from townreturn.office import Office
from townreturn.operating.airflow_client import MONTHLY
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts

pytestmark = pytest.mark.faults
TRIES = 3
SILENCE_SECONDS = 20
"""After which Airflow takes a task for dead that nobody watches any more; by default five minutes."""
CONFIGURATION = f"""
[scheduler]
task_instance_heartbeat_timeout = {SILENCE_SECONDS}
task_instance_heartbeat_timeout_detection_interval = 5
"""


@dataclass(frozen=True)
class Running:
    site: Site
    points: Points


def prepare(office: Office) -> None:
    folder = office.home / "airflow"
    folder.mkdir(parents=True)
    (folder / "airflow.cfg").write_text(CONFIGURATION, encoding="utf-8")
    drop_into(office.home / "inbox", JANUARY.key)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("told-failures")
    points = Points(folder / "points")
    for site in run_site(folder / "home", prepare, **points.environment()):
        yield Running(site, points)


def alerts_of(site: Site, run_id: str) -> list[str]:
    with reading(site.office.engine) as tx:
        found = recent_alerts(tx, site.office.plans.town_code, 1000)
    return [one.text for one in found if f"/runs/{quote(run_id)}/" in one.text]


def told_by_airflow(site: Site) -> int:
    """How often the DAG processor has called for a run that failed."""
    logs = (site.installation.folder / "logs" / "dag_processor").rglob("*.log")
    return sum(path.read_text("utf-8", "replace").count("Executing on_failure dag callback") for path in logs)


def require_told_once(site: Site, run_id: str, before: int) -> str:
    """The text of the one alert, after the run has failed and Airflow has called for it as well."""
    assert site.wait_until_over(run_id) == "failed"
    wait_for("the call for the run", lambda: True if told_by_airflow(site) > before else None)
    [text] = wait_for("an alert", lambda: alerts_of(site, run_id) or None)
    time.sleep(3)
    assert alerts_of(site, run_id) == [text]
    return text


def start(site: Site, period: str) -> str:
    with site.client() as client:
        return client.trigger(period)


def test_a_task_that_fails_is_told_once(running: Running) -> None:
    site, before = running.site, told_by_airflow(running.site)
    told = require_told_once(site, start(site, "2018-3"), before)
    assert "monthly_return 的 open 失败（报告期 2018-3）" in told
    assert "没有留下原因" not in told


def test_a_rejected_approval_is_told_once(running: Running) -> None:
    """It ends its run on purpose."""
    site, before = running.site, told_by_airflow(running.site)
    run_id = start(site, JANUARY.key)
    site.answer(JANUARY.key, "Reject", "approver", comment="请核实", sent_back=["tobacco"])
    assert "审批退回" in require_told_once(site, run_id, before)


def test_a_run_that_we_end_ourselves_is_told_to_nobody(running: Running) -> None:
    site, before = running.site, told_by_airflow(running.site)
    run_id = start(site, MARCH.key)
    wait_for("March's wait", lambda: True if site.states(run_id)["await_submissions"] == "deferred" else None)
    with site.client() as client:
        client.end(client.run(run_id), "不再需要")
    assert site.wait_until_over(run_id) == "failed"
    time.sleep(15)
    assert told_by_airflow(site) == before
    assert alerts_of(site, run_id) == []


@pytest.mark.parametrize("with_supervisor", [False, True], ids=["alone", "with its supervisor"])
def test_a_task_killed_on_its_last_try_is_told_once(running: Running, with_supervisor: bool) -> None:
    """Nothing of it is left to call anybody; with its supervisor not even Airflow hears of it before it is silent for
    too long."""
    site, points, before = running.site, running.points, told_by_airflow(running.site)
    points.arm("open_period.before")
    period = "2018-05" if with_supervisor else "2018-04"
    run_id = start(site, period)
    for number in range(1, TRIES + 1):
        pid = points.wait_for("open_period.before")
        if number < TRIES:
            points.arm("open_period.before")
        elif with_supervisor:
            supervisor = psutil.Process(pid).parent()
            assert supervisor is not None
            os.kill(supervisor.pid, signal.SIGKILL)
            require_gone(supervisor.pid)
        os.kill(pid, signal.SIGKILL)
        require_gone(pid)
        points.let_go("open_period.before", pid)
    told = require_told_once(site, run_id, before)
    assert f"{MONTHLY} 的 open 失败（报告期 {period}）：进程被强行结束" in told
    assert told.endswith(f"?try_number={TRIES}")
