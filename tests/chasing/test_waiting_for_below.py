"""A city's backfilled period waits for the towns that are at it; in the month's own course a deadline is a deadline."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from levels_of_government import open_levels, publish, send_figures
from stored_reports import empty_the_inbox
from townreturn import month
from townreturn.domain.period import Period

JANUARY = Period("2018-01")
REPORTED = datetime.fromisoformat("2018-01-29T10:00:00+08:00")
LONG_AFTER = datetime.fromisoformat("2018-06-06T09:00:00+08:00")
FILED = {"cases_filed": "1", "cases_closed": "1", "cases_investigated": "1"}


@pytest.mark.parametrize("is_backfilled", [True, False])
def test_only_a_backfill_waits_and_only_while_a_town_is_at_it(tmp_path: Path, is_backfilled: bool) -> None:
    offices = open_levels(tmp_path)
    town, city = offices["qingxi"], offices["dongguan"]
    for one in (town, city):
        month.open_period(one, JANUARY, LONG_AFTER, "", backfilled=is_backfilled)
        empty_the_inbox(one, LONG_AFTER)
    waiting = month.readiness(city, JANUARY, LONG_AFTER).waiting_for
    assert waiting == (("正在补录的下级单位尚未发布：清溪镇",) if is_backfilled else ())
    for unit in town.plans.in_force(JANUARY).reporting_units:
        send_figures(town, unit.code, JANUARY, FILED, REPORTED)
    month.take_in(town, LONG_AFTER)
    publish(town, month.compile_return(town, JANUARY, LONG_AFTER), LONG_AFTER)
    just_after, later = LONG_AFTER + timedelta(minutes=1), LONG_AFTER + timedelta(minutes=11)
    ready = month.readiness(city, JANUARY, just_after)
    assert (ready.inbox_unread, len(ready.waiting_for)) == ((True, 2) if is_backfilled else (False, 0))
    assert not is_backfilled or ready.waiting_for[1] == "下级单位刚发布、尚待收文：清溪镇"
    assert month.readiness(city, JANUARY, later).is_ready, "it may have gone up another way"
    month.take_in(city, just_after)
    assert month.readiness(city, JANUARY, just_after).is_ready
    town.engine.dispose()
