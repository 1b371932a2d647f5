"""When reminders go out, by hand from the State Council's calendars of 2018."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from townreturn.chasing.stages import current_stage, stage_at
from townreturn.domain.duties import Addressee, ReminderPolicy, ReminderStage
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.working_days import WorkingDays
from townreturn.plans.working_days import packaged_working_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLY, LAST_DAY, OVERDUE = (
    ReminderStage("early", -2),
    ReminderStage("last_day", 0),
    ReminderStage("overdue", 1, (Addressee.REPORTER, Addressee.HEAD)),
)
POLICY = ReminderPolicy((EARLY, LAST_DAY, OVERDUE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("due", "early", "last_day", "overdue"),
    [
        # March ends on a Saturday: Friday the 30th is the last day on which anybody works.
        ("2018-04-01T00:00", "2018-03-28T09:00", "2018-03-30T09:00", "2018-04-02T09:00"),
        # February after the Spring Festival: 28 is a Wednesday.
        ("2018-03-01T00:00", "2018-02-26T09:00", "2018-02-28T09:00", "2018-03-01T09:00"),
        # 28 April is a Saturday that is worked, 29 April to 1 May are off.
        ("2018-05-01T00:00", "2018-04-26T09:00", "2018-04-28T09:00", "2018-05-02T09:00"),
        # Sunday 30 September is worked, as is Saturday the 29th; National Day until 7 October.
        ("2018-10-01T00:00", "2018-09-28T09:00", "2018-09-30T09:00", "2018-10-08T09:00"),
        # Extended to noon of a Wednesday: that day is still the last one in time.
        ("2018-04-04T12:00", "2018-04-02T09:00", "2018-04-04T09:00", "2018-04-08T09:00"),
    ],
)
def test_stages_fall_on_working_days(due: str, early: str, last_day: str, overdue: str) -> None:
    found = [stage_at(one, 9, packaged_working_days(), at(due), SHANGHAI) for one in POLICY.stages]
    assert found == [at(early), at(last_day), at(overdue)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2018-03-28T08:59:59", None),
        ("2018-03-28T09:00", EARLY),
        ("2018-03-30T08:59:59", EARLY),
        ("2018-03-30T09:00", LAST_DAY),
        ("2018-04-02T09:00", OVERDUE),
        ("2018-06-02T09:00", OVERDUE),
    ],
)
def test_only_the_last_stage_that_is_reached_counts(now: str, expected: ReminderStage | None) -> None:
    found = current_stage(POLICY, packaged_working_days(), at("2018-04-01T00:00"), SHANGHAI, at(now))
    assert (found and found[0]) == expected


def test_a_year_that_is_not_known_is_a_fault_unless_weekdays_are_assumed() -> None:
    """1 January 2027 is a Friday; the calendar of 2027 is not in the package."""
    due = at("2027-02-01T00:00")
    days = packaged_working_days()
    with pytest.raises(ConfigurationFault, match="不知道 2027 年哪些天是工作日"):
        stage_at(EARLY, 9, days, due, SHANGHAI)
    assert stage_at(EARLY, 9, days.or_weekdays(), due, SHANGHAI) == at("2027-01-27T09:00")


def test_a_calendar_without_any_year_knows_nothing() -> None:
    with pytest.raises(ConfigurationFault):
        WorkingDays().is_working(at("2018-03-01T00:00").date())
