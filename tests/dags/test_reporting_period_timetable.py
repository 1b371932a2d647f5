"""The timetable, by exact instants: 00:00 in Shanghai is 16:00 UTC of the day before."""

from datetime import UTC, datetime
from typing import Any

import pendulum
import pytest

Instant = tuple[int, int, int, int]


def timetable(cutoff: Any = 25, time_zone: str = "Asia/Shanghai") -> Any:
    from reporting_period_timetable import ReportingPeriodTimetable

    return ReportingPeriodTimetable(cutoff, time_zone)


def backfilled(timetable: Any, first: str, last: str) -> list[tuple[str, datetime]]:
    infos = timetable.iter_partition_dagrun_infos(earliest=pendulum.parse(first), latest=pendulum.parse(last))
    return [(info.partition_key, info.run_after) for info in infos]


def after(timetable: Any, instant: Instant) -> tuple[str, datetime]:
    """Key and time of the run that follows one at an instant (UTC), with catch-up."""
    from airflow.timetables.base import DagRunInfo, TimeRestriction

    last = DagRunInfo(run_after=pendulum.datetime(*instant), data_interval=None)
    restriction = TimeRestriction(earliest=None, latest=None, catchup=True)
    info = timetable.next_dagrun_info_v2(last_dagrun_info=last, restriction=restriction)
    assert info.data_interval is None
    assert info.partition_date == info.run_after
    return info.partition_key, info.run_after


def utc(*instant: int) -> datetime:
    return datetime(*instant, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("cutoff", "instant", "key", "opens"),
    [
        (25, (2018, 1, 25, 16), "2018-02", utc(2018, 2, 25, 16)),
        (25, (2018, 2, 25, 15), "2018-02", utc(2018, 2, 25, 16)),
        (25, (2018, 2, 25, 16), "2018-03", utc(2018, 3, 25, 16)),
        (25, (2018, 12, 25, 16), "2019-01", utc(2019, 1, 25, 16)),
        (28, (2018, 1, 28, 16), "2018-02", utc(2018, 2, 28, 16)),
        (28, (2018, 2, 28, 16), "2018-03", utc(2018, 3, 28, 16)),
        (28, (2020, 1, 28, 16), "2020-02", utc(2020, 2, 28, 16)),
        (1, (2018, 2, 1, 16), "2018-03", utc(2018, 3, 1, 16)),
        ("month_end", (2018, 1, 31, 16), "2018-02", utc(2018, 2, 28, 16)),
        ("month_end", (2020, 1, 31, 16), "2020-02", utc(2020, 2, 29, 16)),
        ("month_end", (2018, 11, 30, 16), "2018-12", utc(2018, 12, 31, 16)),
    ],
)
def test_a_run_starts_when_its_period_ends(cutoff: Any, instant: Instant, key: str, opens: datetime) -> None:
    assert after(timetable(cutoff), instant) == (key, opens)


def test_a_backfill_takes_the_wall_clock_of_its_zone() -> None:
    assert backfilled(timetable(25), "2018-01-26T00:00Z", "2018-03-26T00:00Z") == [
        ("2018-01", utc(2018, 1, 25, 16)),
        ("2018-02", utc(2018, 2, 25, 16)),
        ("2018-03", utc(2018, 3, 25, 16)),
    ]


def test_a_backfill_by_month_ends() -> None:
    assert backfilled(timetable("month_end"), "2018-03-01T00:00Z", "2018-04-01T00:00Z") == [
        ("2018-02", utc(2018, 2, 28, 16)),
        ("2018-03", utc(2018, 3, 31, 16)),
    ]


@pytest.mark.parametrize("cutoff", [25, "month_end"])
def test_a_typed_key_means_the_run_that_a_schedule_would_make(cutoff: Any) -> None:
    one = timetable(cutoff)
    (key, run_after), *_ = backfilled(one, "2018-02-20T00:00Z", "2018-03-02T00:00Z")
    assert key == "2018-02"
    assert one.resolve_partition_date(key) == run_after


@pytest.mark.parametrize("key", ["2018-3", "2018-13", "201803", "2018-03-26", "三月"])
def test_a_malformed_key_is_refused(key: str) -> None:
    from airflow.exceptions import InvalidPartitionKeyError

    with pytest.raises(InvalidPartitionKeyError, match="2018-03"):
        timetable().resolve_partition_date(key)


@pytest.mark.parametrize("cutoff", [25, "month_end"])
def test_what_airflow_stores_gives_the_same_timetable(cutoff: Any) -> None:
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable

    restored = decode_timetable(encode_timetable(timetable(cutoff, "Asia/Urumqi")))
    assert restored.serialize() == {"cutoff": cutoff, "time_zone": "Asia/Urumqi", "earlier_cutoffs": []}
    assert after(restored, (2018, 1, 31, 20)) == after(timetable(cutoff, "Asia/Urumqi"), (2018, 1, 31, 20))


def changing() -> Any:
    """Periods end on the 25th until 2018-12 and with the month from 2019-01 on."""
    from reporting_period_timetable import ReportingPeriodTimetable

    return ReportingPeriodTimetable("month_end", "Asia/Shanghai", [("2018-12", 25)])


def test_over_a_change_of_cutoff_every_period_starts_once() -> None:
    """The new plan may be put in force at any time: what has started already starts no second time."""
    told, instant = [], (2018, 10, 25, 16)
    for _ in range(5):
        key, opens = after(changing(), instant)
        told.append((key, opens))
        instant = (opens.year, opens.month, opens.day, opens.hour)
    assert told == [
        ("2018-11", utc(2018, 11, 25, 16)),
        ("2018-12", utc(2018, 12, 25, 16)),
        ("2019-01", utc(2019, 1, 31, 16)),
        ("2019-02", utc(2019, 2, 28, 16)),
        ("2019-03", utc(2019, 3, 31, 16)),
    ]
    assert backfilled(changing(), "2018-11-01T00:00Z", "2019-03-01T00:00Z") == told[:4]
    for key, opens in told:
        assert changing().resolve_partition_date(key) == opens


@pytest.mark.parametrize("day", range(26, 32))
def test_between_the_two_cutoffs_nothing_starts(day: int) -> None:
    """By the new cut-off alone, December would start a second time on 1 January."""
    assert after(changing(), (2018, 12, day, 3)) == ("2019-01", utc(2019, 1, 31, 16))


def test_a_change_of_cutoff_is_stored_with_the_dag() -> None:
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable

    restored = decode_timetable(encode_timetable(changing()))
    assert restored.serialize()["earlier_cutoffs"] == [["2018-12", 25]]
    assert after(restored, (2018, 12, 27, 3)) == ("2019-01", utc(2019, 1, 31, 16))
    stored_before = type(restored).deserialize({"cutoff": 25, "time_zone": "Asia/Shanghai"})
    assert after(stored_before, (2018, 12, 27, 3)) == ("2019-01", utc(2019, 1, 25, 16))


def test_run_ids_name_the_period_and_differ() -> None:
    from airflow.utils.types import DagRunType

    values: dict[str, Any] = {"run_after": pendulum.datetime(2018, 3, 25, 16), "data_interval": None}
    ids = {
        timetable().generate_run_id(run_type=DagRunType.SCHEDULED, partition_key="2018-03", **values) for _ in range(3)
    }
    assert len(ids) == 3
    assert all(one.startswith("scheduled__2018-03__") for one in ids)
    manual = timetable().generate_run_id(run_type=DagRunType.MANUAL, **values)
    assert manual.startswith("manual__20180326T000000__")


def test_the_ui_reads_it_in_chinese() -> None:
    assert timetable().summary == "每月25日截止"
    assert "25日截止" in timetable().description
    assert timetable("month_end").summary == "每月月底截止"
    assert "月底截止" in timetable("month_end").description
