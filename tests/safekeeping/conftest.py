"""Empty places to restore into, and a small backup to spoil."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from empty_place import NOW, Place
from filled_workbook import FilledWorkbook
from townreturn import month
from townreturn.office import open_office
from townreturn.settings import Settings


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """``place(engine)``: settings of an office that does not exist yet, with a database without tables."""
    made: list[tuple[Any, str]] = []

    def make(engine: str = "sqlite", **settings: str) -> Settings:
        name = f"place_{uuid4().hex}"
        environment = {"TOWNRETURN_HOME": str(tmp_path / name)}
        if engine == "postgresql":
            server = request.getfixturevalue("postgres")
            server.psql(f"CREATE DATABASE {name}")
            made.append((server, name))
            environment["TOWNRETURN_DATABASE_URL"] = server.get_uri(database=name)
        return Settings.from_environment(environment | settings)

    yield make
    for server, name in made:
        server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def backup(filled: Callable[..., FilledWorkbook], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an office with one accepted and one quarantined file; only to be read."""
    folder = tmp_path_factory.mktemp("backup")
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(folder / "home")}))
    inbox = Path(office.inbox.path)
    filled("zhujian", "2018-01").save(inbox / "zhujian.xlsx", NOW)
    (inbox / "谁的.xlsx").write_bytes(b"no workbook")
    month.take_in(office, datetime.now(UTC) + timedelta(hours=1))  # nothing is still being written
    month.back_up(office, folder / "backup.tar", NOW)
    office.engine.dispose()
    return folder / "backup.tar"
