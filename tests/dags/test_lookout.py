"""One look for all towns that wait for a period; the more they are, the rarer it is."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from several_towns import settings_of
from stored_reports import empty_the_inbox, overdue, store_all
from townreturn import month
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import Readiness
from townreturn.domain.period import Period
from townreturn.office import Office, open_offices
from written_plans import write_plan

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
CODES = tuple(f"t{number:02d}" for number in range(12))


@pytest.fixture
def offices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Office]:
    """Twelve towns on one form, served by a triggerer that has just started."""
    import lookout

    folder = tmp_path / "plans"
    folder.mkdir()
    for code in CODES:
        write_plan(
            folder, ("code: qingxi-2018\n", f"code: {code}-2018\n"), ("town_code: qingxi\n", f"town_code: {code}\n"),
            name=f"{code}.yaml",
        )  # fmt: skip
    found = {one.plans.town_code: one for one in open_offices(settings_of(tmp_path / "home", str(folder)))}
    monkeypatch.setattr(lookout, "served_now", lambda: found)
    return found


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The towns of each whole look, in their order."""
    seen: list[list[str]] = []
    whole = month.readiness_by_town

    def look(offices: Sequence[Office], period: Period, now: datetime) -> dict[str, Readiness]:
        seen.append([one.plans.town_code for one in offices])
        return whole(offices, period, now)

    monkeypatch.setattr(month, "readiness_by_town", look)
    return seen


def new(period: Period = JANUARY, seconds: float = 0.05) -> Any:
    from lookout import Lookout

    return Lookout(period, seconds)


def ask_all(lookout: Any) -> dict[str, Readiness]:
    return {code: lookout.find(code)[1] for code in CODES}


def test_each_is_looked_at_by_itself_once_and_then_all_together(
    offices: dict[str, Office], looks: list[list[str]]
) -> None:
    lookout = new(seconds=0.2)
    ask_all(lookout)
    ask_all(lookout)
    assert [one for one in looks if len(one) == 1][: len(CODES)] == [[code] for code in CODES]
    looks.clear()
    until = time.monotonic() + 1
    while time.monotonic() < until:
        ask_all(lookout)
        time.sleep(0.02)
    assert {tuple(one) for one in looks} == {CODES}
    assert 1 <= len(looks) <= 5, "a fifth of a second apart, whoever asks"


def test_what_has_changed_is_seen_by_whom_it_concerns(offices: dict[str, Office]) -> None:
    lookout = new()
    now = overdue(offices["t03"].plans.plans[0], "2018-01")
    month.open_period(offices["t03"], JANUARY, now, "r1", backfilled=True)
    assert not any(one.is_ready for one in ask_all(lookout).values())
    store_all(offices["t03"], "2018-01")
    empty_the_inbox(offices["t03"], now)
    ready: set[str] = set()
    until = time.monotonic() + 20
    while not ready and time.monotonic() < until:
        ready = {code for code, one in ask_all(lookout).items() if one.is_ready}
    assert ready == {"t03"}


def test_looks_take_a_tenth_of_the_time_at_most(offices: dict[str, Office], monkeypatch: pytest.MonkeyPatch) -> None:
    lookout, spent, whole = new(seconds=0.0), [], month.readiness_by_town

    def take_long(*given: Any) -> dict[str, Readiness]:
        begun = time.monotonic()
        time.sleep(0.03)
        found = whole(*given)
        spent.append(time.monotonic() - begun)
        return found

    lookout.find("t00")
    monkeypatch.setattr(month, "readiness_by_town", take_long)
    begun = time.monotonic()
    while time.monotonic() - begun < 2:
        lookout.find("t00")
        time.sleep(0.001)
    assert len(spent) >= 2
    assert sum(spent[1:]) <= (time.monotonic() - begun) / 9


def test_those_behind_are_asked_for_nothing_else(offices: dict[str, Office], looks: list[list[str]]) -> None:
    """All wait for January, which nobody has published: of February no more is asked for a minute."""
    lookout = new(FEBRUARY, seconds=0.0)
    assert all(one.is_behind for one in ask_all(lookout).values())
    looks.clear()
    for _ in range(5):
        ask_all(lookout)
    assert looks == []


def test_who_has_not_asked_for_long_is_looked_at_anew(
    offices: dict[str, Office], looks: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A period that is worked a second time is not judged by what was seen at the first."""
    import lookout as module

    lookout = new(seconds=60)
    lookout.find("t00")
    lookout.find("t01")
    monkeypatch.setattr(module, "FORGOTTEN_SECONDS", 0.0)
    looks.clear()
    lookout.find("t01")
    assert looks == [["t01"]]


def test_a_town_without_a_plan_for_the_period_keeps_no_other_from_being_seen(offices: dict[str, Office]) -> None:
    lookout = new(Period("2019-03"), seconds=0.0)
    with pytest.raises(Misuse, match="2019-03 没有生效"):
        lookout.find("t00")
    with pytest.raises(KeyError):
        lookout.find("elsewhere")
