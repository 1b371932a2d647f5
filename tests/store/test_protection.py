"""What is recorded is changed by nobody: the database itself refuses, on both engines."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Boolean, Connection, Engine, Integer, SmallInteger, Table, insert, text
from sqlalchemy.exc import DBAPIError

from townreturn.store.engine import UtcTime, connect, writing
from townreturn.store.migrations import migrate
from townreturn.store.schema import metadata

CHANGEABLE = {"latest", "openings"}
PROTECTED = {one.name for one in metadata.sorted_tables} - CHANGEABLE
Statement = Callable[[Table], str]


def sample_row(table: Table) -> dict[str, object]:
    """One row that refers to the first of every other table."""
    row: dict[str, object] = {}
    for column in table.columns:
        if column.name == "duplicate_of":
            continue
        if isinstance(column.type, UtcTime):
            row[column.name] = datetime(2018, 3, 1, tzinfo=UTC)
        elif isinstance(column.type, Boolean):
            row[column.name] = True
        elif isinstance(column.type, Integer | SmallInteger):  # keys are a variant of BIGINT
            row[column.name] = 1
        else:
            row[column.name] = "2018-03" if column.name == "period" else "x"
    return row


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with one row in every table."""
    engine = connect(database_url)
    migrate(engine)
    with writing(engine) as tx:
        for table in metadata.sorted_tables:
            tx.execute(insert(table), sample_row(table))
    yield engine
    engine.dispose()


def refusals(engine: Engine, statement: Statement) -> dict[str, str]:
    """Table → why the database refused the statement on it; nothing of it is kept."""
    refused: dict[str, str] = {}
    for table in metadata.sorted_tables:
        try:
            with writing(engine) as tx:
                tx.exec_driver_sql("PRAGMA defer_foreign_keys=ON" if on_sqlite(tx) else "SELECT 1")
                tx.exec_driver_sql(statement(table))
                tx.rollback()
        except DBAPIError as error:
            refused[table.name] = str(error.orig)
    return refused


def on_sqlite(tx: Connection) -> bool:
    return tx.dialect.name == "sqlite"


def require_protected(refused: dict[str, str]) -> None:
    assert set(refused) == PROTECTED
    for table, reason in refused.items():
        assert f"{table} is append-only" in reason


def first_column(table: Table) -> str:
    return next(iter(table.columns)).name


def upsert(table: Table) -> str:
    keys = ", ".join(column.name for column in table.primary_key)
    return (
        f"INSERT INTO {table.name} SELECT * FROM {table.name} WHERE true "
        f"ON CONFLICT ({keys}) DO UPDATE SET {first_column(table)} = excluded.{first_column(table)}"
    )


@pytest.mark.parametrize(
    "statement",
    [
        lambda table: f"UPDATE {table.name} SET {first_column(table)} = {first_column(table)}",
        lambda table: f"DELETE FROM {table.name}",
        upsert,
    ],
    ids=["update", "delete", "upsert"],
)
def test_no_row_is_changed_or_removed(engine: Engine, statement: Statement) -> None:
    require_protected(refusals(engine, statement))


def test_no_row_is_replaced_on_sqlite(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    require_protected(refusals(engine, lambda table: f"REPLACE INTO {table.name} SELECT * FROM {table.name}"))


def test_no_table_is_truncated_on_postgresql(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    require_protected(refusals(engine, lambda table: f"TRUNCATE {table.name} CASCADE"))


def test_rows_are_still_added(engine: Engine) -> None:
    with writing(engine) as tx:
        for table in metadata.sorted_tables:
            if "id" in table.columns:
                columns = [column.name for column in table.columns if column.name != "id"]
                other = {"number": "2", "entry_number": "2", "attempt": "2", "file_name": "'y'"}
                other |= dict.fromkeys(("file_hash", "message_key", "uid"), "'y'")
                chosen = ", ".join(other.get(one, one) for one in columns)
                tx.exec_driver_sql(
                    f"INSERT INTO {table.name} ({', '.join(columns)}) "
                    f"SELECT {chosen} FROM {table.name}" if on_sqlite(tx) else
                    f"INSERT INTO {table.name} (id, {', '.join(columns)}) SELECT 2, {chosen} FROM {table.name}"
                )  # fmt: skip
        assert tx.execute(text("SELECT count(*) FROM events")).scalar() == 2
