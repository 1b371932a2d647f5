"""Files in the inbox of several towns that no town's intake looks for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from several_towns import settings_of, write_neighbours
from townreturn.office import Office, open_offices
from townreturn.operating.unclaimed import tell_unclaimed
from townreturn.store.engine import reading
from townreturn.store.periods import recent_alerts

NOW = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[Office, ...]]:
    plans = write_neighbours(tmp_path / "plans")
    opened = open_offices(settings_of(tmp_path / "home", str(plans)))
    yield opened
    opened[0].engine.dispose()


def alerts_of(office: Office) -> list[str]:
    with reading(office.engine) as tx:
        return [one.text for one in recent_alerts(tx, office.plans.town_code)]


def put(office: Office, place: str) -> Path:
    path = Path(office.inbox.parent.path) / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"something")
    return path


def test_every_town_is_told_once_of_what_is_no_towns(offices: tuple[Office, ...]) -> None:
    for place in ("月报.xlsx", "humen/月报.xlsx", "~$月报.xlsx", "tangxia/报来.xlsx"):
        put(offices[0], place)
    (Path(offices[0].inbox.parent.path) / "changping").mkdir()
    for later in range(2):
        tell_unclaimed(offices, NOW + timedelta(minutes=10 * later))
    for office in offices:
        [told] = alerts_of(office)
        assert "中有 2 项" in told
        assert "humen/、月报.xlsx。" in told


def test_nothing_is_told_where_every_file_is_a_towns(offices: tuple[Office, ...]) -> None:
    put(offices[0], "tangxia/报来.xlsx")
    tell_unclaimed(offices, NOW)
    assert [alerts_of(one) for one in offices] == [[], []]


def test_of_one_town_alone_the_inbox_is_its_own(tmp_path: Path) -> None:
    (alone,) = open_offices(settings_of(tmp_path / "home", "qingxi-2018"))
    put(alone, "readme.txt")
    tell_unclaimed((alone,), NOW)
    assert alerts_of(alone) == []
    alone.engine.dispose()
