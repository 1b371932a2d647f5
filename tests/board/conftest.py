"""A board over two published months and one in hand."""

from collections.abc import Iterator

import pytest

from asked_board import REPORTING, Ask, asking, begin_march
from published_months import publish_months
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from written_plans import write_plan


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """January and February published, March in hand; looking at it changes nothing, so that one serves all tests."""
    home = tmp_path_factory.mktemp("board") / "home"
    plan = write_plan(home.parent, REPORTING, name="qingxi-2018.yaml")
    settings = {"TOWNRETURN_HOME": str(home), "TOWNRETURN_PLAN": str(plan)}
    office = open_office(Settings.from_environment(settings))
    publish_months(office)
    begin_march(office)
    yield office
    office.engine.dispose()


@pytest.fixture(scope="session")
def ask(published: Office) -> Ask:
    return asking(published)
