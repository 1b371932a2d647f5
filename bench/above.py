"""`make scale-above TOWNS=33|1585`: a month of one office above, from its subordinates' workbooks to what it publishes.

Each stage at four sizes, each size in a process of its own that has done a small month before; then how large pages
and documents are at the largest. What is published is compared with the load's own account. TOWNS=400
for another number, DATABASE= as for `make scale`.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.above_month import STAGES, AboveMonth
from bench.loads import LEVELS
from bench.measuring import cpu_seconds, peak_megabytes
from bench.scale import database_cpu, exponent, new_folder, open_database
from bench.subordinates import LoadAbove
from sqlalchemy import Engine

from townreturn.domain.period import Period

PERIOD = Period("2018-01")
_SMALL = 2


@dataclass(frozen=True)
class Row:
    """One stage at one size; CPU of the process with its children and of the database; MB at the peak so far."""

    stage: str
    subordinates: int
    wall: float
    cpu: float
    database_cpu: float
    memory: float


Measured = tuple[list[Row], Mapping[str, int], list[str]]
"""The stages, the bytes of each page and document by name, and what is told of those that could not be made."""


def sizes_of(towns: int) -> list[int]:
    """Four sizes, each twice the one before, the last as asked."""
    return [max(1, towns // part) for part in (8, 4, 2, 1)]


def measure(subordinates: int, named: str) -> Measured:
    """One size, after a month of a few subordinates by which imports and first uses are paid."""
    with new_folder() as folder, open_database("sqlite", folder) as engine:
        _go_through(_SMALL, engine, folder)
    with new_folder() as folder, open_database(named, folder) as engine:
        return _go_through(subordinates, engine, folder)


def _go_through(subordinates: int, engine: Engine, folder: Path) -> Measured:
    url = engine.url.render_as_string(hide_password=False)
    month = AboveMonth(LoadAbove(subordinates, PERIOD), folder / "month", url)
    rows = [_measure_stage(stage, work, month, engine) for stage, work in STAGES.items()]
    month.compare_with_load()
    return rows, month.sizes, month.told


def _measure_stage(stage: str, work: Callable[[AboveMonth], None], month: AboveMonth, engine: Engine) -> Row:
    before, begun = database_cpu(engine), time.perf_counter()
    cpu = cpu_seconds(lambda: work(month))
    wall = time.perf_counter() - begun
    return Row(stage, month.load.count, wall, cpu, database_cpu(engine) - before, peak_megabytes())


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| stage | subordinates | wall s | CPU-s | database CPU-s | peak MB | exponent of wall, of CPU |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for stage in STAGES:
        own = [one for one in rows if one.stage == stage]
        for one in own:
            shown = _exponents(own) if one is own[-1] else ""
            yield (
                f"| {stage} | {one.subordinates} | {one.wall:.2f} | {one.cpu:.2f} | {one.database_cpu:.2f} |"
                f" {one.memory:.0f} | {shown} |"
            )


def _exponents(rows: Sequence[Row]) -> str:
    counts, walls = [one.subordinates for one in rows], [one.wall for one in rows]
    return f"{exponent(counts, walls):.2f}, {exponent(counts, [one.cpu + one.database_cpu for one in rows]):.2f}"


def table_of_sizes(sizes: Sequence[tuple[int, Mapping[str, int]]]) -> Iterator[str]:
    """KB of each page and document by the number of subordinates."""
    yield f"| KB | {' | '.join(str(count) for count, _ in sizes)} |"
    yield "|---|" + "---:|" * len(sizes)
    for name in sizes[-1][1]:
        yield f"| {name} | {' | '.join(f'{found.get(name, 0) / 1000:.0f}' for _, found in sizes)} |"


def main() -> None:
    towns = int(os.environ.get("TOWNS") or LEVELS["city"])
    named = os.environ.get("DATABASE") or ""
    rows: list[Row] = []
    sizes: list[tuple[int, Mapping[str, int]]] = []
    for count in sizes_of(towns):
        with get_context("spawn").Pool(1) as fresh:
            measured, found, told = fresh.apply(measure, (count, named))
        rows, sizes = rows + measured, [*sizes, (count, found)]
        print(f"{count} subordinates measured", *told, sep="\n", flush=True)
    print("\n".join([*table(rows), "", *table_of_sizes(sizes)]))


if __name__ == "__main__":
    main()
