"""An office lived through once, and copied for every test that goes on from there: its folders and its database."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from townreturn.office import Office, open_office
from townreturn.settings import Settings


@dataclass(frozen=True)
class KeptOffice:
    """Its home, in which an SQLite database lies; on PostgreSQL the server, and the database's name there."""

    home: Path
    server: Any = None
    database: str = ""


def keep_office(home: Path, live: Callable[[Office], object], server: Any = None) -> KeptOffice:
    """A new office after ``live``, on SQLite or on the PostgreSQL server of the fixture ``postgres``."""
    kept = KeptOffice(home, server, _copied_database(server, "migrated"))
    with _opened(kept) as office:
        live(office)
    return kept


@contextmanager
def copied_office(kept: KeptOffice, home: Path) -> Iterator[Office]:
    """A copy in another home, and another database."""
    copy = KeptOffice(shutil.copytree(kept.home, home), kept.server, _copied_database(kept.server, kept.database))
    with _opened(copy) as office:
        yield office
    if copy.server:
        copy.server.psql(f"DROP DATABASE {copy.database} WITH (FORCE)")


@contextmanager
def _opened(kept: KeptOffice) -> Iterator[Office]:
    settings = {"TOWNRETURN_HOME": str(kept.home)}
    if kept.server:
        settings["TOWNRETURN_DATABASE_URL"] = kept.server.get_uri(database=kept.database)
    office = open_office(Settings.from_environment(settings))
    yield office
    office.engine.dispose()


def _copied_database(server: Any, database: str) -> str:
    """The name of a copy; empty without a server, for an SQLite database is copied with its home."""
    name = f"kept_{uuid4().hex}"
    if server:
        server.psql(f"CREATE DATABASE {name} TEMPLATE {database}")
    return name if server else ""
