"""`make bench-year`: twelve periods backfilled through a real scheduler, with wall time and CPU.

Starts the embedded Airflow on an empty directory, writes the samples of 2018, backfills and
approves all periods, and adds up the CPU time of every process that Airflow started.
"""

import os
import tempfile
import time
from pathlib import Path

import psutil

from townreturn.domain.period import Period
from townreturn.office import open_office
from townreturn.operating import run_backfill, run_down, run_up
from townreturn.operating.airflow_process import find_airflow
from townreturn.operating.environment import Installation
from townreturn.settings import Settings

FIRST, LAST = Period("2018-01"), Period("2018-12")


def cpu_seconds(leader: psutil.Process) -> float:
    """User and system time of a process, its descendants, and those of them that have ended."""
    family = [leader, *leader.children(recursive=True)]
    return sum(sum(one.cpu_times()[:4]) for one in family)


def memory_megabytes(leader: psutil.Process) -> float:
    """Proportional memory of the family: what is shared is counted once."""
    family = [leader, *leader.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / 2**20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(TOWNRETURN_HOME=folder, TOWNRETURN_PORT=os.environ.get("TOWNRETURN_PORT", "8580"))
        settings = Settings.from_environment(os.environ)
        begun = time.monotonic()
        run_up(settings)
        installation = Installation.of(settings, open_office(settings).plans, os.environ)
        leader = find_airflow(installation)
        assert leader is not None
        ready, cpu_ready = time.monotonic(), cpu_seconds(leader)
        try:
            run_backfill(settings, FIRST, LAST, samples=True, approve=True)
            done = time.monotonic()
            print(f"start to ready: {ready - begun:.0f} s wall, {cpu_ready:.0f} CPU-s")
            print(f"twelve periods: {done - ready:.0f} s wall, {cpu_seconds(leader) - cpu_ready:.0f} CPU-s")
            print(f"memory at the end: {memory_megabytes(leader):.0f} MB")
            print(f"published: {len(list((Path(folder) / 'outbox').glob('2018-*/issue-0')))}")
        finally:
            run_down(settings)


if __name__ == "__main__":
    main()
