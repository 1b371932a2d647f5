"""A period is worked by one run, and compiled when all is in or due, read and settled."""

from datetime import timedelta

import pytest

from stored_reports import empty_the_inbox, on_time, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening, recent_alerts

JANUARY = Period("2018-01")


def test_a_second_run_is_refused(office: Office) -> None:
    now = on_time(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run-1", backfilled=False)
    month.open_period(office, JANUARY, now + timedelta(days=1), "run-1", backfilled=True)
    with pytest.raises(Refused, match="2018-01 已由运行 run-1 办理，同一报告期不能由两个运行办理"):
        month.open_period(office, JANUARY, now, "run-2", backfilled=False)
    with reading(office.engine) as tx:
        opening = find_opening(tx, "qingxi", "2018-01")
    assert opening is not None
    assert (opening.opened_at, opening.backfilled, opening.run_id) == (now, False, "run-1")


def test_a_run_takes_over_what_the_command_line_opened(office: Office) -> None:
    now = on_time(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "", backfilled=False)
    month.open_period(office, JANUARY, now + timedelta(hours=1), "run-1", backfilled=False)
    with pytest.raises(Refused):
        month.open_period(office, JANUARY, now, "run-2", backfilled=False)


def test_no_plan_no_opening(small_office: Office) -> None:
    with pytest.raises(Misuse, match="2019-01 没有生效"):
        month.open_period(small_office, Period("2019-01"), on_time(small_office.plans.plans[0], "2019-01"), "r", False)


def test_waiting_for_the_inbox_and_for_every_unit_that_is_out(office: Office) -> None:
    now = on_time(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run", backfilled=False)
    store_all(office, "2018-01", without=("building", "ecommerce"))
    store_report(office, "ecommerce", "2018-01", verdict=Verdict.RETURNED)
    waiting = month.readiness(office, JANUARY, now).waiting_for
    assert waiting == ("收件箱还没有全部收完", "镇住建局（建材）", "镇工商分局（互联网电子商务商品，已退回待重报）")

    empty_the_inbox(office, now - timedelta(seconds=1))  # started before the period was opened
    empty_the_inbox(office, now, left=1)  # left a file that was being written
    assert "收件箱还没有全部收完" in month.readiness(office, JANUARY, now).waiting_for
    empty_the_inbox(office, now)
    assert month.readiness(office, JANUARY, now).waiting_for == waiting[1:]

    store_report(office, "building", "2018-01")
    store_report(office, "ecommerce", "2018-01", number=1)
    assert month.readiness(office, JANUARY, now).is_ready


def test_due_makes_ready_with_units_missing_but_not_with_the_inbox_unread(office: Office) -> None:
    now = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run", backfilled=True)
    assert month.readiness(office, JANUARY, now).waiting_for == ("收件箱还没有全部收完",)
    empty_the_inbox(office, now)
    ready = month.readiness(office, JANUARY, now)
    assert ready.is_ready
    assert {one.state.value for one in ready.standings} == {"missing"}


def test_the_due_instant_itself_is_late_enough(small_office: Office) -> None:
    due = small_office.plans.calendar.due_at(JANUARY)
    month.open_period(small_office, JANUARY, due - timedelta(days=3), "run", backfilled=False)
    empty_the_inbox(small_office, due - timedelta(days=2))
    assert not month.readiness(small_office, JANUARY, due - timedelta(microseconds=1)).is_ready
    empty_the_inbox(small_office, due)
    assert month.readiness(small_office, JANUARY, due).is_ready


def test_once_due_only_an_intake_begun_after_it_has_seen_the_last_file_in_time(small_office: Office) -> None:
    due = small_office.plans.calendar.due_at(JANUARY)
    month.open_period(small_office, JANUARY, due - timedelta(days=3), "run", backfilled=False)
    empty_the_inbox(small_office, due - timedelta(seconds=10))
    readiness = month.readiness(small_office, JANUARY, due + timedelta(seconds=5))
    assert (readiness.is_ready, readiness.inbox_unread) == (False, True)
    assert readiness.waiting_for == ("收件箱还没有全部收完",)


def test_waiting_for_the_period_before(small_office: Office) -> None:
    february = Period("2018-02")
    now = overdue(small_office.plans.plans[0], "2018-02")
    month.open_period(small_office, february, now, "run", backfilled=True)
    empty_the_inbox(small_office, now)
    assert month.readiness(small_office, february, now).waiting_for == ("上期 2018-01 还没有发布",)


def test_one_line_for_people(small_office: Office) -> None:
    plan = small_office.plans.plans[0]

    def line() -> str:
        found = month.readiness(small_office, JANUARY, on_time(plan, "2018-01"))
        return month.describe_standings(plan, JANUARY, found.standings)

    store_all(small_office, "2018-01", without=("building",))
    assert line() == "清溪镇2018年1月：已报 6/7 类；未报：镇住建局（建材）"
    store_report(small_office, "building", "2018-01")
    assert line() == "清溪镇2018年1月：已报 7/7 类，全部报齐"


def test_alerts_are_kept_newest_first(office: Office) -> None:
    now = on_time(office.plans.plans[0], "2018-01")
    month.raise_alert(office, "第一条", "2018-01", now)
    month.raise_alert(office, "第二条", "", now)
    with reading(office.engine) as tx:
        assert [(one.text, one.period) for one in recent_alerts(tx, "qingxi")] == [
            ("第二条", ""), ("第一条", "2018-01"),
        ]  # fmt: skip


def test_a_try_of_a_task_is_told_once_however_often_and_late(office: Office) -> None:
    now = on_time(office.plans.plans[0], "2018-01")
    log = "http://127.0.0.1:8080/dags/monthly_return/runs/a_b%25/tasks/open?try_number="
    month.raise_task_alert(office, f"一次；日志 {log}1", f"{log}1", "2018-01", now)
    for number in range(30):
        month.raise_alert(office, f"别的 {number}", "", now)
    month.raise_task_alert(office, f"又一次；日志 {log}1", f"{log}1", "2018-01", now)
    month.raise_task_alert(office, f"十次；日志 {log}11", f"{log}11", "2018-01", now)
    with reading(office.engine) as tx:
        told = [one.text for one in recent_alerts(tx, "qingxi", 100) if log in one.text]
    assert told == [f"十次；日志 {log}11", f"一次；日志 {log}1"]


def test_a_period_is_released_from_the_run_that_is_gone_only(office: Office) -> None:
    now = on_time(office.plans.plans[0], "2018-01")
    assert month.holder_of(office, JANUARY) == ""
    month.open_period(office, JANUARY, now, "lost", backfilled=False)
    month.release_period(office, JANUARY, now, held_by="another")
    assert month.holder_of(office, JANUARY) == "lost"
    month.release_period(office, JANUARY, now, held_by="lost")
    assert month.holder_of(office, JANUARY) == ""
    with reading(office.engine) as tx:
        assert [one.text for one in recent_alerts(tx, "qingxi")] == ["2018-01 已从运行 lost 释放，可由新的运行办理"]
