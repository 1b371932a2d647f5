"""Rows loaded at once are the rows that INSERT would have left, whatever stands in them, on either engine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from stored_reports import make_report, record_report
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.bulk import load_rows
from townreturn.store.engine import UtcTime, connect, reading, writing
from townreturn.store.schema import facts
from townreturn.store.schema.base import key

_COLUMNS = ("whole", "small", "flag", "at", "short", "text")
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["", "\\N", "\\.", "\t", "a\\\tb", "\r\n", "\n\\.\n", "\v\f\b", '{"a": "\\n"}', "NULL", "合计\t３", "%s ?"]
)
_ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.integers(-(2**15), 2**15 - 1),
        st.none() | st.booleans(),
        st.none() | st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.none() | _TEXTS,
        _TEXTS,
    ),
    max_size=6,
)


def _a_table(name: str) -> Table:
    return Table(
        name, MetaData(), Column("id", key, primary_key=True), Column("whole", BigInteger),
        Column("small", SmallInteger, nullable=False), Column("flag", Boolean), Column("at", UtcTime),
        Column("short", String(30)), Column("text", Text, nullable=False),
    )  # fmt: skip


_LOADED, _INSERTED = _a_table("loaded"), _a_table("inserted")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    with writing(engine) as tx:
        _LOADED.create(tx)
        _INSERTED.create(tx)
    yield engine
    engine.dispose()


def stored(tx: Connection, name: str) -> list[tuple[Any, ...]]:
    """As the driver gives it, untouched by types of ours."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM {name} ORDER BY id"
    return [tuple(row) for row in tx.exec_driver_sql(query)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(rows=_ROWS)
def test_copied_rows_are_those_that_insert_leaves(engine: Engine, rows: list[tuple[Any, ...]]) -> None:
    with writing(engine) as tx:
        load_rows(tx, _LOADED, _COLUMNS, rows)
        if rows:
            tx.execute(insert(_INSERTED), [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
        assert stored(tx, "loaded") == stored(tx, "inserted")
        given_back = tx.execute(select(*(_LOADED.c[name] for name in _COLUMNS)).order_by(_LOADED.c.id)).all()
        assert [tuple(row) for row in given_back] == rows
        for name in ("loaded", "inserted"):
            tx.exec_driver_sql(f"DELETE FROM {name}")


A_ROW = (1, 1, True, None, "s", "t")


def spoilt(place: int, value: object) -> tuple[object, ...]:
    return (*A_ROW[:place], value, *A_ROW[place + 1 :])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("wrong", [spoilt(1, None), spoilt(5, None), spoilt(0, 2**63)], ids=["small", "text", "whole"])
def test_what_insert_refuses_is_refused(engine: Engine, count: int, wrong: tuple[object, ...]) -> None:
    """By the same kind of fault, and all of the load with it."""
    with pytest.raises((DBAPIError, OverflowError)) as by_load, writing(engine) as tx:
        load_rows(tx, _LOADED, _COLUMNS, [A_ROW] * (count - 1) + [wrong])
    with pytest.raises((DBAPIError, OverflowError)) as by_insert, writing(engine) as tx:
        tx.execute(insert(_INSERTED), [dict(zip(_COLUMNS, wrong, strict=True))])
    assert by_load.type is by_insert.type
    with reading(engine) as tx:
        assert stored(tx, "loaded") == []


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = connect(postgres_url)
    with writing(engine) as tx:
        _LOADED.create(tx)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("wrong", "why"), [(spoilt(5, "a\0b"), "NUL"), (spoilt(0, "many"), "bigint")])
def test_postgresql_refuses_what_sqlite_takes(
    postgres_engine: Engine, count: int, wrong: tuple[object, ...], why: str
) -> None:
    with pytest.raises(DataError, match=why), writing(postgres_engine) as tx:
        load_rows(tx, _LOADED, _COLUMNS, [A_ROW] * (count - 1) + [wrong])
    with reading(postgres_engine) as tx:
        assert stored(tx, "loaded") == []


def test_a_naive_time_is_no_value(engine: Engine) -> None:
    with pytest.raises(ValueError, match="naive"), writing(engine) as tx:
        load_rows(tx, _LOADED, _COLUMNS, [spoilt(3, datetime(2018, 3, 1))] * 2)  # noqa: DTZ001


def test_a_connection_is_good_after_a_refused_load(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as tx:
        load_rows(tx, facts, [one.name for one in facts.c], [(9, "a", "reported", 1, 0, "1", "s", "c")] * 2)
    with writing(engine) as tx:
        load_rows(tx, _LOADED, _COLUMNS, [A_ROW] * 2)
    with reading(engine) as tx:
        assert stored(tx, "loaded") == [A_ROW] * 2


def test_a_report_is_copied_into_postgresql(office: Office, plans: PlanBook) -> None:
    """A copy goes past SQLAlchemy's statements of the table; on SQLite nothing can be copied."""
    said: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    with writing(office.engine) as tx:
        record_report(tx, plans.plans[0], make_report(plans.plans[0], "building", {}), "2018-01")
    verb = "COPY" if office.engine.dialect.name == "postgresql" else "INSERT INTO"
    assert [one.split(" (")[0] for one in said if "facts" in one] == [f"{verb} facts"]
    assert [one.split(" (")[0] for one in said if "events" in one and "FROM events" not in one] == [f"{verb} events"]
