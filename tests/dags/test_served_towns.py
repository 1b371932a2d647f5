"""The towns that a triggerer serves: each by its plan as it is now, and a plan that is broken is one town's trouble."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from several_towns import environment_of, write_neighbours
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.period import Period
from written_plans import write_plan

JANUARY = Period("2018-01")


@pytest.fixture(autouse=True)
def as_just_started() -> Iterator[None]:
    import lookout

    forget()
    yield
    next(iter(lookout.open_once().values())).engine.dispose()
    forget()


def forget() -> None:
    import lookout

    lookout.open_once.cache_clear()
    lookout._served_in.cache_clear()


def serve(plans: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in environment_of(home, str(plans)).items():
        monkeypatch.setenv(name, text)


def test_a_town_alone_needs_no_name_and_its_plan_is_read_once_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lookout as module
    from townreturn import office

    serve(write_plan(tmp_path), tmp_path / "home", monkeypatch)
    lookout = module.Lookout(JANUARY, 0.0)
    lookout.find("")
    monkeypatch.setattr(office, "choose_book", None)
    assert lookout.find("").plan.town == "清溪镇"


def test_a_plan_that_cannot_be_read_is_its_own_towns_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import lookout as module

    plans = write_neighbours(tmp_path / "plans")
    serve(plans, tmp_path / "home", monkeypatch)
    lookout = module.Lookout(JANUARY, 0.0)
    assert lookout.find("tangxia").plan.town == "塘厦镇"
    (plans / "qingxi.yaml").write_text("town_code: qingxi\ntown: [", encoding="utf-8")
    module._served_in.cache_clear()
    assert lookout.find("tangxia").plan.town == "塘厦镇"
    with pytest.raises(ConfigurationFault, match="qingxi"):
        lookout.find("qingxi")
    with pytest.raises(ConfigurationFault, match="qingxi、tangxia"):
        lookout.find("")
