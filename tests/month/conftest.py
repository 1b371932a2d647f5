"""Two published months, built once and put back as they were after each test; and offices of several towns."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from several_towns import settings_of
from townreturn.office import Office, open_office, open_offices
from townreturn.settings import Settings


@pytest.fixture(scope="session")
def published(two_months: Path) -> Iterator[Office]:
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(two_months)}))
    yield office
    office.engine.dispose()


@pytest.fixture
def months(published: Office, tmp_path: Path) -> Iterator[Office]:
    """The two months in their own folder, where a test may do what it likes."""
    home = published.home
    published.engine.dispose()
    kept = tmp_path / "as it was"
    shutil.copytree(home, kept)
    yield published
    published.engine.dispose()
    shutil.rmtree(home)
    shutil.copytree(kept, home)


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., tuple[Office, ...]]]:
    """``opened(plans, engine)``: the offices of a new place."""
    offices: list[Office] = []
    databases: list[tuple[Any, str]] = []

    def open_new(plans: str, engine: str = "sqlite") -> tuple[Office, ...]:
        name, url = f"towns_{uuid4().hex}", ""
        if engine == "postgresql":
            server = request.getfixturevalue("postgres")
            server.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
            databases.append((server, name))
            url = server.get_uri(database=name)
        found = open_offices(settings_of(tmp_path / name, plans, url))
        offices.extend(found)
        return found

    yield open_new
    for one in offices:
        one.engine.dispose()
    for server, name in databases:
        server.psql(f"DROP DATABASE {name} WITH (FORCE)")
