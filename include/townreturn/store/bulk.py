"""Many rows at once, the fastest way that each engine has: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

_COPY = "COPY "


def load_rows(tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each the values of ``columns`` in their order, in the caller's transaction.

    What is stored is what ``insert(table)`` would store, past SQLAlchemy's handling of each row, which costs five
    times what storing it does. Columns left out get their defaults, ids in the order of the rows. Raises SQLAlchemy's
    DBAPIError for what the database refuses, TypeError or ValueError for a value that is none of its column's type.
    """
    if not rows:
        return
    names = ", ".join(columns)
    bound = _bind(tx, table, columns, rows)
    # Of a single row SQLAlchemy makes no batch, and only a batch can be copied.
    if tx.dialect.driver == "psycopg" and len(bound) > 1:
        tx.exec_driver_sql(f"{_COPY}{table.name} ({names}) FROM STDIN", bound)
    else:
        mark = "?" if tx.dialect.paramstyle == "qmark" else "%s"
        marks = ", ".join(mark for _ in columns)
        tx.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", bound)  # noqa: S608 - our own names


def insert_numbered(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows into a table with ids of its own; the ids, in the order of the rows."""
    if not rows:
        return []
    return list(tx.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows))


def copy_rows(cursor: Any, statement: str, rows: Sequence[tuple[Any, ...]], _context: Any) -> bool:
    """In the place of the driver's ``executemany``, so that SQLAlchemy tells the faults of a COPY as any other's.

    Returns whether the statement was a COPY and is done.
    """
    if not statement.startswith(_COPY):
        return False
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
    return True


def _bind(
    tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:  # fmt: skip
    """The rows as the driver stores them; most types leave their values alone."""
    types = (table.c[name].type.dialect_impl(tx.dialect) for name in columns)
    processors: list[Callable[[Any], Any] | None] = [one.bind_processor(tx.dialect) for one in types]
    if not any(processors):
        return list(rows)
    return [
        tuple(value if process is None else process(value) for process, value in zip(processors, row, strict=True))
        for row in rows
    ]
