"""A city's backfilled period waits for the towns served here; in the month's own course a deadline is a deadline."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from levels_of_government import open_levels, publish, send_figures
from stored_reports import empty_the_inbox
from townreturn import month
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.office import Office

JANUARY = Period("2018-01")
REPORTED = datetime.fromisoformat("2018-01-29T10:00:00+08:00")
LONG_AFTER = datetime.fromisoformat("2018-06-06T09:00:00+08:00")
FILED = {"cases_filed": "1", "cases_closed": "1", "cases_investigated": "1"}


@pytest.mark.parametrize("is_backfilled", [True, False])
def test_only_a_backfill_waits_for_whom_this_place_serves(tmp_path: Path, is_backfilled: bool) -> None:
    offices = open_levels(tmp_path)
    town, city = offices["qingxi"], offices["dongguan"]
    for one in (town, city):
        month.open_period(one, JANUARY, LONG_AFTER, "", backfilled=is_backfilled)
        empty_the_inbox(one, LONG_AFTER)
    waiting = month.readiness(city, JANUARY, LONG_AFTER).waiting_for
    assert waiting == (("补录等待下级单位发布（不补录的请免报）：清溪镇、塘厦镇",) if is_backfilled else ())
    if is_backfilled:
        exempt(city, "tangxia")
        send_and_publish(town)
        just_after, later = LONG_AFTER + timedelta(minutes=1), LONG_AFTER + timedelta(minutes=11)
        ready = month.readiness(city, JANUARY, just_after)
        assert ready.inbox_unread
        assert ready.waiting_for[1:] == ("下级单位刚发布、尚待收文：清溪镇",)
        assert month.readiness(city, JANUARY, later).is_ready, "it may have gone up another way"
        month.take_in(city, just_after)
        assert month.readiness(city, JANUARY, just_after).is_ready
    town.engine.dispose()


def exempt(city: Office, town: str) -> None:
    for category in city.plans.in_force(JANUARY).categories:
        decided = month.Decided(AdjustmentKind.EXEMPTED, "clerk", "当年没有方案")
        month.adjust_statistics(city, JANUARY, f"{category.code}@{town}", decided, LONG_AFTER)


def send_and_publish(town: Office) -> None:
    for unit in town.plans.in_force(JANUARY).reporting_units:
        send_figures(town, unit.code, JANUARY, FILED, REPORTED)
    month.take_in(town, LONG_AFTER)
    publish(town, month.compile_return(town, JANUARY, LONG_AFTER), LONG_AFTER)
