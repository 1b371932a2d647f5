"""A database that version 0.1.0 filled, brought up to date: nothing is lost, and what was implied is named."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, MetaData, select, text
from sqlalchemy.exc import DBAPIError

from database_of_0002 import BEFORE, Rows, fill, rows_of_0002
from townreturn.domain.canonical import content_hash, read_canonical
from townreturn.store.engine import connect, reading, writing
from townreturn.store.inputs import Basis, find_basis
from townreturn.store.inspection import read_older
from townreturn.store.migrations import HEAD, current_revision, migrate, migrating
from townreturn.store.schema import metadata


def read_all(tx: Connection) -> dict[str, Rows]:
    """Every table as it really is, by its primary key."""
    found = MetaData()
    found.reflect(tx)
    return {
        table.name: [dict(row._mapping) for row in tx.execute(select(table).order_by(*table.primary_key))]
        for table in found.sorted_tables
        if table.name != "alembic_version"
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_at_0002(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of 0.1.0 with content."""
    url, name = f"sqlite:///{tmp_path / 'before.db'}", f"before_{uuid4().hex}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.psql(f"CREATE DATABASE {name}")
        url = server.get_uri(database=name)
    engine = connect(url)
    with migrating(engine) as tx:
        fill(tx)
    yield engine
    engine.dispose()


def test_nothing_is_lost(engine_at_0002: Engine) -> None:
    with reading(engine_at_0002) as tx:
        assert current_revision(tx) == BEFORE
        before = read_all(tx)
    migrate(engine_at_0002)
    with reading(engine_at_0002) as tx:
        assert current_revision(tx) == HEAD
        after = read_all(tx)
    assert {table: len(rows) for table, rows in before.items()} == {
        table: len(rows) for table, rows in rows_of_0002().items()
    }
    assert set(after) == set(metadata.tables)
    for table, rows in before.items():
        for row, kept in zip(rows, after[table], strict=True):
            if table == "reports":
                row["entry_number"] = row.pop("revision")
            assert kept | row == kept, table
    assert [row["entry_number"] for row in after["reports"]] == [1, 1, 2, 3]
    assert {row["software_version"] for row in after["publications"]} == {"0.1.0"}
    assert {(row["issue"], row["role"]) for row in after["decisions"]} == {(0, "")}


def test_contents_keep_their_hashes(engine_at_0002: Engine) -> None:
    migrate(engine_at_0002)
    with reading(engine_at_0002) as tx:
        stored = tx.execute(select(metadata.tables["compilations"])).all()
    assert len(stored) == 6
    for row in stored:
        assert content_hash(read_canonical(row.content)) == row.content_hash


def test_what_compilations_rested_on_is_named(engine_at_0002: Engine) -> None:
    """2018-02 counts 2018-01 and is compared with 2017-01 and -02; 2017-03 and other towns play no part."""
    migrate(engine_at_0002)
    with reading(engine_at_0002) as tx:
        found = {key: find_basis(tx, key) for key in range(1, 7)}
    assert found == {
        1: Basis((), ()),
        2: Basis((), (("2017-01", 0),)),
        3: Basis((1,), (("2017-01", 0),)),
        4: Basis((2,), (("2017-01", 0), ("2018-01", 0))),
        5: Basis((3,), (("2017-01", 0), ("2018-01", 0))),
        6: Basis((), ()),
    }


def test_what_was_there_before_the_trail_is_named(engine_at_0002: Engine) -> None:
    """Row by row: no event vouches for these, and for these alone none has to."""
    migrate(engine_at_0002)
    with reading(engine_at_0002) as tx:
        named = read_older(tx)
    assert named == {
        "arrivals": {"1", "2", "3", "4", "5"},
        "reports": {"1", "2", "3", "4"},
        "compilations": {"1", "2", "3", "4", "5", "6"},
        "decisions": {"1", "2", "3"},
        "publications": {"qingxi 2017-01 0", "qingxi 2017-03 0", "qingxi 2018-01 0", "liuhe 2018-01 0"},
    }


def test_a_new_database_has_nothing_from_before_the_trail(database_url: str) -> None:
    engine = connect(database_url)
    migrate(engine)
    with reading(engine) as tx:
        assert read_older(tx) == {}
    engine.dispose()


def test_what_was_there_before_is_protected_too(engine_at_0002: Engine) -> None:
    migrate(engine_at_0002)
    for table in ("arrivals", "facts", "publications", "alerts"):
        with pytest.raises(DBAPIError, match=f"{table} is append-only"), writing(engine_at_0002) as tx:
            tx.execute(text(f"DELETE FROM {table}"))


def test_several_at_once_migrate_a_filled_database(engine_at_0002: Engine) -> None:
    start = Barrier(3)

    def migrate_together() -> None:
        start.wait()
        migrate(engine_at_0002)

    with ThreadPoolExecutor(3) as pool:
        for run in [pool.submit(migrate_together) for _ in range(3)]:
            run.result(timeout=60)
    with reading(engine_at_0002) as tx:
        assert len(read_all(tx)["compilation_inputs"]) == 3


def test_a_failed_migration_leaves_the_database_as_it_was(engine_at_0002: Engine) -> None:
    with writing(engine_at_0002) as tx:
        tx.execute(text("UPDATE compilations SET content = 'no content' WHERE id = 5"))
    with pytest.raises(json.JSONDecodeError):
        migrate(engine_at_0002)
    with reading(engine_at_0002) as tx:
        assert current_revision(tx) == BEFORE
        assert "events" not in read_all(tx)
