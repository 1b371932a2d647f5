"""Letters go out once each, whatever breaks in between."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from posted_letters import Clock, ScriptedChannel, opening, post_all
from townreturn.domain.dispatch import CUT_OFF_AFTER, DispatchOutcome
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.message import Undelivered
from townreturn.messaging.folder import FolderChannel
from townreturn.month.resending import order_again
from townreturn.month.sending import SendingReport, describe_sending, send_posted
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.periods import Alert, recent_alerts, record_alert
from townreturn.store.schema import dispatch_results, dispatches

SENT, FAILED, GIVEN_UP, REFUSED, UNCERTAIN, REPLACED, ORDERED, _WITHDRAWN = DispatchOutcome
LATER = Undelivered("451 try later", is_final=False)
NEVER = Undelivered("550 no such user", is_final=True)


class Killed(BaseException):
    """As when the process ends: nothing after it is done."""


def kill() -> None:
    raise Killed


def outcomes(report: SendingReport) -> list[tuple[str, DispatchOutcome]]:
    return [(one.channel, one.result.outcome) for one in report.dispatched]


def alerts_of(office: Office) -> list[Alert]:
    """The oldest first."""
    with reading(office.engine) as tx:
        return recent_alerts(tx, "qingxi", 100)[::-1]


def recorded(office: Office) -> list[tuple[str, int, str | None]]:
    """Channel, number and outcome of every attempt."""
    query = select(dispatches.c.channel, dispatches.c.attempt, dispatch_results.c.outcome)
    with reading(office.engine) as tx:
        return [tuple(one) for one in tx.execute(query.outerjoin_from(dispatches, dispatch_results).order_by("id"))]


def send_killed(office: Office, channel: ScriptedChannel, clock: Clock) -> None:
    channel.meanwhile = kill
    with pytest.raises(Killed):
        send_posted(office, [channel], clock)
    channel.meanwhile = lambda: None


def test_letters_go_out_once_in_the_order_of_writing_as_they_were_written(office: Office) -> None:
    letters = post_all(office, [opening(number) for number in (1, 2, 3)])
    mail, clock = ScriptedChannel(), Clock()
    assert outcomes(send_posted(office, [mail], clock)) == [("mail", SENT)] * 3
    assert mail.given == list(letters)
    clock.move(days=300)
    assert send_posted(office, [mail], clock).dispatched == ()
    assert alerts_of(office) == []


def test_each_channel_that_carries_a_letter_gets_it(small_office: Office) -> None:
    post_all(small_office, [opening(1), opening(2, to=())])
    mail, hook = ScriptedChannel(only_with_address=True), ScriptedChannel("webhook")
    assert outcomes(send_posted(small_office, [mail, hook], Clock())) == [
        ("mail", SENT),
        ("webhook", SENT),
        ("webhook", SENT),
    ]
    assert (len(mail.given), len(hook.given)) == (1, 2)


def test_a_channel_set_up_later_does_not_send_what_others_have_sent(small_office: Office) -> None:
    post_all(small_office, [opening(1)])
    send_posted(small_office, [ScriptedChannel()], Clock())
    post_all(small_office, [opening(2)])
    hook = ScriptedChannel("webhook")
    send_posted(small_office, [ScriptedChannel(), hook], Clock())
    assert hook.subjects == ["请报送2018年3月打假统计月报（2）"]


def test_a_letter_cut_off_in_the_middle_is_never_sent_again_by_itself_and_the_operator_is_told(office: Office) -> None:
    post_all(office, [opening(1), opening(2)])
    mail, clock = ScriptedChannel(), Clock()
    send_killed(office, mail, clock)
    assert recorded(office) == [("mail", 1, None)]

    clock.move(minutes=1)
    assert outcomes(send_posted(office, [mail], clock)) == [("mail", SENT)], "the other letter goes on"
    assert len(mail.given) == 2
    assert alerts_of(office) == [], "the first may still be under way in another process"

    clock.now += CUT_OFF_AFTER
    assert outcomes(send_posted(office, [mail], clock)) == [("mail", UNCERTAIN)]
    clock.move(days=300)
    assert outcomes(send_posted(office, [mail], clock)) == []
    assert len(mail.given) == 2
    [alert] = alerts_of(office)
    assert alert.period == "2018-03"
    assert alert.text == (
        "给镇住建局的通知“请报送2018年3月打假统计月报（1）”不知道是否送到（mail：发送中途中断，没有留下结果），"
        "系统不会自动再发。请向对方核实：收到了，不用处理；没有收到，"
        "在报送看板的“通知”页重发（编号 1），或者执行 townreturn resend 1 --as 经办人账号 --reason 原因"
    )


def test_a_channel_whose_repetition_does_no_harm_simply_goes_on(small_office: Office) -> None:
    post_all(small_office, [opening()])
    folder, clock = ScriptedChannel("folder", is_repeatable=True), Clock()
    send_killed(small_office, folder, clock)
    clock.now += CUT_OFF_AFTER + timedelta(seconds=1)
    assert outcomes(send_posted(small_office, [folder], clock)) == [("folder", FAILED)]
    clock.move(minutes=5)
    assert outcomes(send_posted(small_office, [folder], clock)) == [("folder", SENT)]
    assert alerts_of(small_office) == []


def test_whatever_else_a_channel_raises_means_that_nobody_knows(small_office: Office) -> None:
    post_all(small_office, [opening(1), opening(2)])
    mail = ScriptedChannel(script=[TimeoutError("timed out\r\nX: y"), None])
    report = send_posted(small_office, [mail], Clock())
    assert outcomes(report) == [("mail", UNCERTAIN), ("mail", SENT)]
    assert report.dispatched[0].result.detail == "TimeoutError: timed out  X: y"
    assert "TimeoutError" in alerts_of(small_office)[0].text


def test_a_letter_that_is_refused_for_good_is_told_at_once_and_stops_no_other(office: Office) -> None:
    post_all(office, [opening(1), opening(2)])
    mail, clock = ScriptedChannel(script=[NEVER, None]), Clock()
    report = send_posted(office, [mail], clock)
    assert outcomes(report) == [("mail", REFUSED), ("mail", SENT)]
    assert describe_sending(report).splitlines() == [
        "1　镇住建局　请报送2018年3月打假统计月报（1）　mail　被拒收（550 no such user）",
        "2　镇住建局　请报送2018年3月打假统计月报（2）　mail　已送出",
        "送出 1 封，其他情况 1 封",
    ]
    clock.move(days=1)
    assert send_posted(office, [mail], clock).dispatched == ()
    [alert] = alerts_of(office)
    assert "镇住建局" in alert.text
    assert "550 no such user" in alert.text
    assert "townreturn resend 1 " in alert.text


def test_what_fails_for_now_is_tried_again_after_growing_pauses(small_office: Office) -> None:
    """After 5, 15, 45 and 135 minutes, then every 4 hours."""
    post_all(small_office, [opening()])
    mail, clock = ScriptedChannel(script=[LATER] * 100), Clock()
    tried_at = []
    for minute in range(24 * 60):
        if send_posted(small_office, [mail], clock).dispatched:
            tried_at.append(minute)
        clock.move(minutes=1)
    assert tried_at == [0, 5, 20, 65, 200, 440, 680, 920, 1160, 1400]


def test_a_server_that_is_down_for_a_day_loses_nothing_and_is_told_of_once(office: Office) -> None:
    post_all(office, [opening(number) for number in range(1, 6)])
    mail, clock = ScriptedChannel(script=[Undelivered("down", is_final=False)] * 500), Clock()
    for _ in range(24):
        send_posted(office, [mail], clock)
        clock.move(hours=1)
    assert [one.text for one in alerts_of(office)] == [
        "2018-03-26：渠道 mail 接连发不出通知（down）。等待的通知会自动重试，最长 4 天；"
        "请检查这个渠道的服务器和 Airflow 连接。急的可以执行 townreturn send，写成文件人工转交"
    ]
    mail.script.clear()
    mail.given.clear()
    for _ in range(24):
        send_posted(office, [mail], clock)
        clock.move(hours=1)
    assert mail.subjects == [f"请报送2018年3月打假统计月报（{number}）" for number in range(1, 6)]


def test_after_four_days_it_is_given_up_and_told(small_office: Office) -> None:
    post_all(small_office, [opening()])
    mail, clock = ScriptedChannel(script=[LATER] * 100), Clock()
    found = []
    for _ in range(6 * 24):
        found += outcomes(send_posted(small_office, [mail], clock))
        clock.move(hours=1)
    assert found[-1] == ("mail", GIVEN_UP)
    assert {one for _, one in found[:-1]} == {FAILED}
    assert len(mail.given) == len(found)
    assert "试了 4 天没有送到，不再自动重试（mail：451 try later）" in alerts_of(small_office)[-1].text


def test_after_a_long_standstill_it_is_tried_once_more_before_it_is_given_up(small_office: Office) -> None:
    post_all(small_office, [opening()])
    mail, clock = ScriptedChannel(script=[LATER, None]), Clock()
    send_posted(small_office, [mail], clock)
    clock.move(days=60)
    assert outcomes(send_posted(small_office, [mail], clock)) == [("mail", SENT)]


def test_only_those_get_it_again_who_have_not_had_it(office: Office) -> None:
    post_all(office, [opening(to=("a@example.cn", "b@example.cn", "c@example.cn"))])
    greylisted = Undelivered("b: 450; c: 550", is_final=False, missed=("b@example.cn", "c@example.cn"))
    unknown = Undelivered("c: 550", is_final=True, missed=("c@example.cn",))
    mail, clock = ScriptedChannel(script=[greylisted, LATER, unknown, None]), Clock()
    for _ in range(3):
        send_posted(office, [mail], clock)
        clock.move(hours=1)
    order_again(office, "1", account="operator", reason="地址已修复", now=clock.now)
    send_posted(office, [mail], clock)
    assert [one.to for one in mail.given] == [
        ("a@example.cn", "b@example.cn", "c@example.cn"),
        ("b@example.cn", "c@example.cn"),
        ("b@example.cn", "c@example.cn"),
        ("c@example.cn",),
    ]
    assert [one[2] for one in recorded(office)] == [FAILED, FAILED, REFUSED, ORDERED, SENT]


def test_a_letter_that_no_channel_carries_is_told_once(small_office: Office) -> None:
    post_all(small_office, [opening(to=())])
    clock = Clock()
    for _ in range(30):
        send_posted(small_office, [ScriptedChannel(only_with_address=True)], clock)
        clock.move(days=1)
    [alert] = alerts_of(small_office)
    assert "没有一个渠道能送这封通知" in alert.text
    order_again(small_office, "1", account="operator", reason="渠道已开通", now=clock.now)
    hook = ScriptedChannel("webhook")
    send_posted(small_office, [hook], clock)
    assert len(hook.given) == 1


def test_what_waits_for_a_channel_that_is_gone_goes_by_what_there_is(small_office: Office) -> None:
    """As when the clerk sends without Airflow: mail does not send it as well when it is back."""
    post_all(small_office, [opening(1), opening(2)])
    mail, clock = ScriptedChannel(script=[LATER, NEVER]), Clock()
    send_posted(small_office, [mail], clock)
    folder = FolderChannel(small_office.outbox, mail=None)
    report = send_posted(small_office, [folder], clock)
    assert outcomes(report) == [("mail", REPLACED), ("folder", SENT)]
    assert report.dispatched[0].result.detail == "这个渠道现在没有开通，改由 folder 送出"
    clock.move(days=3)
    assert send_posted(small_office, [mail, folder], clock).dispatched == ()


def test_what_waits_for_a_channel_that_never_comes_back_is_told(small_office: Office) -> None:
    post_all(small_office, [opening()])
    clock = Clock()
    send_posted(small_office, [ScriptedChannel(), ScriptedChannel("webhook", script=[LATER])], clock)
    for _ in range(6):
        clock.move(days=1)
        send_posted(small_office, [ScriptedChannel()], clock)
    [alert] = alerts_of(small_office)
    assert "渠道 webhook 已经停用" in alert.text


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"other")], ids=["lost", "altered"])
def test_bytes_that_are_not_those_written_are_never_sent(small_office: Office, spoil: Callable[[Path], object]) -> None:
    [letter, _] = post_all(small_office, [opening(1), opening(2)])
    spoil(small_office.archive.path(hashlib.sha256(letter.content).hexdigest()))
    mail = ScriptedChannel()
    assert outcomes(send_posted(small_office, [mail], Clock())) == [("mail", REFUSED), ("mail", SENT)]
    assert mail.subjects == ["请报送2018年3月打假统计月报（2）"]
    assert "丢失或被改动" in alerts_of(small_office)[0].text


def test_a_sender_that_stood_still_too_long_takes_its_alert_back(office: Office) -> None:
    """Another process took the attempt for cut off: it stays recorded so, but the operator need not send again."""
    post_all(office, [opening()])
    clock = Clock()

    def stand_still() -> None:
        clock.now += CUT_OFF_AFTER + timedelta(seconds=1)
        assert outcomes(send_posted(office, [ScriptedChannel()], clock)) == [("mail", UNCERTAIN)]

    mail = ScriptedChannel(meanwhile=stand_still)
    send_posted(office, [mail], clock)
    assert recorded(office) == [("mail", 1, UNCERTAIN)]
    unsure, cleared = alerts_of(office)
    assert "不知道是否送到" in unsure.text
    assert cleared.text.endswith("先前提示不知道是否送到，现已确认由 mail 送出，不用重发")


def test_nothing_is_kept_open_in_the_database_while_a_letter_is_handed_over(office: Office) -> None:
    post_all(office, [opening()])

    def write_meanwhile() -> None:
        with writing(office.engine) as tx:
            record_alert(tx, "qingxi", Alert(datetime(2018, 3, 26, tzinfo=UTC), "", "meanwhile"))

    send_posted(office, [ScriptedChannel(meanwhile=write_meanwhile)], Clock())
    assert [one.text for one in alerts_of(office)] == ["meanwhile"]


def test_an_order_lets_a_message_go_out_once_more_and_says_who_and_why(office: Office) -> None:
    [letter] = post_all(office, [opening()])
    mail, clock = ScriptedChannel(script=[TimeoutError()]), Clock()
    send_posted(office, [mail], clock)
    clock.move(minutes=2)
    [ordered] = order_again(office, letter.key, account=" operator ", reason="对方没有\n收到", now=clock.now)
    assert (ordered.channel, ordered.result.account, ordered.result.detail) == ("mail", "operator", "对方没有 收到")
    assert outcomes(send_posted(office, [mail], clock)) == [("mail", SENT)]
    assert recorded(office) == [("mail", 1, UNCERTAIN), ("mail", 2, ORDERED), ("mail", 3, SENT)]
    order_again(office, "1", account="operator", reason="又丢了", now=clock.now)
    assert outcomes(send_posted(office, [mail], clock)) == [("mail", SENT)], "a finished one too"
    assert len(mail.given) == 3


def test_an_order_repeats_only_the_channels_that_failed(small_office: Office) -> None:
    post_all(small_office, [opening()])
    mail, hook, clock = ScriptedChannel(script=[NEVER]), ScriptedChannel("webhook"), Clock()
    send_posted(small_office, [mail, hook], clock)
    order_again(small_office, "1", account="operator", reason="地址已修复", now=clock.now)
    send_posted(small_office, [mail, hook], clock)
    assert (len(mail.given), len(hook.given)) == (2, 1)


def test_an_order_ends_an_attempt_that_was_cut_off(small_office: Office) -> None:
    post_all(small_office, [opening()])
    mail, clock = ScriptedChannel(), Clock()
    send_killed(small_office, mail, clock)
    with pytest.raises(Refused) as refusal:
        order_again(small_office, "1", account="operator", reason="没有收到", now=clock.now)
    assert str(refusal.value).startswith("通知 1 正在发送")
    clock.now += CUT_OFF_AFTER + timedelta(seconds=1)
    order_again(small_office, "1", account="operator", reason="没有收到", now=clock.now)
    with pytest.raises(Refused):
        order_again(small_office, "1", account="operator", reason="没有收到", now=clock.now)
    send_posted(small_office, [mail], clock)
    assert recorded(small_office) == [("mail", 1, UNCERTAIN), ("mail", 2, ORDERED), ("mail", 3, SENT)]
    assert alerts_of(small_office) == []


def test_an_order_names_a_message_that_was_sent(small_office: Office) -> None:
    post_all(small_office, [opening()])
    for value in ("2", "opening", "٣", "9" * 30):
        with pytest.raises(Misuse, match=value):
            order_again(small_office, value, account="operator", reason="没有收到", now=Clock().now)
    with pytest.raises(Misuse):
        order_again(small_office, "1", account="operator", reason=" ", now=Clock().now)
    with pytest.raises(Refused) as refusal:
        order_again(small_office, "1", account="operator", reason="没有收到", now=Clock().now)
    assert "还没有发过" in str(refusal.value)


def test_letters_in_the_outbox_are_no_issues_to_whoever_verifies_it(months: Office) -> None:
    post_all(months, [opening()])
    folder = FolderChannel(months.outbox, mail=None)
    sent = outcomes(send_posted(months, [folder], Clock()))
    assert sent == [("folder", SENT)] * (2 * (6 + 11) + 1), "a month six receipts and eleven bulletins, and this one"
    assert {one.text for one in verify(months, []) if not one.is_whole} == set()
