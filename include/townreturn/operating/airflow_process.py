"""Starting, watching and stopping the embedded Airflow as one group of processes."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil

from townreturn.domain.errors import Broken, Refused
from townreturn.operating.airflow_client import open_client
from townreturn.operating.airflow_family import find_airflow, find_family, has_lost_component, record_leader
from townreturn.operating.environment import OPERATOR, Installation, airflow_environment

START_SECONDS = 300
STOP_SECONDS = 40
KILLED_SECONDS = 5
TELL_SECONDS = 10
_COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


def start_airflow(installation: Installation, environment: Mapping[str, str]) -> bool:
    """Start Airflow in a session of its own; False when this data directory's is running already.

    One that has lost a component, or its leader, is stopped and started anew. Raises Refused when something else
    listens on the port.
    """
    leader = find_airflow(installation)
    if leader and not has_lost_component(leader):
        return False
    stop_airflow(installation)
    if _is_taken(installation.port):
        raise Refused("AIRFLOW_PORT_TAKEN", port=installation.port)
    installation.folder.mkdir(parents=True, exist_ok=True)
    with installation.log_file.open("ab") as log:
        started = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            [str(Path(sys.executable).with_name("airflow")), "standalone"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=airflow_environment(installation, environment),
        )
    record_leader(installation, started.pid)
    return True


def stop_airflow(installation: Installation) -> bool:
    """Stop everything of ours and wait until it is gone; False when nothing was running.

    SIGTERM to the leader's group reaches every component, each of which stops cleanly on it and what it
    has started; what is left after STOP_SECONDS is killed.
    """
    family = find_family(installation)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getpgid(process.pid) == os.getsid(process.pid):
                process.terminate()
    _, left = psutil.wait_procs(family, timeout=STOP_SECONDS)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=KILLED_SECONDS)
    installation.process_file.unlink(missing_ok=True)
    return bool(family)


def wait_until_healthy(installation: Installation, dag_ids: tuple[str, ...], tell: Callable[[int, str], None]) -> None:
    """Wait until every component is healthy and the DAGs are read.

    ``tell`` gets the seconds passed and what is missing, every TELL_SECONDS. Raises Broken when a DAG
    file cannot be read, and when Airflow dies or is not healthy in START_SECONDS, naming its log.
    """
    begun = told = time.monotonic()
    while missing := _missing_parts(installation, dag_ids):
        seconds = int(time.monotonic() - begun)
        if find_airflow(installation) is None or seconds > START_SECONDS:
            raise Broken("AIRFLOW_NOT_HEALTHY", seconds=seconds, missing=missing, log=installation.log_file)
        if time.monotonic() - told >= TELL_SECONDS:
            tell(seconds, missing)
            told = time.monotonic()
        time.sleep(2)


def _missing_parts(installation: Installation, dag_ids: tuple[str, ...]) -> str:
    try:
        answer = httpx.get(f"{installation.address}/api/v2/monitor/health", timeout=10)
        health = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return "api_server"
    missing = [part for part in _COMPONENTS if (health.get(part) or {}).get("status") != "healthy"]
    return ", ".join(missing) or _missing_dags(installation, dag_ids)


def _missing_dags(installation: Installation, dag_ids: tuple[str, ...]) -> str:
    with open_client(installation, OPERATOR) as client:
        if faults := client.import_faults():
            raise Broken("DAG_FILE_BROKEN", faults="\n".join(faults))
        return ", ".join(dag_id for dag_id in dag_ids if not client.knows(dag_id))


def _is_taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
