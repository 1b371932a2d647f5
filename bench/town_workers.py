"""The stages of a month for a share of towns, in a process of its own that is told when to begin.

Imports are paid before the clock starts, as in an Airflow worker that has been up for a while.
"""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from bench.loads import Load, write_submissions
from bench.measuring import peak_megabytes
from bench.town_offices import inbox_of, open_town
from sqlalchemy import select

from townreturn import month
from townreturn.checks.batch import load_engine
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import connect, reading
from townreturn.store.schema import compilations

PERIOD = Period("2018-01")


@dataclass(frozen=True)
class Share:
    """What one process works at: some towns of a load, in a home and a database that others share."""

    of: int
    towns: Sequence[int]
    home: Path
    url: str


@dataclass(frozen=True)
class Cost:
    """Of one stage in one process and its children, in CPU seconds; MB at the peak so far."""

    cpu: float
    memory: float


class Workers:
    """A process a share, each doing the same stage at the same time."""

    def __init__(self, shares: Sequence[Share]) -> None:
        context = get_context("spawn")
        pairs = [context.Pipe() for _ in shares]
        self._pipes = [ours for ours, _ in pairs]
        self._processes = [
            context.Process(target=_work, args=(share, theirs), daemon=True)
            for share, (_, theirs) in zip(shares, pairs, strict=True)
        ]
        for one in self._processes:
            one.start()
        self._answers()

    def run(self, stage: str) -> tuple[float, list[Cost]]:
        """Wall seconds until the last is ready, and what it cost each; the first fault is raised here."""
        begun = time.perf_counter()
        for pipe in self._pipes:
            pipe.send(stage)
        costs = self._answers()
        return time.perf_counter() - begun, costs

    def stop(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for one in self._processes:
            one.join()

    def _answers(self) -> list[Cost]:
        answers = [pipe.recv() for pipe in self._pipes]
        for one in answers:
            if isinstance(one, str):
                raise RuntimeError(one)
        return answers


def _work(share: Share, pipe: Connection) -> None:
    load = Load(share.of, [PERIOD])
    engine = connect(share.url)
    offices = [open_town(load, town, share.home, engine) for town in share.towns]
    write_load = lambda: _write(load, share)  # noqa: E731
    stages: dict[str, Callable[[], None]] = {"write": write_load} | {
        name: (lambda stage=stage: stage(offices)) for name, stage in STAGES.items()
    }
    load_engine()
    pipe.send(Cost(0, peak_megabytes()))
    while (name := pipe.recv()) is not None:
        before = _cpu()
        try:
            stages[name]()
        except Exception as fault:  # noqa: BLE001 - told to whoever asked
            pipe.send(f"{name}: {type(fault).__name__}: {fault}")
        else:
            pipe.send(Cost(_cpu() - before, peak_megabytes()))


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in usages)


def _write(load: Load, share: Share) -> None:
    inboxes = [inbox_of(share.home, town) for town in range(share.of)]
    write_submissions(load.submissions(load.drawn[0], share.towns), inboxes)


def take_in(offices: Sequence[Office]) -> None:
    for intake in month.take_in_all(offices, datetime.now(UTC), {}):
        if intake.fault is not None:
            raise intake.fault


def compile_returns(offices: Sequence[Office]) -> None:
    for outcome in month.compile_returns(offices, PERIOD, datetime.now(UTC)):
        if isinstance(outcome, Exception):
            raise outcome


def check_returns(offices: Sequence[Office]) -> None:
    with reading(offices[0].engine) as tx:
        newest = dict(tuple(row) for row in tx.execute(select(compilations.c.town, compilations.c.id)))
    for fault in month.check_returns(offices, [newest[one.plans.town_code] for one in offices]):
        if fault is not None:
            raise fault


STAGES: dict[str, Callable[[Sequence[Office]], None]] = {
    "take_in": take_in,
    "compile": compile_returns,
    "check": check_returns,
}
