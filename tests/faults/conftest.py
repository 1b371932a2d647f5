"""What fault tests share: a PostgreSQL of their own to break, and a disk that can be full."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from own_postgres import run_postgres


@pytest.fixture(scope="module")
def fragile_postgres() -> Iterator[Any]:
    """A real PostgreSQL of this module's own, which may be restarted, with one migrated database to copy from."""
    yield from run_postgres("townreturn-fragile")


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
