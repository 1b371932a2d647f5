"""An office brought up to date from every earlier revision: its returns are what they were, and its month goes on."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

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


def settings_of(home: Path) -> Settings:
    return Settings.from_environment({"TOWNRETURN_HOME": str(home)})


@pytest.fixture
def home_before(request: pytest.FixtureRequest, two_months: Path, tmp_path: Path) -> Path:
    """The home of an office that published January and February under the revision asked for."""
    home = tmp_path / "home"
    shutil.copytree(two_months, home, ignore=shutil.ignore_patterns("townreturn.db*"))
    source, target = (connect(f"sqlite:///{folder / 'townreturn.db'}") for folder in (two_months, home))
    with reading(source) as read, migrating(target) as write:
        counts = write_back(read, write, request.param)
    with reading(target) as tx:
        assert current_revision(tx) == request.param
    assert counts["publications"] == 2
    assert counts["facts"] > 0
    source.dispose()
    target.dispose()
    return home


def published_contents(home: Path) -> list[tuple[str, int, str, str]]:
    engine = connect(f"sqlite:///{home / 'townreturn.db'}")
    query = select(publications.c.period, publications.c.issue, compilations.c.content_hash, compilations.c.content)
    with reading(engine) as tx:
        found = [tuple(row) for row in tx.execute(query.join(compilations).order_by(publications.c.period))]
    engine.dispose()
    return found


@pytest.mark.parametrize("home_before", REVISIONS, indirect=True)
def test_an_office_of_an_earlier_revision_is_verified_and_publishes_its_next_month(
    home_before: Path, two_months: Path, bring_in: Callable[[Office, str], datetime]
) -> None:
    office = open_office(settings_of(home_before))
    assert published_contents(home_before) == published_contents(two_months)
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
