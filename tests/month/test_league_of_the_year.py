"""The league of the year to date in a return: from what is published, corrected and rebuilt with it.

January: all seven in time. February: 烟草 late by two hours, 建材 exempted, 农资 missing. March: 食药 returned
once, then in time; 电商 extended by three days and in time by that.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stored_reports import on_time, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.canonical import canonical_json
from townreturn.domain.errors import Misuse
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import Adjustment, AdjustmentKind, ObligationKind, ObligationState, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.timeliness import League, UnitTimeliness
from townreturn.domain.town_return import TownReturn
from townreturn.month import contents
from townreturn.month.rebuilding import rebuild
from townreturn.office import Office
from townreturn.store.adjustments import AdjustedPeriod, record_adjustment
from townreturn.store.engine import reading, writing
from townreturn.store.published_contents import published_contents
from townreturn.store.returns import find_compilation

JANUARY, FEBRUARY, MARCH = (Period(f"2018-0{number}") for number in (1, 2, 3))
IN_MAY = datetime(2018, 5, 10, 1, 30, tzinfo=UTC)


def publish_quarter(office: Office) -> TownReturn:
    """The content of March as published."""
    plan = office.plans.in_force(MARCH)
    store_all(office, "2018-01")
    store_all(office, "2018-02", without=("tobacco", "building", "agricultural"))
    late = plan.calendar.due_at(FEBRUARY) + timedelta(hours=2)
    store_report(office, "tobacco", "2018-02", received_at=late)
    adjust(office, FEBRUARY, "zhujian", "building", AdjustmentKind.EXEMPTED)
    store_report(office, "food_drug", "2018-03", verdict=Verdict.RETURNED)
    store_report(office, "food_drug", "2018-03", number=1)
    store_all(office, "2018-03", without=("food_drug", "ecommerce"))
    due = plan.calendar.due_at(MARCH)
    adjust(office, MARCH, "gongshang", "ecommerce", AdjustmentKind.EXTENDED, due + timedelta(days=3))
    store_report(office, "ecommerce", "2018-03", received_at=due + timedelta(days=1))
    return [
        issue(office, period, overdue(plan, period.key) + timedelta(days=4)) for period in (JANUARY, FEBRUARY, MARCH)
    ][-1]


def adjust(
    office: Office, period: Period, unit: str, category: str, kind: AdjustmentKind, due_at: datetime | None = None
) -> None:
    plan = office.plans.in_force(period)
    at = on_time(plan, period.key)
    with writing(office.engine) as tx:
        record_adjustment(
            tx, AdjustedPeriod(plan.town_code, plan.code, period.key), (ObligationKind.STATISTICS, unit, category),
            Adjustment(kind, at, "operator", "机构改革", due_at),
        )  # fmt: skip


def issue(office: Office, period: Period, now: datetime, *, is_correction: bool = False) -> TownReturn:
    compile_now = month.compile_correction if is_correction else month.compile_return
    compilation = compile_now(office, period, now)
    month.check_return(office, compilation)
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    month.publish(office, compilation, now)
    with reading(office.engine) as tx:
        return find_compilation(tx, compilation).town_return


def of(league: League, unit: str) -> UnitTimeliness:
    return next(one for one in league.units if one.unit == unit)


def test_the_league_counts_the_year_as_published_and_this_period_as_it_stands(office: Office) -> None:
    league = publish_quarter(office).league
    assert (league.periods, league.backfilled) == (("2018-01", "2018-02", "2018-03"), ())
    assert [(one.unit, one.rank, one.expected, one.on_time, one.first_pass) for one in league.units] == [
        ("zhujian", 1, 2, 2, 2),
        ("jingkexin", 1, 6, 6, 6),
        ("gongshang", 1, 3, 3, 3),
        ("shiyaojian", 4, 3, 3, 2),
        ("yancao", 5, 3, 2, 3),
        ("nonglinshui", 6, 3, 2, 2),
    ]
    assert (of(league, "zhujian").exempted, of(league, "gongshang").extended) == (1, 1)
    assert (of(league, "yancao").late_seconds, of(league, "nonglinshui").missing) == (7200, 1)
    assert all(rebuild(office, period).is_exact for period in (JANUARY, FEBRUARY, MARCH))


def test_a_return_keeps_how_each_category_stood_before(office: Office) -> None:
    told = publish_quarter(office).past_standings
    assert [one.period for one in told] == ["2018-01"] * 7 + ["2018-02"] * 7
    unlike = {one.category: (one.state, one.timeliness) for one in told if one.timeliness is not Timeliness.ON_TIME}
    assert unlike == {
        "building": (ObligationState.EXEMPTED, Timeliness.EXEMPTED),
        "tobacco": (ObligationState.LATE_ACCEPTED, Timeliness.LATE),
        "agricultural": (ObligationState.MISSING, Timeliness.NOT_RECEIVED),
    }


def test_a_correction_counts_earlier_periods_as_they_are_published_by_then(small_office: Office) -> None:
    """农资's February comes in May: late from then on; 食药's March is corrected in May and stays in time."""
    before = publish_quarter(small_office).league
    store_report(small_office, "agricultural", "2018-02", received_at=IN_MAY)
    february = issue(small_office, FEBRUARY, IN_MAY + timedelta(hours=1), is_correction=True).league
    assert february.periods == ("2018-01", "2018-02")
    assert (of(february, "nonglinshui").late, of(february, "nonglinshui").missing) == (1, 0)
    store_report(small_office, "food_drug", "2018-03", {"cases_filed": 9}, number=2, received_at=IN_MAY)
    after = issue(small_office, MARCH, IN_MAY + timedelta(hours=2), is_correction=True).league
    assert (of(before, "nonglinshui").late, of(after, "nonglinshui").late) == (0, 1)
    assert of(after, "shiyaojian") == of(before, "shiyaojian")
    numbers = {JANUARY: (0,), FEBRUARY: (0, 1), MARCH: (0, 1)}
    assert all(rebuild(small_office, period, one).is_exact for period, issues in numbers.items() for one in issues)


def test_an_issue_from_before_there_were_leagues_is_made_again_as_it_was(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_league", lambda *_: League())
    monkeypatch.setattr(contents, "compile_past_standings", lambda *_: ())
    march = publish_quarter(small_office)
    assert (march.league, march.past_standings) == (League(), ())
    assert '"past_standings"' not in canonical_json(march)
    monkeypatch.undo()
    assert rebuild(small_office, MARCH).is_exact


def test_an_exemption_after_compiling_does_not_hold_up_what_was_approved(small_office: Office) -> None:
    """How units stand may move on with the clock, and the league with it; figures may not."""
    store_all(small_office, "2018-01", without=("building",))
    now = overdue(small_office.plans.in_force(JANUARY), "2018-01")
    compilation = month.compile_return(small_office, JANUARY, now)
    month.record_decision(
        small_office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )
    adjust(small_office, JANUARY, "zhujian", "building", AdjustmentKind.EXEMPTED)
    assert Path(month.publish(small_office, compilation, now)).is_dir()


def test_what_stands_now_may_be_asked_for_any_range(small_office: Office) -> None:
    publish_quarter(small_office)
    league = month.timeliness_of(small_office, FEBRUARY, MARCH, IN_MAY)
    assert league.periods == ("2018-02", "2018-03")
    assert (of(league, "yancao").on_time, of(league, "yancao").late) == (1, 1)
    with reading(small_office.engine) as tx:
        found = published_contents(tx, "qingxi", [("2018-02", 0), ("2018-03", 1)])
        assert [one.period for one in found] == ["2018-02"]
    with pytest.raises(Misuse, match="报告期的起止颠倒：2018-03 晚于 2018-02"):
        month.timeliness_of(small_office, MARCH, FEBRUARY, IN_MAY)


def test_a_backfilled_period_is_named_and_counts_for_nobody(small_office: Office) -> None:
    month.open_period(small_office, JANUARY, IN_MAY, "", backfilled=True)
    store_all(small_office, "2018-01", without=("building",))
    january = issue(small_office, JANUARY, IN_MAY)
    assert january.league.backfilled == ("2018-01",)
    assert {one.rank for one in january.league.units} == {None}
