"""An office brought up to date from every earlier revision: its returns are what they were, and its month goes on."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from database_of_before import write_back
from published_months import publish_newest
from townreturn import month
from townreturn.domain.period import Period
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import connect, reading
from townreturn.store.migrations import HEAD, current_revision, migrating
from townreturn.store.schema import compilations, publications

REVISIONS = [f"{number:04}" for number in range(1, int(HEAD))]
MARCH = Period("2018-03")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'before.db'}"
        return
    server, name = request.getfixturevalue("postgres"), f"before_{uuid4().hex}"
    server.psql(f"CREATE DATABASE {name}")
    yield server.get_uri(database=name)
    server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings_before(request: pytest.FixtureRequest, two_months: Path, empty_url: str, tmp_path: Path) -> Settings:
    """Of an office that published January and February under the revision asked for."""
    home = tmp_path / "home"
    shutil.copytree(two_months, home, ignore=shutil.ignore_patterns("townreturn.db*"))
    source, target = connect(_url_of(two_months)), connect(empty_url)
    with reading(source) as read, migrating(target) as write:
        counts = write_back(read, write, request.param)
    with reading(target) as tx:
        assert current_revision(tx) == request.param
    assert counts["publications"] == 2
    assert counts["facts"] > 0
    source.dispose()
    target.dispose()
    return Settings.from_environment({"TOWNRETURN_HOME": str(home), "TOWNRETURN_DATABASE_URL": empty_url})


def _url_of(home: Path) -> str:
    return f"sqlite:///{home / 'townreturn.db'}"


def published_contents(url: str) -> list[tuple[str, int, str, str]]:
    engine = connect(url)
    query = select(publications.c.period, publications.c.issue, compilations.c.content_hash, compilations.c.content)
    with reading(engine) as tx:
        found = [tuple(row) for row in tx.execute(query.join(compilations).order_by(publications.c.period))]
    engine.dispose()
    return found


@pytest.mark.parametrize("settings_before", REVISIONS, indirect=True)
def test_an_office_of_an_earlier_revision_is_verified_and_publishes_its_next_month(
    settings_before: Settings, two_months: Path, bring_in: Callable[[Office, str], datetime]
) -> None:
    office = open_office(settings_before)
    assert published_contents(settings_before.database_url) == published_contents(_url_of(two_months))
    assert {one.period: one.text for one in verify(office) if not one.is_whole} == {}
    now = bring_in(office, "2018-03")
    month.open_period(office, MARCH, now, "", backfilled=False)
    compiled = month.compile_return(office, MARCH, datetime.fromisoformat("2018-04-02T08:00:00+08:00"))
    publish_newest(office, compiled)
    texts = {one.period: (one.is_whole, one.text) for one in verify(office)}
    assert [key for key, (is_whole, _) in texts.items() if not is_whole] == [], texts
    assert texts["2018-03"][1].startswith("2018-03：一致")
    office.engine.dispose()


def test_every_revision_there_is_is_upgraded_from() -> None:
    versions = Path(month.__file__).parents[1] / "store" / "migrations" / "versions"
    assert sorted(path.name[:4] for path in versions.glob("0*.py")) == [*REVISIONS, HEAD]
