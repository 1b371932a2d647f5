"""One look for all towns that wait for a period; the more they are, the rarer it is."""

import gc
import itertools
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import replace
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

    def look(offices: Sequence[Office], period: Period, now: datetime) -> dict[str, Readiness | Exception]:
        seen.append([one.plans.town_code for one in offices])
        return whole(offices, period, now)

    monkeypatch.setattr(month, "readiness_by_town", look)
    return seen


def new(period: Period = JANUARY, seconds: float = 0.05) -> Any:
    from lookout import Lookout

    return Lookout(period, seconds)


def ask_all(lookout: Any) -> dict[str, Readiness]:
    return {code: lookout.find(code).readiness for code in CODES}


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
    """From the end of one to the beginning of the next is nine times as long as it took."""
    lookout, looked, whole = new(seconds=0.0), list[tuple[float, float]](), month.readiness_by_town

    def take_long(*given: Any) -> dict[str, Readiness | Exception]:
        begun = time.monotonic()
        time.sleep(0.03)
        found = whole(*given)
        looked.append((begun, time.monotonic()))
        return found

    lookout.find("t00")
    monkeypatch.setattr(month, "readiness_by_town", take_long)
    while len(looked) < 3:
        lookout.find("t00")
        time.sleep(0.001)
    for (begun, ended), (next_begun, _) in itertools.pairwise(looked):
        assert next_begun - begun >= 10 * (ended - begun)


def test_a_look_that_took_very_long_is_not_the_last_for_as_long(
    offices: dict[str, Office], looks: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import lookout as module

    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.05)
    monkeypatch.setattr(module, "SHARE", 1_000_000)
    lookout = new(seconds=0.0)
    until = time.monotonic() + 20
    while len(looks) < 4 and time.monotonic() < until:
        lookout.find("t00")
    assert len(looks) == 4


def test_those_behind_are_asked_for_nothing_else(offices: dict[str, Office], looks: list[list[str]]) -> None:
    """All wait for January, which nobody has published: of February no more is asked for a minute."""
    lookout = new(FEBRUARY, seconds=0.0)
    assert all(one.is_behind for one in ask_all(lookout).values())
    looks.clear()
    for _ in range(5):
        ask_all(lookout)
    assert looks == []


def test_they_are_looked_at_again_once_the_period_before_is_published(
    offices: dict[str, Office], looks: list[list[str]]
) -> None:
    lookout, office = new(FEBRUARY, seconds=0.0), offices["t05"]
    ask_all(lookout)
    now = overdue(office.plans.plans[0], "2018-01")
    store_all(office, "2018-01")
    publish(office, month.compile_return(office, JANUARY, now), now)
    looks.clear()
    until = time.monotonic() + 20
    while not looks and time.monotonic() < until:
        ask_all(lookout)
    assert looks == [["t05"]]
    assert [code for code, one in ask_all(lookout).items() if not one.is_behind] == ["t05"]


def publish(office: Office, key: int, now: datetime) -> None:
    month.check_return(office, key)
    decided = {"account": "approver", "approved": True, "comment": "", "sent_back": (), "run_id": "", "now": now}
    month.record_decision(office, key, **decided)
    month.publish(office, key, now)


def test_who_begins_to_wait_is_told_how_it_is_now(offices: dict[str, Office], looks: list[list[str]]) -> None:
    """A period that is worked a second time is not judged by what was seen at the first."""
    lookout = new(seconds=60)
    ask_all(lookout)
    ask_all(lookout)
    looks.clear()
    lookout.find("t01")
    assert looks == []
    lookout.find("t01", anew=True)
    assert looks == [["t01"]]


def test_who_has_not_asked_for_long_is_looked_at_no_more(
    offices: dict[str, Office], looks: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import lookout as module

    lookout = new(seconds=0.0)
    ask_all(lookout)
    time.sleep(0.2)
    monkeypatch.setattr(module, "FORGOTTEN_SECONDS", 0.1)
    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.0)
    looks.clear()
    lookout.find("t07")
    assert looks == [["t07"]]


def test_nobody_waits_for_a_look_that_is_going_on(offices: dict[str, Office], monkeypatch: pytest.MonkeyPatch) -> None:
    lookout, whole = new(seconds=0.0), month.readiness_by_town
    ask_all(lookout)
    time.sleep(0.5)
    is_looking, may_end = threading.Event(), threading.Event()

    def hold(*given: Any) -> dict[str, Readiness | Exception]:
        is_looking.set()
        assert may_end.wait(20)
        return whole(*given)

    monkeypatch.setattr(month, "readiness_by_town", hold)
    looking = threading.Thread(target=lookout.find, args=("t00",))
    looking.start()
    assert is_looking.wait(20)
    assert not lookout.find("t01").readiness.is_ready
    may_end.set()
    looking.join()


def test_what_the_database_does_not_answer_is_told_to_all_until_the_next_look(
    offices: dict[str, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    import lookout as module

    lookout = new(seconds=0.0)
    ask_all(lookout)
    monkeypatch.setattr(module, "SHARE", 0)
    with monkeypatch.context() as broken:
        broken.setattr(month, "readiness_by_town", lambda *_given: 1 / 0)
        for code in ("t00", "t01", "t00"):
            with pytest.raises(ZeroDivisionError):
                lookout.find(code)
    assert len(ask_all(lookout)) == len(CODES)


def test_a_town_without_a_plan_for_the_period_keeps_no_other_from_being_seen(offices: dict[str, Office]) -> None:
    lookout, other = new(Period("2019-03"), seconds=0.0), offices["t02"]
    valid = replace(other.plans.plans[0], validity=replace(other.plans.plans[0].validity, last="2019-12"))
    offices["t02"] = replace(other, plans=replace(other.plans, plans=(valid,)))
    for _ in range(2):
        with pytest.raises(Misuse, match="2019-03 没有生效"):
            lookout.find("t00")
        assert not lookout.find("t02").readiness.is_ready


def test_a_lookout_lasts_as_long_as_somebody_keeps_it(offices: dict[str, Office]) -> None:
    from lookout import lookout_of

    kept = lookout_of(JANUARY, 0.3)
    assert lookout_of(JANUARY, 0.3) is kept
    assert lookout_of(FEBRUARY, 0.3) is not kept
    gone = weakref.ref(kept)
    del kept
    gc.collect()
    assert gone() is None
