"""The page of a period above the town: offices first that left something out, a line for each that is wholly in."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from asked_board import asking
from levels_of_government import open_levels, publish, send_figures, write_upper
from townreturn import month
from townreturn.board import period_view
from townreturn.board.period_view import Line, tell_line
from townreturn.domain.period import Period
from townreturn.office import open_offices
from townreturn.settings import Settings

JANUARY = Period("2018-01")
FEW, MANY = 3, 12
REPORTED = datetime.fromisoformat("2018-01-29T10:00:00+08:00")
AFTER_DUE = datetime.fromisoformat("2018-02-06T09:00:00+08:00")
FILED = {"cases_filed": "1", "cases_closed": "1", "cases_investigated": "1"}


def test_an_office_that_is_wholly_in_takes_a_line_and_another_a_line_a_category(tmp_path: Path) -> None:
    offices = open_levels(tmp_path)
    for town, left_out in (("qingxi", ""), ("tangxia", "zhujian")):
        office = offices[town]
        month.open_period(office, JANUARY, REPORTED, "", backfilled=False)
        for unit in office.plans.in_force(JANUARY).reporting_units:
            if unit.code != left_out:
                send_figures(office, unit.code, JANUARY, FILED, REPORTED)
        month.take_in(office, AFTER_DUE)
        publish(office, month.compile_return(office, JANUARY, AFTER_DUE), AFTER_DUE)
    city, now = offices["dongguan"], AFTER_DUE + timedelta(hours=1)
    month.open_period(city, JANUARY, REPORTED, "", backfilled=False)
    month.take_in(city, now)
    ask = asking(city, now)
    told = ask("/api/periods/2018-01").json()
    assert told["offices"] == {"reported": 2, "expected": 2, "partly": 1, "by_need": ["tangxia", "qingxi"]}
    page = ask("/?period=2018-01", accept_language="zh-CN").text
    assert "其中 1 个有类别未报" in page
    rows = re.findall(r'<th scope="rowgroup" rowspan="(\d)">([^<]+)', page)
    assert rows[:2] == [("7", "塘厦镇"), ("1", "清溪镇")]
    assert page.count("全部 7 类") == 1
    offices["qingxi"].engine.dispose()


class CountedLine(Line):
    """Counts how often somebody asks whose it is."""

    asked = 0

    def __getattribute__(self, name: str) -> Any:
        CountedLine.asked += name == "unit"
        return super().__getattribute__(name)


def test_a_line_is_asked_whose_it_is_as_often_among_many_as_among_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(period_view, "tell_line", lambda *given: CountedLine(**vars(tell_line(*given))))
    a_line = []
    for count in (FEW, MANY):
        folder = tmp_path / str(count)
        folder.mkdir()
        below = [(f"t{number}", f"第{number}镇") for number in range(count)]
        write_upper(folder, "dongguan", "东莞市", "city", below, "shizhang")
        settings = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": str(folder)}
        [city] = open_offices(Settings.from_environment(settings))
        month.open_period(city, JANUARY, REPORTED, "", backfilled=False)
        CountedLine.asked = 0
        page = asking(city, AFTER_DUE)("/?period=2018-01").text
        assert all(f">{name}<" in page for _, name in below)
        a_line.append(CountedLine.asked / count)
        city.engine.dispose()
    assert 0 < a_line[1] <= a_line[0]
