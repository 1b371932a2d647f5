"""Many towns' periods are judged together, each by its own reports, inbox, past and offices below."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event

from levels_of_government import open_levels
from stored_reports import empty_the_inbox, store_all
from townreturn import month
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import Readiness
from townreturn.domain.period import Period
from townreturn.office import Office

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
LONG_AFTER = datetime.fromisoformat("2018-06-06T09:00:00+08:00")


@pytest.fixture(params=["sqlite", "postgresql"])
def offices(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Office]]:
    if request.param == "sqlite":
        found = open_levels(tmp_path)
    else:
        server, name = request.getfixturevalue("postgres"), f"many_{uuid4().hex}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE migrated")
        found = open_levels(tmp_path, server.get_uri(database=name))
    yield found
    found["qingxi"].engine.dispose()


def judged(outcomes: Mapping[str, Readiness | Exception]) -> dict[str, Readiness]:
    found = {town: one for town, one in outcomes.items() if isinstance(one, Readiness)}
    assert len(found) == len(outcomes), outcomes
    return found


def test_each_is_judged_by_its_own(offices: dict[str, Office]) -> None:
    """清溪镇 has all it needs; 塘厦镇's inbox was read before the last due instant only; the city makes up a period."""
    qingxi, tangxia, city = (offices[one] for one in ("qingxi", "tangxia", "dongguan"))
    due = qingxi.plans.calendar.due_at(JANUARY)
    for one in (qingxi, tangxia):
        month.open_period(one, JANUARY, due - timedelta(days=3), "", backfilled=False)
        store_all(one, "2018-01")
    month.open_period(city, JANUARY, LONG_AFTER, "", backfilled=True)
    empty_the_inbox(qingxi, due + timedelta(seconds=1))
    empty_the_inbox(tangxia, due - timedelta(seconds=1))
    empty_the_inbox(city, LONG_AFTER)
    found = month.readiness_by_town([qingxi, tangxia, city], JANUARY, LONG_AFTER)
    assert {town: one.waiting_for for town, one in judged(found).items()} == {
        "qingxi": (),
        "tangxia": ("收件箱还没有全部收完",),
        "dongguan": ("补录等待下级单位发布（不补录的请免报）：清溪镇、塘厦镇",),
    }
    assert [one.inbox_unread for one in judged(found).values()] == [False, True, False]
    for town, one in found.items():
        assert one == month.readiness(offices[town], JANUARY, LONG_AFTER)


def test_those_behind_are_told_from_the_others(offices: dict[str, Office]) -> None:
    towns = [offices[one] for one in ("qingxi", "tangxia")]
    assert month.towns_behind(towns, JANUARY) == set(), "before the first period there is none"
    assert month.towns_behind(towns, FEBRUARY) == {"qingxi", "tangxia"}
    found = month.readiness_by_town(towns, FEBRUARY, LONG_AFTER)
    assert [one.is_behind for one in judged(found).values()] == [True, True]


def test_the_database_is_asked_once_for_all(offices: dict[str, Office]) -> None:
    asked: list[str] = []
    engine = offices["qingxi"].engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    month.readiness(offices["qingxi"], JANUARY, LONG_AFTER)
    of_one = len(asked)
    asked.clear()
    month.readiness_by_town([offices["qingxi"], offices["tangxia"]], JANUARY, LONG_AFTER)
    assert 0 < len(asked) <= of_one


def test_what_is_wrong_with_a_plan_is_its_own_towns_outcome(offices: dict[str, Office]) -> None:
    later = offices["tangxia"]
    plan = replace(later.plans.plans[0], validity=replace(later.plans.plans[0].validity, first="2018-03"))
    later = replace(later, plans=replace(later.plans, plans=(plan,)))
    found = month.readiness_by_town([later, offices["qingxi"]], JANUARY, LONG_AFTER)
    assert list(found) == ["tangxia", "qingxi"]
    assert isinstance(found["tangxia"], Misuse)
    assert isinstance(found["qingxi"], Readiness)
