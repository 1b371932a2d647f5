"""`make scale LEVEL=city|province|nation`: a month of many towns through the pipeline, on two processes at once.

Each stage at several sizes in one run, by which the exponent of its time in the number of towns is fitted. What is
stored in the end is compared, figure by figure, with the load's own account. Of the nation an eighth is run and the
whole is extrapolated by the exponent. TOWNS=400 for another number, run as it is, 40466 too;
DATABASE=sqlite for SQLite, or the URL of a PostgreSQL on this machine that may make databases; else one of its own.
Prints a Markdown table and writes bench/scale-results.json.
"""

import json
import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil
from bench.bulk_load import postgres
from bench.loads import LEVELS, Load
from bench.town_workers import PERIOD, STAGES, Share, Workers
from sqlalchemy import Engine, func, select, text

from townreturn.store.engine import connect, reading
from townreturn.store.migrations import migrate
from townreturn.store.schema import facts, latest, reports

PROCESSES = 2
LARGEST = 5_058
"""Towns of a level that are run, an eighth of the nation's; what is asked for by number is run whatever it is."""
RESULTS = Path(__file__).parent / "scale-results.json"


@dataclass(frozen=True)
class Row:
    """One stage at one size; seconds, CPU of the workers with their children and of the database, MB of one worker."""

    stage: str
    towns: int
    wall: float
    cpu: float
    database_cpu: float
    memory: float


def sizes_of(towns: int) -> list[int]:
    """Four sizes, each twice the one before, the last as asked."""
    return [max(PROCESSES, towns // part) for part in (8, 4, 2, 1)]


def measure(towns: int, engine: Engine, home: Path) -> list[Row]:
    """A month of so many towns, in a database of its own."""
    url = engine.url.render_as_string(hide_password=False)
    shares = [Share(towns, range(part, towns, PROCESSES), home, url) for part in range(PROCESSES)]
    workers = Workers(shares)
    rows = [_measure_stage(workers, stage, towns, engine) for stage in ("write", *STAGES)]
    workers.stop()
    compare_with_load(Load(towns, [PERIOD]), engine)
    return rows


def _measure_stage(workers: Workers, stage: str, towns: int, engine: Engine) -> Row:
    before = database_cpu(engine)
    wall, costs = workers.run(stage)
    database = database_cpu(engine) - before
    return Row(stage, towns, wall, sum(one.cpu for one in costs), database, max(one.memory for one in costs))


def database_cpu(engine: Engine) -> float:
    """Of every process of a server on this machine, those that have ended too; 0 for SQLite, which has none."""
    if engine.dialect.name != "postgresql":
        return 0
    with engine.connect() as connection:
        backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    postmaster = psutil.Process(backend).parent()
    assert postmaster is not None
    return sum(postmaster.cpu_times()[:4]) + sum(sum(one.cpu_times()[:2]) for one in postmaster.children())


def compare_with_load(load: Load, engine: Engine) -> None:
    """What is accepted of all towns together, by category and indicator, is what the load wrote."""
    drawn = load.drawn[0]
    query = (
        select(reports.c.category, facts.c.indicator, func.sum(facts.c.scaled))
        .join(facts, facts.c.report_id == reports.c.id)
        .join(latest, latest.c.accepted_report_id == reports.c.id)
        .group_by(reports.c.category, facts.c.indicator)
    )
    with reading(engine) as tx:
        stored = {(category, indicator): int(total) for category, indicator, total in tx.execute(query)}
    counted = (drawn.written * drawn.accepted[:, drawn.columns.category_of]).sum(axis=0)
    assert stored == {place: int(counted[column]) for place, column in drawn.columns.place.items()}


def exponent(towns: Sequence[int], seconds: Sequence[float]) -> float:
    """Of the time in the number of towns, by least squares between the logarithms."""
    if len(set(towns)) < 2:
        return math.nan
    slope, _ = np.polyfit(np.log(towns), np.log(seconds), 1)
    return float(slope)


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| stage | towns | wall s | CPU-s | database CPU-s | peak MB | towns/s | exponent of wall, of CPU |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for stage in ("write", *STAGES):
        own = [one for one in rows if one.stage == stage]
        for one in own:
            shown = _exponents(own) if one is own[-1] else ""
            yield (
                f"| {stage} | {one.towns} | {one.wall:.1f} | {one.cpu:.1f} | {one.database_cpu:.1f} |"
                f" {one.memory:.0f} | {one.towns / one.wall:.1f} | {shown} |"
            )


def _exponents(rows: Sequence[Row]) -> str:
    """Of CPU too: on a machine that others use it says more."""
    towns, walls = [one.towns for one in rows], [one.wall for one in rows]
    return f"{exponent(towns, walls):.2f}, {exponent(towns, [one.cpu + one.database_cpu for one in rows]):.2f}"


@contextmanager
def new_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="townreturn-scale") as folder:
        yield Path(folder)


@contextmanager
def open_database(named: str, folder: Path) -> Iterator[Engine]:
    """An empty, migrated database: SQLite's, the one of a URL, or one of a PostgreSQL of its own."""
    if named:
        engine = connect(f"sqlite:///{folder}/townreturn.db" if named == "sqlite" else named)
        migrate(engine)
        yield engine
        engine.dispose()
    else:
        with postgres() as new_engine:
            yield new_engine()


def extrapolate(rows: Sequence[Row], towns: int) -> Iterator[str]:
    """What each stage would take for more towns than were run: lines of the table."""
    for stage in ("write", *STAGES):
        own = [one for one in rows if one.stage == stage]
        wall, cpu, database = (
            _grown([one.towns for one in own], [getattr(one, name) for one in own], towns)
            for name in ("wall", "cpu", "database_cpu")
        )
        yield f"| {stage}, extrapolated | {towns} | {wall:.0f} | {cpu:.0f} | {database:.0f} | | {towns / wall:.1f} | |"


def _grown(counts: Sequence[int], seconds: Sequence[float], towns: int) -> float:
    """SQLite has no CPU time of its own."""
    return seconds[-1] * (towns / counts[-1]) ** exponent(counts, seconds) if all(seconds) else 0


def main() -> None:
    wanted = LEVELS[os.environ.get("LEVEL") or "city"]
    towns = int(os.environ.get("TOWNS") or min(wanted, LARGEST))
    rows: list[Row] = []
    for size in sizes_of(towns):
        with new_folder() as folder, open_database(os.environ.get("DATABASE") or "", folder) as engine:
            rows += measure(size, engine, folder / "home")
        print(f"{size} towns measured", flush=True)
    told = [*table(rows), *(extrapolate(rows, wanted) if towns == LARGEST < wanted else ())]
    print("\n".join(told))
    RESULTS.write_text(json.dumps([asdict(one) for one in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
