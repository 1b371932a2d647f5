"""The timetable of several towns: every town's period starts once, whatever the scheduler's pace."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pendulum
import pytest

TOWNS = [
    ("liuhe", "month_end", "Asia/Shanghai", []),
    ("qingxi", 25, "Asia/Shanghai", []),
    ("tangxia", 25, "Asia/Shanghai", [["2018-02", "month_end"]]),
]


def timetable(towns: Any = TOWNS) -> Any:
    from towns_timetable import TownPeriodsTimetable

    return TownPeriodsTimetable(towns)


def utc(*instant: int) -> datetime:
    return datetime(*instant, tzinfo=UTC)  # type: ignore[misc,arg-type]


def follow(
    monkeypatch: pytest.MonkeyPatch, one: Any, begun: datetime, pace: timedelta, count: int, last_run: datetime
) -> list[str]:
    """The keys that a scheduler makes that begins then and looks at this pace, each run after the one before."""
    from airflow.timetables.base import DagRunInfo, TimeRestriction

    import towns_timetable

    now, keys = begun, []
    last = DagRunInfo(run_after=pendulum.instance(last_run), data_interval=None)
    while len(keys) < count:
        monkeypatch.setattr(towns_timetable, "utcnow", lambda moment=now: pendulum.instance(moment))
        info = one.next_dagrun_info_v2(last_dagrun_info=last, restriction=TimeRestriction(None, None, catchup=False))
        now = max(now, info.run_after) + pace
        keys.append(info.partition_key)
        last = info
    return keys


@pytest.mark.parametrize("pace", [0, 1, 5, 90])
def test_no_town_is_left_out_however_slow_the_scheduler(monkeypatch: pytest.MonkeyPatch, pace: int) -> None:
    keys = follow(monkeypatch, timetable(), utc(2018, 3, 2), timedelta(seconds=pace), 6, utc(2018, 3, 2))
    assert keys == [
        "qingxi~2018-03", "tangxia~2018-03", "liuhe~2018-03", "qingxi~2018-04", "tangxia~2018-04", "liuhe~2018-04",
    ]  # fmt: skip


def test_after_months_without_a_scheduler_each_town_has_its_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = follow(monkeypatch, timetable(), utc(2018, 6, 5), timedelta(0), 4, utc(2018, 3, 2))
    assert keys == ["qingxi~2018-05", "tangxia~2018-05", "liuhe~2018-05", "qingxi~2018-06"]


def test_towns_start_a_second_apart_and_periods_follow_the_towns_calendar() -> None:
    infos = timetable().iter_partition_dagrun_infos(
        earliest=pendulum.parse("2018-02-26T00:00Z"), latest=pendulum.parse("2018-04-01T00:00:02Z")
    )
    assert [(info.partition_key, info.run_after) for info in infos] == [
        ("qingxi~2018-02", utc(2018, 2, 25, 16, 0, 1)),
        ("liuhe~2018-02", utc(2018, 2, 28, 16)),
        ("tangxia~2018-02", utc(2018, 2, 28, 16, 0, 2)),
        ("qingxi~2018-03", utc(2018, 3, 25, 16, 0, 1)),
        ("tangxia~2018-03", utc(2018, 3, 25, 16, 0, 2)),
        ("liuhe~2018-03", utc(2018, 3, 31, 16)),
    ]


def test_a_key_means_the_run_that_a_schedule_would_make() -> None:
    from airflow.exceptions import InvalidPartitionKeyError

    assert timetable().resolve_partition_date("tangxia~2018-03") == utc(2018, 3, 25, 16, 0, 2)
    for wrong in ("2018-03", "humen~2018-03", "qingxi~2018-3", "qingxi~"):
        with pytest.raises(InvalidPartitionKeyError):
            timetable().resolve_partition_date(wrong)


def test_what_airflow_stores_gives_the_same_timetable() -> None:
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable

    restored = decode_timetable(encode_timetable(timetable()))
    assert restored.serialize() == timetable().serialize()
    assert restored.resolve_partition_date("tangxia~2018-02") == utc(2018, 2, 28, 16, 0, 2)
