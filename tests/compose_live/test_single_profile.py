"""The profile without Redis and workers: a month, and a backup that goes back into new volumes.

The tests of this module run in their order. What they print belongs in docs/measurements.md.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from composed_month import JANUARY, bring_up, publish_january, twin_of, verified
from composed_office import DATA, ComposedOffice, describe, docker, tell_time

pytestmark = pytest.mark.compose


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposedOffice]:
    office = describe(tmp_path_factory.mktemp("single"), "single")
    try:
        bring_up(office)
        yield office
    finally:
        office.compose("down", "--volumes", "--timeout", "20")


def test_a_month_without_redis_and_workers(single: ComposedOffice, samples: list[Path]) -> None:
    assert {row["Service"] for row in single.states().values()} & {"redis", "worker", "scheduler"} == set()
    publish_january(single, samples)
    assert "一致" in verified(single)
    assert all(twin_of(single).values())
    print(json.dumps(single.memory(), indent=1))


def test_a_backup_goes_back_into_new_volumes(single: ComposedOffice) -> None:
    """As docs/compose.md has it."""
    single.run("townreturn", "backup", "/backups/drill.tar")
    begun = time.monotonic()
    single.compose("down")
    docker("volume", "rm", f"{single.project}_postgres-data", f"{single.project}_townreturn-data")
    single.compose("up", "--detach", "--wait", "postgres")
    single.compose("run", "--rm", "--no-deps", "-T", "maintenance", "townreturn", "restore", "/backups/drill.tar")
    single.compose("up", "--detach", "--wait")
    tell_time("single: restored, up and healthy", begun)
    assert "一致" in verified(single)
    assert "issue-0" in single.run("ls", f"{DATA}/outbox/{JANUARY.key}")
