"""What is owed under a plan as a whole; the five working days counted by hand in the State Council's calendar."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from townreturn.chasing.plan_duties import assumed_years, is_owed, owed_under, plan_asking, work_plans_due_at
from townreturn.domain.duties import WorkPlanDuty
from townreturn.domain.obligation import Adjustment, AdjustmentKind, ObligationKind
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEADS = ["shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang"]


def issued(plans: PlanBook, day: str, working_days: int = 5) -> Plan:
    return replace(plans.plans[0], work_plans=WorkPlanDuty(day, working_days))


def midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=SHANGHAI)


def test_a_plan_that_does_not_say_when_it_was_issued_asks_for_nothing(plans: PlanBook) -> None:
    assert owed_under(plans.plans[0], {}) == ()
    assert not is_owed(plans.plans[0], ObligationKind.WORK_PLAN, "zhujian")


def test_six_work_plans_one_area_plan_and_eleven_reporters(plans: PlanBook) -> None:
    owed = owed_under(issued(plans, "2018-03-05"), {})
    assert Counter(one.kind for one in owed) == {
        ObligationKind.WORK_PLAN: 6,
        ObligationKind.AREA_PLAN: 1,
        ObligationKind.REPORTER: 11,
    }
    assert [one.unit for one in owed[:6]] == LEADS
    assert owed[6].unit == "jingkexin"
    assert {(one.period, one.category) for one in owed} == {("", "")}
    assert {(one.opens_at, one.due_at) for one in owed} == {(midnight("2018-03-05"), midnight("2018-03-13"))}


@pytest.mark.parametrize(
    ("issued_on", "due"),
    [
        ("2018-03-05", "2018-03-13"),  # Monday: 6, 7, 8, 9, 12 March
        ("2018-03-03", "2018-03-10"),  # Saturday: 5, 6, 7, 8, 9 March
        ("2018-09-27", "2018-10-10"),  # Friday 28, worked 29 and 30 September, 8 and 9 October
        ("2018-09-30", "2018-10-13"),  # a worked Sunday: 8, 9, 10, 11, 12 October
        ("2018-02-12", "2018-02-25"),  # 13, 14, 22, 23 and the worked Saturday 24 February
        ("2018-12-27", "2019-01-05"),  # 28, the worked Saturday 29 December, 2, 3, 4 January; 31 December is off
        ("2024-02-26", "2024-03-05"),  # a leap year: 27, 28, 29 February, 1, 4 March
    ],
)
def test_due_at_the_midnight_after_the_fifth_working_day(plans: PlanBook, issued_on: str, due: str) -> None:
    plan = issued(plans, issued_on)
    assert work_plans_due_at(plan) == midnight(due)
    assert assumed_years(plan) == ()


def test_with_no_days_of_grace_it_is_due_at_the_end_of_the_day_of_issue(plans: PlanBook) -> None:
    assert work_plans_due_at(issued(plans, "2018-03-05", 0)) == midnight("2018-03-06")


def test_years_without_a_calendar_count_from_monday_to_friday_and_are_named(plans: PlanBook) -> None:
    # 29, 30, 31 December 2026; then 1 and 4 January 2027, of which only the calendar could know better.
    plan = issued(plans, "2026-12-28")
    assert work_plans_due_at(plan) == midnight("2027-01-05")
    assert assumed_years(plan) == (2027,)
    assert assumed_years(issued(plans, "2035-12-28")) == (2035, 2036)


def test_an_extension_moves_one_obligation_only(plans: PlanBook) -> None:
    until = midnight("2018-03-20")
    extended = Adjustment(AdjustmentKind.EXTENDED, midnight("2018-03-10"), "operator", "换岗", until)
    owed = owed_under(issued(plans, "2018-03-05"), {(ObligationKind.WORK_PLAN, "zhujian", ""): extended})
    moved = [(one.kind, one.unit) for one in owed if one.due_at == until]
    assert moved == [(ObligationKind.WORK_PLAN, "zhujian")]
    assert [one.is_extended for one in owed].count(True) == 1


@pytest.mark.parametrize(
    ("kind", "unit", "owed"),
    [
        (ObligationKind.WORK_PLAN, "zhujian", True),
        (ObligationKind.WORK_PLAN, "gongan", False),
        (ObligationKind.AREA_PLAN, "jingkexin", True),
        (ObligationKind.AREA_PLAN, "zhujian", False),
        (ObligationKind.REPORTER, "gongan", True),
        (ObligationKind.REPORTER, "nobody", False),
        (ObligationKind.STATISTICS, "zhujian", False),
    ],
)
def test_who_owes_what(plans: PlanBook, kind: ObligationKind, unit: str, owed: bool) -> None:
    assert is_owed(issued(plans, "2018-03-05"), kind, unit) is owed


def test_what_comes_is_meant_for_the_newest_plan_issued_by_then(plans: PlanBook) -> None:
    first = issued(plans, "2018-03-05")
    second = replace(issued(plans, "2018-12-20"), code="qingxi-2019")
    book = PlanBook((first, second))
    second_of_issue = midnight("2018-12-20")

    def meant(received_at: datetime) -> str:
        found = plan_asking(book, received_at)
        assert found is not None
        return found.code

    assert meant(midnight("2018-01-02")) == "qingxi-2018", "dated before any was issued: the first"
    assert meant(second_of_issue - timedelta(seconds=1)) == "qingxi-2018"
    assert meant(second_of_issue) == "qingxi-2019"
    assert plan_asking(plans, second_of_issue) is None
