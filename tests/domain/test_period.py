"""Periods are named months; a calendar gives them instants that tile time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townreturn.domain.errors import Misuse
from townreturn.domain.period import DueRule, EarlierCutoff, Period, ReportingCalendar, periods_between

SHANGHAI = ZoneInfo("Asia/Shanghai")
QINGXI = ReportingCalendar(25, DueRule(1, 1), "Asia/Shanghai")
MONTH_END = ReportingCalendar("month_end", DueRule(1, 6), "Asia/Shanghai")

# 1900–2200: local mean time before 1901, a day's worth of odd offsets in 1927/28, summer time 1940–1991.
periods = st.builds(Period.of, st.integers(1900, 2200), st.integers(1, 12))
cutoffs = st.one_of(st.integers(1, 28), st.just("month_end"))
zones = st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "UTC"])
calendars = st.builds(ReportingCalendar, cutoffs, st.just(DueRule(1, 1)), zones)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(calendars, periods)
def test_periods_tile_time(calendar: ReportingCalendar, period: Period) -> None:
    assert calendar.end(period) == calendar.start(period.next)
    assert calendar.start(period) < calendar.end(period)
    assert calendar.last_day(period) + timedelta(days=1) == calendar.first_day(period.next)
    assert 28 <= (calendar.last_day(period) - calendar.first_day(period)).days + 1 <= 31


@given(cutoffs, cutoffs, zones, st.integers(-2, 3))
def test_periods_tile_time_over_a_change_of_cutoff(
    before: int | str, after: int | str, zone: str, months_later: int
) -> None:
    """The last period by the old cut-off is 2018-12; the one after it has another length, and no instant is lost."""
    earlier = (EarlierCutoff("2018-12", before),)  # type: ignore[arg-type]
    calendar = ReportingCalendar(after, DueRule(1, 1), zone, earlier_cutoffs=earlier)  # type: ignore[arg-type]
    period = Period.of(2018, 12 + months_later)
    start, end, instant = calendar.start(period), calendar.end(period), timedelta(microseconds=1)
    assert start < end == calendar.start(period.next)
    assert calendar.last_day(period) + timedelta(days=1) == calendar.first_day(period.next)
    assert calendar.containing(start) == calendar.containing(end - instant) == period
    assert calendar.containing(end) == period.next
    assert calendar.last_closed(end) == period
    assert 1 <= (calendar.last_day(period) - calendar.first_day(period)).days + 1 <= 62
    assert (Period("2019-01") in calendar.uneven_periods) == (before != after and {before, after} != {31, "month_end"})


@given(calendars, periods)
def test_containing_is_the_inverse_of_start_and_end(calendar: ReportingCalendar, period: Period) -> None:
    start, end = calendar.start(period).astimezone(UTC), calendar.end(period).astimezone(UTC)
    instant = timedelta(microseconds=1)
    assert calendar.containing(start) == period
    assert calendar.containing(start - instant) == period.previous
    assert calendar.containing(end - instant) == period
    assert calendar.containing(end) == period.next
    assert calendar.last_closed(end) == period
    assert calendar.last_closed(end - instant) == period.previous


@given(calendars, instants)
def test_every_instant_lies_in_exactly_the_period_that_contains_it(
    calendar: ReportingCalendar, instant: datetime
) -> None:
    period = calendar.containing(instant)
    assert calendar.start(period) <= instant < calendar.end(period)


@given(periods)
def test_starts_are_local_midnights_of_the_26th(period: Period) -> None:
    start = QINGXI.start(period)
    assert (start.day, start.hour, start.minute, start.second) == (26, 0, 0, 0)
    assert start.utcoffset() is not None


@given(periods)
def test_previous_and_next_undo_each_other_and_keep_order(period: Period) -> None:
    assert period.previous.next == period == period.next.previous
    assert period.previous < period < period.next
    assert Period(period.key) == period
    assert period.year_ago.month == period.month
    assert period.year_ago.year == period.year - 1


@given(periods, st.integers(0, 40))
def test_periods_between_counts_both_ends(first: Period, months: int) -> None:
    listed = periods_between(first, Period.of(first.year, first.month + months))
    assert len(listed) == months + 1
    assert listed[0] == first
    assert all(later == earlier.next for earlier, later in pairwise(listed))


def test_the_period_of_march_runs_from_the_26th_to_the_25th() -> None:
    march = Period("2018-03")
    assert QINGXI.start(march) == datetime(2018, 2, 26, tzinfo=SHANGHAI)
    assert QINGXI.end(march) == datetime(2018, 3, 26, tzinfo=SHANGHAI)
    assert (QINGXI.first_day(march), QINGXI.last_day(march)) == (date(2018, 2, 26), date(2018, 3, 25))
    assert QINGXI.start(march).astimezone(UTC) == datetime(2018, 2, 25, 16, tzinfo=UTC)


def test_year_to_date_starts_on_26_december() -> None:
    assert [one.key for one in Period("2018-03").year_to_date] == ["2018-01", "2018-02", "2018-03"]
    assert QINGXI.start(Period("2018-01")) == datetime(2017, 12, 26, tzinfo=SHANGHAI)
    assert Period("2018-01").previous.key == "2017-12"
    assert Period("2018-01").year_ago.key == "2017-01"


@pytest.mark.parametrize(
    ("period", "due", "shown"),
    [
        ("2018-02", datetime(2018, 3, 1, tzinfo=SHANGHAI), "2018-02-28 23:59:59"),
        ("2020-02", datetime(2020, 3, 1, tzinfo=SHANGHAI), "2020-02-29 23:59:59"),
        ("2100-02", datetime(2100, 3, 1, tzinfo=SHANGHAI), "2100-02-28 23:59:59"),
        ("2018-03", datetime(2018, 4, 1, tzinfo=SHANGHAI), "2018-03-31 23:59:59"),
        ("2018-04", datetime(2018, 5, 1, tzinfo=SHANGHAI), "2018-04-30 23:59:59"),
        ("2018-09", datetime(2018, 10, 1, tzinfo=SHANGHAI), "2018-09-30 23:59:59"),
        ("2018-12", datetime(2019, 1, 1, tzinfo=SHANGHAI), "2018-12-31 23:59:59"),
    ],
)
def test_due_before_the_end_of_the_month(period: str, due: datetime, shown: str) -> None:
    assert QINGXI.due_at(Period(period)) == due
    assert f"{QINGXI.shown_due(Period(period)):%Y-%m-%d %H:%M:%S}" == shown


@given(periods)
def test_due_is_when_the_month_ends_and_leaves_three_days_at_least(period: Period) -> None:
    due = QINGXI.due_at(period)
    assert (due.day, due.hour, due.month) == (1, 0, period.next.month)
    assert (due.date() - QINGXI.end(period).date()).days >= 3


def test_a_cutoff_at_month_end_names_the_period_by_the_month_that_ended() -> None:
    april_begins = datetime(2018, 4, 1, tzinfo=SHANGHAI)
    assert MONTH_END.last_closed(april_begins) == Period("2018-03")
    assert MONTH_END.end(Period("2018-03")) == april_begins
    assert MONTH_END.containing(april_begins - timedelta(microseconds=1)) == Period("2018-03")
    assert MONTH_END.start(Period("2020-03")) == datetime(2020, 3, 1, tzinfo=SHANGHAI)
    assert MONTH_END.last_day(Period("2020-02")) == date(2020, 2, 29)
    assert MONTH_END.due_at(Period("2018-03")) == datetime(2018, 4, 6, tzinfo=SHANGHAI)
    assert MONTH_END.due_at(Period("2018-12")) == datetime(2019, 1, 6, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "key",
    ["", "2018", "2018-3", "2018-13", "2018-00", "2018-03-01", "201803", " 2018-03", "2018-03 ", "2018-03\n",
     "2018/03", "２０１８-０３", "2018-०३", "18-03", "0000-01", "+2018-3", "2018-03x", "scheduled__2018-03"],
)  # fmt: skip
def test_malformed_keys_are_refused_with_a_sentence(key: str) -> None:
    with pytest.raises(Misuse) as refusal:
        Period(key)
    assert str(refusal.value) == f"报告期“{key}”不对，应写成 2018-03 这样的“年-月”"


@pytest.mark.parametrize("key", [None, 201803, date(2018, 3, 1)])
def test_what_is_no_text_is_refused(key: object) -> None:
    with pytest.raises(Misuse):
        Period(key)  # type: ignore[arg-type]


@given(st.text(max_size=12))
def test_only_canonical_keys_pass(text: str) -> None:
    try:
        period = Period(text)
    except Misuse:
        return
    assert period.key == text
