"""One S3 server for the room, and an office whose inbox, outbox and archive lie in a bucket of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from object_store import ObjectStore, rooms, run_object_store
from townreturn.office import Office, open_office
from townreturn.settings import Settings


@pytest.fixture(scope="session")
def store() -> Iterator[ObjectStore]:
    yield from run_object_store()


@pytest.fixture
def remote_office(store: ObjectStore, tmp_path: Path) -> Iterator[Office]:
    office = open_office(Settings.from_environment(rooms(store.bucket(), tmp_path / "remote")))
    yield office
    office.engine.dispose()
