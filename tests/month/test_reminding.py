"""Reminders by the stages of the plan: who gets them, who does not, and never twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from townreturn import month
from townreturn.domain.dispatch import DispatchOutcome
from townreturn.domain.message import Letter
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.messaging.folder import FolderChannel
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages

MARCH = Period("2018-03")
EARLY, LAST_DAY, OVERDUE = (datetime.fromisoformat(f"2018-{day}T09:00:00+08:00") for day in ("03-28", "03-30", "04-02"))
OPENED = datetime.fromisoformat("2018-03-26T00:00:00+08:00")
Send = Callable[..., Path]


def opened(office: Office, *, backfilled: bool = False) -> Office:
    month.open_period(office, MARCH, OPENED, "run", backfilled)
    return office


def remind_at(office: Office, instant: datetime) -> list[str]:
    """As the DAG does: the inbox is looked into first. Gives the keys of what was written."""
    month.take_in(office, instant)
    return [one.key for one in month.remind(office, instant)]


def text_of(letter: Letter) -> str:
    body = message_from_bytes(letter.content, policy=policy.default).get_body()
    assert body is not None
    return str(body.get_content())


def test_nobody_is_reminded_before_the_first_stage(small_office: Office) -> None:
    assert remind_at(opened(small_office), EARLY - timedelta(seconds=1)) == []


def test_each_unit_that_is_out_gets_one_reminder_and_operators_one_summary(
    office: Office, bring_in: Callable[..., datetime]
) -> None:
    bring_in(opened(office), MARCH.key, without=("zhujian", "jingkexin"))
    assert remind_at(office, EARLY) == [
        "reminder/2018-03/early/zhujian/20180401T0000",
        "reminder/2018-03/early/jingkexin/20180401T0000",
        "summary/2018-03/early/20180401T0000",
    ]
    assert remind_at(office, EARLY) == []
    assert remind_at(office, LAST_DAY - timedelta(seconds=1)) == []
    assert [key.split("/")[2] for key in remind_at(office, LAST_DAY)] == ["last_day"] * 3


def test_a_unit_with_two_categories_is_told_of_both_in_one_message(
    small_office: Office, bring_in: Callable[..., datetime]
) -> None:
    bring_in(opened(small_office), MARCH.key, without=("jingkexin",))
    month.take_in(small_office, LAST_DAY)
    [letter, _] = month.remind(small_office, LAST_DAY)
    assert letter.subject == "【催报】清溪镇打假统计2018年3月，请于3月31日（星期六）报送"
    assert "  · 5.儿童用品：未报\n  · 6.家用电器（含小家电）：未报\n" in text_of(letter).replace("\r\n", "\n")


def test_after_an_outage_only_the_stage_that_is_reached_is_sent(small_office: Office) -> None:
    keys = remind_at(opened(small_office), OVERDUE + timedelta(days=2))
    assert {key.split("/")[2] for key in keys} == {"overdue"}
    assert len(keys) == 7


def test_nobody_is_reminded_on_a_day_on_which_nobody_works(small_office: Office) -> None:
    """Nothing was sent on Friday the 30th: not on Saturday the 31st, but on Monday, and on no day of Qingming."""
    opened(small_office)
    assert remind_at(small_office, LAST_DAY + timedelta(days=1)) == []
    assert remind_at(small_office, OVERDUE + timedelta(days=3)) == []
    assert len(remind_at(small_office, OVERDUE + timedelta(days=6))) == 7, "Sunday 8 April is worked"


def test_an_inbox_that_was_read_long_ago_or_not_to_its_end_is_not_known(small_office: Office) -> None:
    """A unit may have delivered since; and a mailbox that cannot be read may hold its report."""
    month.take_in(opened(small_office), EARLY)
    assert month.remind(small_office, EARLY + timedelta(minutes=31)) == ()
    later = EARLY + timedelta(days=1)
    month.take_in(small_office, later, month.MailReport(read_at=later, left_count=1))
    assert month.remind(small_office, later) == ()
    month.take_in(small_office, later, month.MailReport(read_at=later))
    assert len(month.remind(small_office, later)) == 7


def test_a_reminder_that_waited_is_not_sent_when_its_unit_has_delivered(office: Office, send: Send) -> None:
    """The mail server was down in the morning; 镇住建局 reports at noon, the others do not."""
    keys = remind_at(opened(office), EARLY)
    send(office, "zhujian", MARCH.key, received_at=EARLY + timedelta(hours=3))
    noon = EARLY + timedelta(hours=3, minutes=5)
    month.take_in(office, noon)
    report = month.send_posted(office, [FolderChannel(office.outbox, None)], lambda: noon)
    outcomes = {one.message.key: one.result.outcome for one in report.dispatched}
    assert outcomes.pop("reminder/2018-03/early/zhujian/20180401T0000") is DispatchOutcome.WITHDRAWN
    assert {outcomes[key] for key in keys if key in outcomes} == {DispatchOutcome.SENT}
    assert month.send_posted(office, [FolderChannel(office.outbox, None)], lambda: noon).dispatched == ()


def test_two_stages_never_go_out_together(office: Office) -> None:
    """The mail server was down from the first stage to the last."""
    first = [
        key
        for instant in (EARLY, LAST_DAY)
        for key in remind_at(opened(office) if instant == EARLY else office, instant)
    ]
    last = remind_at(office, OVERDUE)
    report = month.send_posted(office, [FolderChannel(office.outbox, None)], lambda: OVERDUE)
    outcomes = {one.message.key: one.result.outcome for one in report.dispatched}
    assert {outcomes[key] for key in first} == {DispatchOutcome.WITHDRAWN}
    assert {outcomes[key] for key in last} == {DispatchOutcome.SENT}


def test_what_lies_in_the_inbox_is_not_asked_for(small_office: Office, send: Send) -> None:
    """Delivered a minute before the stage, not taken in yet: the reminder waits for the intake."""
    send(opened(small_office), "zhujian", MARCH.key, received_at=EARLY - timedelta(minutes=1))
    assert month.remind(small_office, EARLY) == ()
    due = month.find_due_reminders(small_office, EARLY)
    assert (due.count, due.is_inbox_read) == (7, False)
    month.take_in(small_office, EARLY)
    due = month.find_due_reminders(small_office, EARLY)
    assert (due.count, due.is_inbox_read) == (6, True)
    assert "reminder/2018-03/early/zhujian/20180401T0000" not in [one.key for one in month.remind(small_office, EARLY)]
    assert month.find_due_reminders(small_office, EARLY).count == 0


def test_what_was_returned_is_chased_as_well(small_office: Office, send: Send) -> None:
    def unbalanced(book: FilledWorkbook) -> None:
        book.put("cases_pending", 99)

    send(opened(small_office), "zhujian", MARCH.key, unbalanced)
    month.take_in(small_office, EARLY)
    [reminder] = [one for one in month.remind(small_office, EARLY) if one.unit == "zhujian"]
    assert "  · 2.建材：已退回，请按回执改正后重新报送" in text_of(reminder)


def test_a_backfilled_period_is_never_reminded_of(small_office: Office) -> None:
    assert remind_at(opened(small_office, backfilled=True), OVERDUE) == []


def test_a_period_that_nobody_opened_is_not_reminded_of(small_office: Office) -> None:
    assert remind_at(small_office, OVERDUE) == []


def test_an_exempted_unit_is_left_alone_and_an_extended_one_has_its_own_stages(
    office: Office, bring_in: Callable[..., datetime]
) -> None:
    """Extended to the end of Tuesday, 3 April: 30 March is two working days before it."""
    bring_in(opened(office), MARCH.key, without=("zhujian", "yancao", "gongshang"))
    until = datetime.fromisoformat("2018-04-04T00:00:00+08:00")
    for category, kind, due_at in (
        ("building", AdjustmentKind.EXTENDED, until), ("tobacco", AdjustmentKind.EXEMPTED, None),
    ):  # fmt: skip
        month.adjust_statistics(office, MARCH, category, month.Decided(kind, "clerk", "停电", due_at), OPENED)
    assert remind_at(office, EARLY) == [
        "reminder/2018-03/early/gongshang/20180401T0000",
        "summary/2018-03/early/20180401T0000",
    ]
    assert remind_at(office, LAST_DAY) == [
        "reminder/2018-03/last_day/gongshang/20180401T0000",
        "summary/2018-03/last_day/20180401T0000",
        "reminder/2018-03/early/zhujian/20180404T0000",
        "summary/2018-03/early/20180404T0000",
    ]


def test_the_summary_says_how_the_period_stands_and_who_cannot_be_reached(
    small_office: Office, bring_in: Callable[..., datetime]
) -> None:
    bring_in(opened(small_office), MARCH.key, without=("zhujian",))
    month.take_in(small_office, OVERDUE)
    [reminder, summary] = month.remind(small_office, OVERDUE)
    assert reminder.subject == "【已逾期】清溪镇打假统计2018年3月，截止日是3月31日（星期六）"
    assert text_of(summary).splitlines() == [
        "清溪镇2018年3月：已报 6/7 类；未报：镇住建局（建材）",
        "截止日：3月31日（星期六）",
        "这次催报：镇住建局",
        "没有登记邮箱，请用电话或 OA 通知：镇住建局",
    ]


def test_the_day_on_which_the_workbook_goes_out_is_no_day_to_remind(small_office: Office) -> None:
    """February 2018 opens on Monday the 26th, and the early stage would be at 9 on the same morning."""
    opening, february = datetime.fromisoformat("2018-02-26T00:00:00+08:00"), Period("2018-02")
    month.open_period(small_office, february, opening, "run", backfilled=False)
    assert remind_at(small_office, opening + timedelta(hours=9)) == []
    assert remind_at(small_office, opening + timedelta(days=1, hours=9)) == []
    keys = remind_at(small_office, opening + timedelta(days=2, hours=9))
    assert {key.split("/")[2] for key in keys} == {"last_day"}


def test_two_runs_at_once_write_each_message_once(office: Office) -> None:
    month.take_in(opened(office), EARLY)
    with ThreadPoolExecutor(4) as pool:
        written = [run.result() for run in [pool.submit(month.remind, office, EARLY) for _ in range(4)]]
    keys = [one.key for letters in written for one in letters]
    assert len(keys) == len(set(keys)) == 7
    with reading(office.engine) as tx:
        assert len(list_messages(tx, "qingxi")) == 7


@pytest.mark.parametrize(
    ("now", "years"),
    [("2026-11-30T09:00+08:00", []), ("2026-12-01T09:00+08:00", [2027]), ("2027-01-04T09:00+08:00", [2027])],
)
def test_a_year_without_a_calendar_is_told_in_time_and_stops_nothing(
    small_office: Office, now: str, years: list[int]
) -> None:
    month.remind(small_office, datetime.fromisoformat(now))
    alerts = month.status_of(small_office, MARCH, datetime.fromisoformat(now)).alerts
    assert [one.text[:30] for one in alerts] == [
        f"不知道 {year} 年哪些天是工作日，催报暂按周一至周五计算。请"[:30] for year in years
    ]
