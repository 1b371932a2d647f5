"""The components of a running Airflow as processes: found, killed, paused, and started again one by one."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from points import require_gone

from site_on_airflow import Site
from townreturn.operating.airflow_family import find_airflow
from townreturn.operating.environment import airflow_environment

AIRFLOW = str(Path(sys.executable).with_name("airflow"))


def processes_of(site: Site, component: str) -> list[psutil.Process]:
    """The component's first process, and whatever it has started."""
    leader = find_airflow(site.installation)
    assert leader is not None
    alive = [one for one in leader.children() if one.status() != psutil.STATUS_ZOMBIE]
    named = [one for one in alive if component in _words(one)]
    assert named, f"{component} does not run"
    return [named[0], *named[0].children(recursive=True)]


def kill(site: Site, component: str) -> psutil.Process:
    """SIGKILL to the component's first process alone; the process, which is gone."""
    first = processes_of(site, component)[0]
    os.kill(first.pid, signal.SIGKILL)
    require_gone(first.pid)
    return first


def kill_family(family: Sequence[psutil.Process]) -> None:
    """SIGKILL to a process and everything that it has started, as the machine does when memory runs out."""
    for one in family:
        os.kill(one.pid, signal.SIGKILL)
    for one in family:
        require_gone(one.pid)


@contextmanager
def paused(site: Site, component: str) -> Iterator[None]:
    """SIGSTOP: it neither answers nor refuses, as behind a cable that was pulled."""
    family = processes_of(site, component)
    for one in family:
        os.kill(one.pid, signal.SIGSTOP)
    assert all(psutil.Process(one.pid).status() == psutil.STATUS_STOPPED for one in family)
    try:
        yield
    finally:
        for one in family:
            os.kill(one.pid, signal.SIGCONT)


@contextmanager
def restarted(site: Site, component: str) -> Iterator[None]:
    """The component alone once more, as Compose restarts a container."""
    environment = airflow_environment(site.installation, {**os.environ, **site.environment})
    with started(site.installation.folder / f"{component}.log", environment, component):
        wait_until(site, component, healthy=True)
        yield


@contextmanager
def started(log_file: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[psutil.Process]:
    """A process of Airflow's own command, stopped afterwards with whatever it has started."""
    with log_file.open("ab") as log:
        process = psutil.Popen([AIRFLOW, *arguments], stdout=log, stderr=log, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            process.terminate()
            for one in psutil.wait_procs(family, timeout=40)[1]:
                one.kill()


def wait_until(site: Site, component: str, *, healthy: bool, seconds: int = 120) -> None:
    """Wait until Airflow itself says so; of a killed component it does after its heartbeats have been missed."""
    end = time.monotonic() + seconds
    while is_healthy(site, component) != healthy:
        assert time.monotonic() < end, f"{component} healthy: {not healthy}"
        time.sleep(1)


def is_healthy(site: Site, component: str) -> bool:
    try:
        health = httpx.get(f"{site.installation.address}/api/v2/monitor/health", timeout=5).raise_for_status().json()
    except httpx.HTTPError:
        return False
    part = {"api-server": "metadatabase"}.get(component, component.replace("-", "_"))
    return bool((health.get(part) or {}).get("status") == "healthy")


def _words(process: psutil.Process) -> list[str]:
    """A component names itself in its title or its arguments."""
    return " ".join(process.cmdline()).replace("api_server", "api-server").split()
