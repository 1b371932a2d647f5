"""The due instant where its day is no working day: kept, moved to the working day before, or after it.

Every day was worked out on the State Council's calendars of 2018 and 2020.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from townreturn.domain.period import DueRule, Period, ReportingCalendar
from townreturn.plans.working_days import packaged_working_days

SHANGHAI = ZoneInfo("Asia/Shanghai")


def calendar(rule: str, due: tuple[int, int] = (1, 1)) -> ReportingCalendar:
    return ReportingCalendar(25, DueRule(*due, rule), "Asia/Shanghai", packaged_working_days())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "keep", "earlier", "later"),
    [
        # Spring Festival is over; Wednesday 28 February is worked.
        ("2018-02", "2018-02-28", "2018-02-28", "2018-02-28"),
        # 31 March is a Saturday; Friday the 30th, Monday 2 April.
        ("2018-03", "2018-03-31", "2018-03-30", "2018-04-02"),
        # 30 April is the holiday's Monday; the make-up Saturday 28 April, Wednesday 2 May.
        ("2018-04", "2018-04-30", "2018-04-28", "2018-05-02"),
        # 30 June is a Saturday; Friday the 29th, Monday 2 July.
        ("2018-06", "2018-06-30", "2018-06-29", "2018-07-02"),
        # Sunday 30 September is made up for National Day, so it is worked.
        ("2018-09", "2018-09-30", "2018-09-30", "2018-09-30"),
        # 31 December is a holiday; the make-up Saturday 29 December, Wednesday 2 January.
        ("2018-12", "2018-12-31", "2018-12-29", "2019-01-02"),
        # 29 February of the leap year is a Saturday; Friday the 28th, Monday 2 March.
        ("2020-02", "2020-02-29", "2020-02-28", "2020-03-02"),
        # 28 February of 2021 is a Sunday; Friday the 26th, the day after reporting opens; Monday 1 March.
        ("2021-02", "2021-02-28", "2021-02-26", "2021-03-01"),
    ],
)
def test_the_last_day_in_time(period: str, keep: str, earlier: str, later: str) -> None:
    for rule, day in (("keep", keep), ("earlier", earlier), ("later", later)):
        one = calendar(rule)
        due_at = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=SHANGHAI) + timedelta(days=1)
        assert one.last_day_in_time(Period(period)).isoformat() == day
        assert one.due_at(Period(period)) == due_at
        assert f"{one.shown_due(Period(period)):%Y-%m-%d %H:%M:%S}" == f"{day} 23:59:59"


@pytest.mark.parametrize(
    ("period", "earlier", "later"),
    [
        # Due before 8 October 2018: the 7th is the last day of the holiday.
        ("2018-09", "2018-09-30", "2018-10-08"),
        # Due before 8 March 2018, a Wednesday: nothing moves.
        ("2018-02", "2018-03-07", "2018-03-07"),
        # Due before 8 April 2018: the 7th is the last day of 清明, the Sunday after it is made up.
        ("2018-03", "2018-04-04", "2018-04-08"),
    ],
)
def test_a_due_day_within_a_long_holiday(period: str, earlier: str, later: str) -> None:
    assert calendar("earlier", (1, 8)).last_day_in_time(Period(period)).isoformat() == earlier
    assert calendar("later", (1, 8)).last_day_in_time(Period(period)).isoformat() == later


def test_keep_asks_no_calendar() -> None:
    unknown = ReportingCalendar(25, DueRule(1, 1), "Asia/Shanghai")
    assert unknown.due_at(Period("2999-12")) == datetime(3000, 1, 1, tzinfo=SHANGHAI)
