"""Where CPU time goes: in an embedded Airflow by component, tasks apart from the scheduler, and in the store."""

import time
from collections.abc import Mapping

import psutil
from bench.overhead import cpu_of_family
from bench.scale import database_cpu
from sqlalchemy import Engine

COMPONENTS = ("scheduler", "dag_processor", "api_server", "triggerer")
Parts = Mapping[str, float]
"""CPU seconds so far, user and system, by part."""


def cpu_by_part(leader: psutil.Process, store: Engine) -> Parts:
    """With those of processes that have ended; ``followers`` is this process, ``store`` a PostgreSQL's server."""
    found = {"followers": time.process_time(), "store": database_cpu(store), "leader": sum(leader.cpu_times()[:4])}
    for child in leader.children():
        own, all_of_it = sum(child.cpu_times()[:2]), cpu_of_family(child)
        name = _component_of(child)
        found |= {name: own, "tasks": all_of_it - own} if name == "scheduler" else {name: all_of_it}
    return found


def sum_of(after: Parts, before: Parts) -> float:
    return sum(after.values()) - sum(before.values())


def tell_parts(after: Parts, before: Parts) -> str:
    """The dearest first."""
    spent = {name: after[name] - before.get(name, 0) for name in after}
    ranked = sorted(spent.items(), key=lambda one: -one[1])
    return "CPU-s: " + ", ".join(f"{name} {seconds:.0f}" for name, seconds in ranked)


def _component_of(process: psutil.Process) -> str:
    """Of its command line or the title that it has given itself."""
    words = " ".join(process.cmdline()).replace("-", "_")
    return next((name for name in COMPONENTS if name in words), words)
