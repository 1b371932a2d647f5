"""Connections: one schema on SQLite and PostgreSQL; writers of the same things take turns."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, String, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeDecorator

from townreturn.domain.errors import ConfigurationFault
from townreturn.store.bulk import copy_rows
from townreturn.store.patience import lift_limits, limit, tell_timeout

_WRITER_LOCK = 20180226
"""Any fixed number: the PostgreSQL advisory lock that makes writers take turns, and those of one scope share."""

_SQLITE_LINE = RLock()
"""SQLite lets whoever asks at the right moment write next: of many who ask in turn one may never be lucky."""
_POOL_SECONDS = 120
"""How long one of many at once waits for a connection: as long as people wait, rather than be refused."""
_KEPT, _MORE = 5, 10
"""Connections of a process: kept between transactions, and opened beside them for as long as they are needed. The
board works on up to forty requests at once; a step takes one at a time. docs/compose.md has the sum."""


class UtcTime(TypeDecorator[datetime]):
    """An aware instant as fixed-width UTC text, so that both engines give back what was put in."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


def connect(url: str) -> Engine:
    """An engine for a database URL; a bare ``postgresql://`` uses psycopg 3.

    Raises ConfigurationFault for a URL that is none, or whose driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        on_postgres = parsed.get_backend_name() == "postgresql"
        # A connection kept from before a restart of the server is replaced, not failed on.
        pool = {"pool_pre_ping": on_postgres, "pool_size": _KEPT, "max_overflow": _MORE, "pool_timeout": _POOL_SECONDS}
        engine = create_engine(limit(parsed) if on_postgres else parsed, **pool)
    except (ArgumentError, ModuleNotFoundError) as fault:
        raise ConfigurationFault("DATABASE_URL_WRONG", detail=fault) from fault
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "do_executemany", copy_rows)
    event.listen(engine, "handle_error", tell_timeout)
    return engine


def name_database(engine: Engine) -> str:
    """The database as people may be told of it: its URL without password and options."""
    return engine.url.set(password=None, query={}).render_as_string()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below decides, not the driver
    # recursive_triggers: without it INSERT OR REPLACE removes a row past the trigger that protects it.
    for pragma in (
        "journal_mode=WAL", "busy_timeout=60000", "foreign_keys=ON", "synchronous=FULL", "recursive_triggers=ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state, however long it takes, and writes nothing."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # which by default shows each statement a newer state
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine, *scopes: str, is_limited: bool = True) -> Iterator[Connection]:
    """A writing transaction, kept whole or not at all; others wait for it.

    On PostgreSQL those wait that name one of its scopes, or none; without a scope it is alone. A
    scope such as ``qingxi/2018-03`` says whose rows its decisions rest on and are written to. On
    SQLite there is one writer at a time; those of one process wait in line, without a connection.
    Raises Unavailable, on PostgreSQL, for whoever waits or works too long, unless ``is_limited`` is False.
    """
    line = _SQLITE_LINE if engine.dialect.name == "sqlite" else nullcontext()
    with line, engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            if not is_limited:
                lift_limits(connection)
            _take_turns(connection, scopes)
        yield connection


def _take_turns(connection: Connection, scopes: Sequence[str]) -> None:
    """Scopes are locked in ascending order, so that no two writers wait for each other."""
    whole = "pg_advisory_xact_lock_shared" if scopes else "pg_advisory_xact_lock"
    connection.execute(text(f"SELECT {whole}(:key)"), {"key": _WRITER_LOCK})
    keys = sorted(_lock_key(scope) for scope in set(scopes))
    if keys:  # taken in the order of the array
        connection.execute(text("SELECT pg_advisory_xact_lock(key) FROM unnest(:keys) AS key"), {"keys": keys})


def _lock_key(scope: str) -> int:
    return int.from_bytes(hashlib.sha256(scope.encode()).digest()[:8], signed=True)
