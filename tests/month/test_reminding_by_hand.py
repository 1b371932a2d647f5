"""催报 by hand: one letter a unit with all that it is out with, once a day, in the name of whoever asks for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from asked_board import IN_HAND, MARCH, OPENED, begin_march
from issued_plan import with_issued_plan
from published_months import AFTER_DUE, FEBRUARY, publish_months
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.dispatch import DispatchOutcome
from townreturn.domain.errors import Misuse, Refused, TownReturnError
from townreturn.domain.message import Letter
from townreturn.domain.obligation import AdjustmentKind
from townreturn.messaging.folder import FolderChannel
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.trail import read_chain

TWO = ("zhujian", "jingkexin")
OVERDUE = datetime.fromisoformat("2018-04-02T09:30:00+08:00")


@pytest.fixture
def march(small_office: Office, tmp_path: Path) -> Office:
    """烟草 in, 建材 returned, the others out; 镇住建局 has named a reporter with an address."""
    begin_march(small_office)
    return with_issued_plan(small_office, tmp_path)


def asked(*units: str, account: str = "operator", reason: str = "电话没有人接", words: str = "") -> month.AskedReminder:
    return month.AskedReminder(account, reason, units, words)


def text_of(letter: Letter) -> str:
    body = message_from_bytes(letter.content, policy=policy.default).get_body()
    assert body is not None
    assert body.get_content_type() == "text/plain"
    return str(body.get_content()).replace("\r\n", "\n")


def test_one_letter_a_unit_with_all_its_categories_and_the_words(march: Office) -> None:
    first, second = month.remind_by_hand(march, MARCH, asked(*TWO, words="  明天开会要用。\n请务必今天报。 "), IN_HAND)
    assert [one.key for one in (first, second)] == [
        f"reminder/2018-03/by_hand/{unit}/20180329" for unit in TWO
    ]  # fmt: skip
    assert (first.to, second.to) == (("li@zhujian.example",), ())
    assert second.subject == "【催报】清溪镇打假统计2018年3月，请于3月31日（星期六）报送"
    assert text_of(second) == (
        "镇经科信局：\n\n2018年3月打假统计，目前还没有收到贵单位通过审核的：\n"
        "  · 5.儿童用品：未报；期限3月31日（星期六）\n  · 6.家用电器（含小家电）：未报；期限3月31日（星期六）\n\n"
        "经办人附言：\n明天开会要用。\n请务必今天报。\n\n请把填好的工作簿作为附件发到 returns@qingxi.example。\n"
        "没有发生的也请报：在《统计表》的“零申报”一行选“是”。刚刚报送、还没有收到回执的，请不必理会本通知。\n"
    )
    assert "  · 2.建材：已退回，请按回执改正后重新报送；期限" in text_of(first)
    assert month.describe_reminded(march.plans.in_force(MARCH), MARCH, (first, second)) == [
        "2018-03 催报 2 个单位：镇住建局、镇经科信局", "没有登记邮箱，请用电话或 OA 通知：镇经科信局",
    ]  # fmt: skip


def test_without_units_all_that_are_out_are_reminded_and_nobody_who_has_delivered(march: Office) -> None:
    units = [one.unit for one in month.remind_by_hand(march, MARCH, asked(), IN_HAND)]
    assert sorted(units) == ["gongshang", "jingkexin", "nonglinshui", "shiyaojian", "zhujian"]


def test_what_is_late_says_so_each_by_its_own_due_instant(march: Office) -> None:
    until = datetime.fromisoformat("2018-04-04T12:00:00+08:00")
    extended = month.Decided(AdjustmentKind.EXTENDED, "clerk", "停电", until)
    month.adjust_statistics(march, MARCH, "5", extended, IN_HAND)
    [letter] = month.remind_by_hand(march, MARCH, asked("jingkexin"), OVERDUE)
    assert letter.subject.startswith("【已逾期】")
    assert "5.儿童用品：未报；期限4月4日（星期三）12:00 以前\n" in text_of(letter)
    assert "6.家用电器（含小家电）：未报；期限3月31日（星期六），已逾期\n" in text_of(letter)
    assert "月报发布前没有补报的，月报中写“未报”" in text_of(letter)


def test_of_a_published_period_it_is_said_that_corrections_follow(small_office: Office) -> None:
    publish_months(small_office)
    [letter] = month.remind_by_hand(small_office, FEBRUARY, asked(), AFTER_DUE)
    assert letter.unit == "nonglinshui"
    assert "本期月报已经发布，现在补报的按更正办理。" in text_of(letter)


def test_the_trail_says_who_had_whom_reminded_and_why_and_is_whole(march: Office) -> None:
    month.remind_by_hand(march, MARCH, asked(*TWO, words="请尽快"), IN_HAND)
    with reading(march.engine) as tx:
        told = [one.event for one in read_chain(tx, "qingxi-2018", MARCH.key) if one.event.kind is EventKind.REMINDED]
    assert [
        (one.at, one.details["unit"], one.details["account"], one.details["reason"], one.details["words"])
        for one in told
    ] == [(IN_HAND, unit, "operator", "电话没有人接", "请尽快") for unit in TWO]
    assert [one.text for one in verify(march, [MARCH]) if "催报" in one.text] == []


def test_nobody_is_reminded_twice_a_day_and_the_refusal_says_when_the_last_went_out(march: Office) -> None:
    month.remind_by_hand(march, MARCH, asked("zhujian"), IN_HAND)
    for units in (("zhujian",), TWO, ()):
        with pytest.raises(Refused, match=r"今天已经催报过：镇住建局（12:00）"):
            month.remind_by_hand(march, MARCH, asked(*units), IN_HAND + timedelta(hours=11, minutes=59))
    with reading(march.engine) as tx:
        assert len(list_messages(tx, "qingxi")) == 1
    assert len(month.remind_by_hand(march, MARCH, asked(*TWO), IN_HAND + timedelta(hours=12))) == 2, "the next day"


@pytest.mark.parametrize(
    ("wish", "kind", "sentence"),
    [
        (asked("yancao"), Refused, "不用催报：市烟草专卖局第五分局没有未报的类别"),
        (asked("zhujian", "nobody"), Misuse, "没有代码为“nobody”的单位"),
        (asked("zhujian", account=" "), Misuse, "写明经办人账号"),
        (asked("zhujian", reason="\n "), Misuse, "写明原因"),
        (asked("zhujian", words="催" * 501), Misuse, "附言不能超过 500 字，现有 501 字"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence_and_leaves_nothing(
    march: Office, wish: month.AskedReminder, kind: type[TownReturnError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        month.remind_by_hand(march, MARCH, wish, IN_HAND)
    with reading(march.engine) as tx:
        assert list_messages(tx, "qingxi") == []
        assert [one for one in read_chain(tx, "qingxi-2018", MARCH.key) if one.event.kind is EventKind.REMINDED] == []


def test_a_period_that_is_not_opened_or_owes_nothing_yet_is_not_chased(small_office: Office) -> None:
    with pytest.raises(Refused, match="2018-03 还没有开始办理"):
        month.remind_by_hand(small_office, MARCH, asked(), IN_HAND)
    month.open_period(small_office, MARCH, OPENED, "", backfilled=False)
    with pytest.raises(Refused, match="2018-03 没有要催报的单位"):
        month.remind_by_hand(small_office, MARCH, asked(), OPENED - timedelta(days=1))


def test_it_does_not_go_out_when_the_unit_has_delivered_meanwhile(office: Office, send: Callable[..., Path]) -> None:
    month.open_period(office, MARCH, OPENED, "", backfilled=False)
    month.remind_by_hand(office, MARCH, asked("zhujian", "yancao"), IN_HAND)
    send(office, "zhujian", MARCH.key, received_at=IN_HAND + timedelta(minutes=1))
    later = IN_HAND + timedelta(minutes=5)
    month.take_in(office, later)
    report = month.send_posted(office, [FolderChannel(office.outbox, None)], lambda: later)
    outcomes = {one.message.unit: one.result.outcome for one in report.dispatched if "by_hand" in one.message.key}
    assert outcomes == {"zhujian": DispatchOutcome.WITHDRAWN, "yancao": DispatchOutcome.SENT}


def test_words_are_plain_text_whatever_they_look_like(march: Office) -> None:
    hostile = "<script>alert(1)</script>{unit}\r\nBcc: a@b.example\n\x1b[31m\u202e{{7*191}}"
    [letter] = month.remind_by_hand(march, MARCH, asked("zhujian", words=hostile), IN_HAND)
    mail = message_from_bytes(letter.content, policy=policy.default)
    assert mail["bcc"] is None
    assert "<script>alert(1)</script>{unit}\nBcc: a@b.example\n [31m {{7*191}}\n" in text_of(letter)
