"""What a month of many towns costs grows with their number and no faster, and its memory not at all."""

import pytest
from bench.bulk_load import postgres
from bench.scale import Row, exponent, measure
from bench.town_workers import STAGES

pytestmark = pytest.mark.timing
SIZES = (100, 200, 400)
"""Half a batch a process, one, and two."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    with postgres() as new_engine:
        return [row for towns in SIZES for row in measure(towns, new_engine(), tmp_path_factory.mktemp("towns"))]


@pytest.mark.parametrize("stage", STAGES)
def test_the_exponent_of_cpu_time_is_that_of_the_number_of_towns(rows: list[Row], stage: str) -> None:
    """CPU, the database's with it: what else the machine does tells little of that."""
    own = [one for one in rows if one.stage == stage]
    assert exponent(SIZES, [one.cpu + one.database_cpu for one in own]) <= 1.1


def test_memory_stays_flat(rows: list[Row]) -> None:
    peaks = [max(one.memory for one in rows if one.towns == towns) for towns in SIZES]
    assert peaks[-1] <= 1.15 * peaks[-2]
