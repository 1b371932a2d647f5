"""A line each of several offices: where the period in hand stands, asked of the database once for all."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from levels_of_government import open_levels, publish, send_figures
from townreturn import month
from townreturn.domain.period import Period
from townreturn.month.towns import TownState

JANUARY, FEBRUARY = Period("2018-01"), Period("2018-02")
REPORTED = datetime.fromisoformat("2018-01-29T10:00:00+08:00")
AFTER_DUE = datetime.fromisoformat("2018-02-06T09:00:00+08:00")


def test_each_stands_as_it_does_and_one_more_asks_nothing_more(tmp_path: Path, database_url: str) -> None:
    """清溪镇 has published January, of 塘厦镇 it is to be decided, 东莞市 has opened it, 广东省 February."""
    by_town = open_levels(tmp_path, database_url)
    offices = list(by_town.values())
    for town in ("qingxi", "tangxia"):
        month.open_period(by_town[town], JANUARY, REPORTED, "", backfilled=False)
        for unit in by_town[town].plans.in_force(JANUARY).reporting_units:
            send_figures(by_town[town], unit.code, JANUARY, {}, REPORTED)
        month.take_in(by_town[town], REPORTED + timedelta(hours=1))
    compiled = {
        town: month.compile_return(by_town[town], JANUARY, AFTER_DUE + timedelta(minutes=1))
        for town in ("qingxi", "tangxia")
    }
    publish(by_town["qingxi"], compiled["qingxi"], AFTER_DUE + timedelta(minutes=2))
    month.open_period(by_town["dongguan"], JANUARY, REPORTED, "", backfilled=False)
    month.open_period(by_town["guangdong"], FEBRUARY, AFTER_DUE, "", backfilled=False)

    lines = month.towns_at_a_glance(offices, AFTER_DUE + timedelta(hours=1))
    assert [(one.town, one.period, one.reported, one.owed, one.state) for one in lines] == [
        ("东莞市", "2018-01", 0, 14, TownState.GATHERING),
        ("广东省", "2018-02", 0, 14, TownState.GATHERING),
        ("清溪镇", "2018-01", 7, 7, TownState.PUBLISHED),
        ("塘厦镇", "2018-01", 7, 7, TownState.DECIDING),
    ]
    [early] = month.towns_at_a_glance(offices[1:2], AFTER_DUE, JANUARY)
    assert (early.town, early.state) == ("广东省", TownState.NOT_OPENED)

    asked: list[str] = []
    event.listen(offices[0].engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    month.towns_at_a_glance(offices[2:3], AFTER_DUE, JANUARY)
    of_one = len(asked)
    month.towns_at_a_glance(offices, AFTER_DUE, JANUARY)
    assert len(asked) == 2 * of_one
    offices[0].engine.dispose()
