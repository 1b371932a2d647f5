"""Which processes are the embedded Airflow of a data directory, and never another's."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from townreturn.operating.environment import Installation

_BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Names this start of the machine, with which pids and ticks began anew."""


def record_leader(installation: Installation, pid: int) -> None:
    """Keep the leader's pid, which is also its session's, when it was born, and since which start of the machine."""
    identity = {"pid": pid, "born": born(pid), "boot": _BOOT.read_text("utf-8").strip()}
    installation.process_file.write_text(json.dumps(identity), "utf-8")


def find_airflow(installation: Installation) -> psutil.Process | None:
    """The leader of our session, or None; a record of a dead or reused pid is not believed."""
    pid, since = _read_record(installation)
    try:
        leader = psutil.Process(pid)
        is_ours = born(pid) == since and leader.status() != psutil.STATUS_ZOMBIE
    except (ValueError, OSError, psutil.NoSuchProcess):
        return None
    return leader if is_ours else None


def find_family(installation: Installation) -> list[psutil.Process]:
    """Everything that our leader has started and that lives, the leader dead or not; empty when nothing of ours does.

    All are of its session, whatever groups they have made and whoever their parents are by now.
    """
    pid, since = _read_record(installation)
    leader, members = find_airflow(installation), list(_living(pid))
    if leader is None:
        # The number may be another's by now. A session keeps its own from being given away while one of it lives.
        members = [one for one in members if _is_of(one, installation, since)]
    descendants = {child for one in members for child in _children(one)}
    return list({*members, *descendants})


def is_half_dead(installation: Installation) -> bool:
    """Whether what ``up`` has started, and ``down`` has not stopped, is gone or has lost a component."""
    leader = find_airflow(installation)
    return has_lost_component(leader) if leader else installation.process_file.exists()


def has_lost_component(leader: psutil.Process) -> bool:
    """Whether a component has died: its leader neither starts it again nor asks how it ended."""
    return any(_has_died(child) for child in leader.children())


def born(pid: int) -> int:
    """When a process was started, in ticks since the machine was: the clock may be set, these go on counting.

    Raises OSError when there is none.
    """
    # The second field is the command in brackets, which may hold spaces and brackets.
    return int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19])


def _read_record(installation: Installation) -> tuple[int, int]:
    """Pid and birth of the leader; (-1, 0) when no record can be read, or it is of before the machine was started."""
    try:
        identity = json.loads(installation.process_file.read_text("utf-8"))
        is_of_now = identity["boot"] == _BOOT.read_text("utf-8").strip()
        return (int(identity["pid"]), int(identity["born"])) if is_of_now else (-1, 0)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return -1, 0


def _living(session: int) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _is_of(process: psutil.Process, installation: Installation, since: int) -> bool:
    """By its age and the environment that it was started with, which our components' titles leave alone."""
    try:
        return born(process.pid) >= since and process.environ().get("AIRFLOW_HOME") == str(installation.folder)
    except (OSError, psutil.Error):
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _has_died(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
