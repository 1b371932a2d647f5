"""Five years of a province compiled: `TOWNS=1585 PERIODS=60 python -m bench.history`.

Loads accepted figures into a PostgreSQL of its own by COPY, as intake would have stored them; then reads them back into
dense arrays and compiles every town's cells and the province's for every period. What was read is compared with what
was loaded, and a few towns' cells with those that ``compile_cells`` gives.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np
from bench.bulk_load import postgres
from bench.dense_compile import DenseCells, add_towns, cell_of, compile_dense, join_shares
from bench.drawn_figures import Columns, Drawn, Flags, Numbers, draw_periods
from bench.measuring import peak_megabytes
from psycopg import Connection, Cursor
from sqlalchemy import Engine

from townreturn.compiling import compile_cells
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.plans import load_plan
from townreturn.store.reports import StoredFigure

_Done = TypeVar("_Done")
FIRST, SHARE = Period("2014-01"), 50
"""``SHARE`` towns are compiled at once: their arrays stay small beside the figures themselves."""
_AT_ONCE = 20_000
"""Reports unpacked at once."""
_BOUND = 512
"""More than the indicators of a form: value and indicator go into one number."""
_NOW = datetime(2019, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
_SIGNATURE, _TRAILER_BYTES = b"PGCOPY\n\xff\r\n\0" + bytes(8), 2
_PLACE, _PACKED = slice(6, 14), slice(18, None)
"""In a row: how many fields (2 bytes), then each with its length (4) before it."""

_READ = """
COPY (
  SELECT ((period.number - 1) * {towns} + town.number - 1) * {categories} + category.number - 1, told.figures
  FROM (
    SELECT facts.report_id, string_agg(
      int8send((facts.scaled * 2 + (facts.state = 'zero')::int) * {bound} + indicator.number - 1), ''::bytea
    ) AS figures
    FROM facts JOIN unnest(%(indicators)s::text[]) WITH ORDINALITY AS indicator (code, number)
      ON indicator.code = facts.indicator
    WHERE facts.scaled IS NOT NULL
    GROUP BY facts.report_id
  ) AS told
  JOIN latest ON latest.accepted_report_id = told.report_id
  JOIN unnest(%(towns)s::text[]) WITH ORDINALITY AS town (code, number) ON town.code = latest.town
  JOIN unnest(%(periods)s::text[]) WITH ORDINALITY AS period (key, number) ON period.key = latest.period
  JOIN unnest(%(categories)s::text[]) WITH ORDINALITY AS category (code, number) ON category.code = latest.category
) TO STDOUT (FORMAT BINARY)
"""
"""Figures are gathered by report before anything is joined: the other way round takes four times as long."""
_LOADING = "SET statement_timeout = 0; SET session_replication_role = replica"
"""A load is longer than any step may be, and refers to nothing that is not there."""
_MEMORY = "SET work_mem = '128MB'"
"""Of one worker of the server: so much is gathered without a disk."""


def town_codes(count: int) -> list[str]:
    return [f"t{town + 1:04d}" for town in range(count)]


def load_history(connection: Connection[Any], drawn: Sequence[Drawn], towns: int) -> int:
    """Every accepted report with its figures, one file each; how many figures there were."""
    columns, count = drawn[0].columns, 0
    reports = [
        (number * towns * len(columns.categories) + town * len(columns.categories) + place + 1, one, town, place)
        for number, one in enumerate(drawn)
        for town, place in zip(*(axis.tolist() for axis in np.nonzero(one.accepted)), strict=True)
    ]
    codes = town_codes(towns)
    with connection.cursor() as cursor:
        cursor.execute(_LOADING)
        _copy(cursor, "arrivals (id, town, file_hash, file_name, received_at, taken_in_at, disposition, period)",
              (f"{key}\t{codes[town]}\t{key:064x}\tf.xlsx\t{_NOW}\t{_NOW}\taccepted\t{one.period}\n"
               for key, one, town, _ in reports))  # fmt: skip
        _copy(cursor, "reports (id, arrival_id, town, period, category, unit, entry_number, verdict, zero_return,"
              " received_at)",
              (f"{key}\t{key}\t{codes[town]}\t{one.period}\t{columns.categories[place]}\tu\t1\taccepted\t"
               f"{'t' if one.quiet[town, place] else 'f'}\t{_NOW}\n" for key, one, town, place in reports))  # fmt: skip
        _copy(cursor, "latest (town, period, category, last_report_id, accepted_report_id)",
              (f"{codes[town]}\t{one.period}\t{columns.categories[place]}\t{key}\t{key}\n"
               for key, one, town, place in reports))  # fmt: skip
        own = [np.flatnonzero(columns.category_of == place) for place in range(len(columns.categories))]
        count = sum(len(own[place]) for *_, place in reports)
        _copy(cursor, "facts (report_id, indicator, state, scaled, decimals, raw, sheet, cell)",
              _facts(columns, own, reports))  # fmt: skip
    connection.commit()
    connection.autocommit = True
    connection.execute("SET session_replication_role = DEFAULT")
    connection.execute("VACUUM ANALYZE")
    return count


def _facts(columns: Columns, own: Sequence[Numbers], reports: Sequence[tuple[int, Drawn, int, int]]) -> Iterator[str]:
    """The lines of one report at a time, filled into a text made once a category: key, then states and values."""
    texts = [
        "".join(
            f"{{0}}\t{columns.cells[column][1].code}\t{{{2 * row + 1}}}\t{{{2 * row + 2}}}"
            f"\t{columns.cells[column][1].decimals}\t1\t统计表\tD{row + 8}\n"
            for row, column in enumerate(of_category.tolist())
        )
        for of_category in own
    ]
    for key, one, town, place in reports:
        values = one.written[town, own[place]].tolist()
        states = ["zero" if one.quiet[town, place] and not value else "reported" for value in values]
        yield texts[place].format(key, *chain.from_iterable(zip(states, values, strict=True)))


def _copy(cursor: Cursor[Any], target: str, lines: Iterator[str]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for line in lines:
            copy.write(line)


def read_history(
    connection: Connection[Any], columns: Columns, towns: int, periods: Sequence[Period]
) -> tuple[Numbers, Flags, Flags]:
    """(values, reported, zero), each period × town × column; one pass over the facts, a message a report."""
    given = {
        "towns": town_codes(towns),
        "periods": [one.key for one in periods],
        "categories": list(columns.categories),
        "indicators": list(columns.form.by_code),
    }
    shape, column_of = (len(periods), towns, len(columns.cells)), _column_of(columns)
    figures = np.zeros(shape, np.int64), np.zeros(shape, bool), np.zeros(shape, bool)
    query = _READ.format(towns=towns, categories=len(columns.categories), bound=_BOUND)
    connection.execute(_MEMORY)
    with connection.cursor() as cursor, cursor.copy(query, given) as copy:
        rows = (bytes(message).removeprefix(_SIGNATURE) for message in copy)
        while batch := [row for row in islice(rows, _AT_ONCE) if len(row) > _TRAILER_BYTES]:
            _put_reports(batch, column_of, *figures)
    return figures


def _column_of(columns: Columns) -> Numbers:
    """Category × indicator → column; beyond the last where the category is not asked for the indicator."""
    found = np.full((len(columns.categories), len(columns.form.by_code)), len(columns.cells))
    for place, category in enumerate(columns.categories):
        for number, code in enumerate(columns.form.by_code):
            found[place, number] = columns.place.get((category, code), len(columns.cells))
    return found


def _put_reports(rows: Sequence[bytes], column_of: Numbers, values: Numbers, reported: Flags, zero: Flags) -> None:
    """The figures of some reports into their places."""
    packed = [row[_PACKED] for row in rows]
    places = np.repeat([int.from_bytes(row[_PLACE]) for row in rows], [len(one) // 8 for one in packed])
    numbers = np.frombuffer(b"".join(packed), ">i8").astype(np.int64)
    town_month, category = np.divmod(places, len(column_of))
    at, figures = (town_month, column_of[category, numbers % _BOUND]), numbers // _BOUND
    for target, found in ((values, figures >> 1), (zero, figures & 1), (reported, True)):
        target.reshape(-1, values.shape[-1])[at] = found


def compile_all(columns: Columns, periods: Sequence[Period], figures: tuple[Numbers, Flags, Flags]) -> DenseCells:
    """Every town's cells, a share of the towns at a time, and from them the province's, which are returned."""
    shares = []
    for start in range(0, figures[0].shape[1], SHARE):
        part = slice(start, start + SHARE)
        shares.append(add_towns(compile_dense(columns, periods, *(one[:, part] for one in figures))))
    return join_shares(shares)


def compare_with_drawn(drawn: Sequence[Drawn], figures: tuple[Numbers, Flags, Flags]) -> None:
    """What was read is what was loaded."""
    for one, values, reported, zero in zip(drawn, *figures, strict=True):
        of_column = one.columns.category_of
        assert (reported == one.accepted[:, of_column]).all()
        assert (values == one.written * reported).all()
        assert (zero == (reported & one.quiet[:, of_column] & (values == 0))).all()


def compare_with_returns(
    plan: Plan, columns: Columns, periods: Sequence[Period], figures: tuple[Numbers, Flags, Flags]
) -> None:  # fmt: skip
    """Some towns' cells of some periods are those of their returns."""
    rng = np.random.default_rng(1)
    for town, number in zip(rng.integers(0, figures[0].shape[1], 10), rng.integers(0, len(periods), 10), strict=True):
        own = [one[:, town : town + 1] for one in figures]
        cells = compile_dense(columns, periods, *own)
        stored = [
            StoredFigure(
                periods[period].key, columns.cells[column][0], columns.cells[column][1].code,
                Decimal(int(own[0][period, 0, column])).scaleb(-columns.cells[column][1].decimals),
                bool(own[2][period, 0, column]),
            )
            for period, column in zip(*np.nonzero(own[1][:, 0]), strict=True)
        ]  # fmt: skip
        compiled = {(one.category, one.indicator): one for one in compile_cells(plan, periods[number], stored)}
        assert {name: cell_of(cells, int(number), 0, column) for column, name in enumerate(cells.names)} == compiled


def main() -> None:
    towns, length = int(os.environ.get("TOWNS") or 1_585), int(os.environ.get("PERIODS") or 60)
    periods = periods_between(FIRST, Period.of(FIRST.year, length))
    plan = load_plan("qingxi-2018")
    drawn = draw_periods(plan, towns, periods, 1)
    with postgres() as new_engine:
        measure(plan, drawn, towns, periods, new_engine())


def measure(plan: Plan, drawn: Sequence[Drawn], towns: int, periods: Sequence[Period], engine: Engine) -> None:
    columns = drawn[0].columns
    connection = engine.raw_connection().driver_connection
    assert connection is not None
    count = _timed("load", lambda: load_history(connection, drawn, towns))
    figures = _timed(f"read {count} figures", lambda: read_history(connection, columns, towns, periods))
    compare_with_drawn(drawn, figures)
    cells = _timed("compile", lambda: compile_all(columns, periods, figures))
    compare_with_returns(plan, columns, periods, figures)
    print(f"{len(periods)} periods × {towns} towns; 合计 of {cells.names[-1][1]}: {cells.current.value[-1, 0, -1]}")


def _timed(what: str, work: Callable[[], _Done]) -> _Done:
    begun, cpu = time.perf_counter(), time.process_time()
    done = work()
    wall, own = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{what}: {wall:.1f} s, own CPU {own:.1f} s, peak {peak_megabytes():.0f} MB", flush=True)
    return done


if __name__ == "__main__":
    main()
