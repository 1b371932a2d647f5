"""`make bench-overhead`: a year backfilled through a real scheduler, by our DAGs and by the obvious design.

Both do the same work on the same samples: an embedded Airflow on an empty directory (SQLite, LocalExecutor, four
tasks at once), twelve periods asked for, measured until the last is published. Wall time, CPU time of every process
that Airflow started and of the one that follows it, and the largest memory on the way; the ratios are what is to be
kept.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from townreturn.domain.period import Period, periods_between
from townreturn.office import Office, open_office
from townreturn.operating import environment
from townreturn.operating.airflow_client import MONTHLY, open_client
from townreturn.operating.airflow_family import find_airflow
from townreturn.operating.airflow_process import start_airflow, stop_airflow, wait_until_healthy
from townreturn.operating.backfill import follow, request_backfill
from townreturn.operating.environment import OPERATOR, Installation
from townreturn.operating.overview import published_of
from townreturn.operating.sample_delivery import send_samples
from townreturn.settings import Settings

PERIODS = periods_between(Period("2018-01"), Period(os.environ.get("LAST") or "2018-12"))
BASELINE = Path(__file__).parent / "baseline"
LONGEST_SECONDS = 3600
Work = Callable[[Installation, Office], None]


@dataclass(frozen=True)
class Cost:
    """Wall and CPU in seconds, memory in MB with shared pages counted once."""

    wall: float
    cpu: float
    memory: float


class Watch:
    """The largest memory of a family of processes, looked at every two seconds by a thread of its own."""

    def __init__(self, leader: psutil.Process) -> None:
        self._leader, self._over = leader, threading.Event()
        self.peak = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(2):
            self.peak = max(self.peak, sum(_memory(one) for one in _family(self._leader)))


def _family(leader: psutil.Process) -> list[psutil.Process]:
    return [leader, *leader.children(recursive=True)]


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0


def cpu_seconds(leader: psutil.Process) -> float:
    """User and system time of a process, its descendants, those that have ended, and of whoever follows them."""
    return time.process_time() + cpu_of_family(leader)


def cpu_of_family(leader: psutil.Process) -> float:
    """Without whoever follows them."""
    total = 0.0
    for one in _family(leader):
        try:
            total += sum(one.cpu_times()[:4])
        except psutil.Error:
            continue
    return total


def measure(project: Path, work: Work) -> Cost:
    """What a backfill of the samples costs with the DAGs and plugins of a project folder."""
    with tempfile.TemporaryDirectory() as home, _dags_of(project):
        settings = Settings.from_environment({"TOWNRETURN_HOME": home})
        office = open_office(settings)
        installation = Installation.of(settings, (office.plans,), {"TOWNRETURN_PORT": "8580"})
        start_airflow(installation, os.environ)
        try:
            wait_until_healthy(installation, (MONTHLY,), lambda _seconds, _part: None)
            send_samples(office, settings.home, PERIODS)
            return _measure_running(installation, office, work)
        finally:
            stop_airflow(installation)


def _measure_running(installation: Installation, office: Office, work: Work) -> Cost:
    leader = find_airflow(installation)
    assert leader is not None
    watch, cpu, begun = Watch(leader), cpu_seconds(leader), time.monotonic()
    work(installation, office)
    cost = Cost(time.monotonic() - begun, cpu_seconds(leader) - cpu, watch.peak)
    watch.stop()
    assert len(published_of(office, PERIODS)) == len(PERIODS)
    return cost


@contextmanager
def _dags_of(project: Path) -> Iterator[None]:
    own = environment._PROJECT
    environment._PROJECT = project
    try:
        yield
    finally:
        environment._PROJECT = own


def backfill_ours(installation: Installation, office: Office) -> None:
    request_backfill(installation, (office,), PERIODS)
    follow(installation, (office,), PERIODS)


def backfill_obvious(installation: Installation, office: Office) -> None:
    """One period at a time: the obvious way to have the year's figures in their order."""
    calendar, end = office.plans.calendar, time.monotonic() + LONGEST_SECONDS
    with open_client(installation, OPERATOR) as client:
        client.create_backfill(calendar.end(PERIODS[0]), calendar.end(PERIODS[-1]), at_once=1)
        while len(published_of(office, PERIODS)) < len(PERIODS):
            time.sleep(1)
            assert time.monotonic() < end, "the baseline did not come to its end"
            runs = client.newest_runs()
            failed = [one.key for one in PERIODS if one.key in runs and runs[one.key].state == "failed"]
            assert not failed, failed


def main() -> None:
    ours = measure(environment._PROJECT, backfill_ours)
    obvious = measure(BASELINE, backfill_obvious)
    print(f"{len(PERIODS)} periods        ours   obvious   ratio")
    for name, unit in (("wall", "s"), ("cpu", "CPU-s"), ("memory", "MB")):
        mine, theirs = getattr(ours, name), getattr(obvious, name)
        print(f"{name:8} {unit:>6} {mine:9.1f} {theirs:9.1f} {theirs / mine:7.1f}")


if __name__ == "__main__":
    main()
