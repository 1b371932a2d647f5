"""Two published months, built once and put back as they were after each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from townreturn.office import Office, open_office
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
