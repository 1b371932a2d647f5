"""通知 on the board: what became of each letter; 重发 with a reason, recorded under the account that asks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asked_board import IN_HAND, Ask, asking, begin_march
from page_text import read_page
from posted_letters import Clock, ScriptedChannel, opening, post_all
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.message import Undelivered
from townreturn.month.verifying import verify
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.trail import read_chain

GOOD = {"reason": "地址已更正", "confirmed": "true"}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Of March: 1 sent, 2 refused, 3 unknown whether, 4 to be tried again, 5 not tried; 6 is of no period."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")}))
    begin_march(office)
    refused = Undelivered(f"550 no such user {HOSTILE}", is_final=True)
    faults = [None, refused, TimeoutError("timed out"), Undelivered("down", is_final=False)]
    post_all(office, [opening(number) for number in range(1, 5)])
    month.send_posted(office, [ScriptedChannel(script=faults)], Clock())
    post_all(office, [opening(5), replace(opening(6, to=()), period="", subject=f"方案{HOSTILE}")])
    yield office
    office.engine.dispose()


@pytest.fixture
def ask(office: Office) -> Ask:
    return asking(office)


def states(ask: Ask, query: str = "") -> dict[int, str]:
    told = ask(f"/api/messages?period=2018-03{query}", "operator").json()["letters"]
    return {one["id"]: one["state"] for one in told}


def resent(office: Office, period: str) -> list[tuple[object, ...]]:
    with reading(office.engine) as tx:
        told = [one.event for one in read_chain(tx, "qingxi-2018", period) if one.event.kind is EventKind.RESENT]
    return [(one.details["message"], one.details["account"], one.details["reason"]) for one in told]


def test_each_letter_says_what_became_of_it_the_newest_first(ask: Ask) -> None:
    assert list(states(ask).items()) == [
        (5, "waiting"), (4, "waiting"), (3, "failed"), (2, "failed"), (1, "sent"),
    ]  # fmt: skip
    page = read_page(ask("/messages?period=2018-03", "operator").text)
    assert page.row("2")[:6] == [
        "2", "2018-03-26 09:00", "下发报表", "镇住建局", "请报送2018年3月打假统计月报（2）", "待处理",
    ]  # fmt: skip
    assert page.row("2")[6] == "mail 被拒收 2018-03-26 09:00"
    assert "列出 5 封，新的在前；共 5 封，其中未送出 4 封" in page.texts


def test_only_those_undelivered_and_those_of_no_period(ask: Ask) -> None:
    assert list(states(ask, "&undelivered=true")) == [5, 4, 3, 2]
    page = read_page(ask("/messages?period=none", "operator").text)
    assert page.row("6")[3] == "镇住建局 没有登记邮箱"
    assert "script" not in page.tags[page.tags.index("main") :]
    assert "没有未送出的通知" in ask("/messages?period=2018-02&undelivered=true", "operator").text


def test_the_board_counts_them_and_leads_to_them(ask: Ask) -> None:
    page = read_page(ask("/", "operator").text)
    assert "未送出的信件 2 封送不出 2 封待发" in page.text
    assert page.links["查看未送出的"] == "/board/messages?period=2018-03&undelivered=true"
    assert "/messages" not in ask("/", "viewer").text


def test_a_letter_is_sent_again_and_the_trail_says_who_ordered_it_and_why(office: Office, ask: Ask) -> None:
    answer = ask("/messages/2", "operator", "POST", GOOD)
    assert answer.status_code == 200
    assert (
        "给镇住建局的通知“请报送2018年3月打假统计月报（2）”下次发送时再发一次（每十分钟一次），渠道：mail。"
        in answer.text
    )
    assert states(ask)[2] == "waiting"
    page = read_page(ask("/messages/2", "operator").text)
    assert page.row("已安排重发") == ["2018-03-29 12:00", "mail", "已安排重发", "operator：地址已更正"]
    assert resent(office, "2018-03") == [(2, "operator", "地址已更正")]
    assert [one.text for one in verify(office) if "重发" in one.text] == []
    mail = ScriptedChannel()
    month.send_posted(office, [mail], lambda: IN_HAND)
    assert states(ask)[2] == "sent"


def test_one_of_no_period_is_told_in_the_trail_of_none(office: Office, ask: Ask) -> None:
    month.send_posted(office, [ScriptedChannel()], Clock())
    assert ask("/messages/6", "operator", "POST", GOOD).status_code == 200
    assert resent(office, "") == [(6, "operator", "地址已更正")]


def test_a_double_click_orders_once(office: Office, ask: Ask) -> None:
    answers = [ask("/messages/2", "operator", "POST", GOOD) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 409]
    assert "通知 2 正在发送，或者已经等待重发" in answers[1].text
    assert len(resent(office, "2018-03")) == 1


@pytest.mark.parametrize(("missing", "sentence"), [("confirmed", "请先核对"), ("reason", "请写明原因")])
def test_what_is_left_out_is_asked_for_and_nothing_is_ordered(
    office: Office, ask: Ask, missing: str, sentence: str
) -> None:
    answer = ask("/messages/2", "operator", "POST", {key: value for key, value in GOOD.items() if key != missing})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert resent(office, "2018-03") == []


def test_what_has_not_been_tried_needs_no_order(office: Office, ask: Ask) -> None:
    page = ask("/messages/5", "operator").text
    assert "还没有发过，下次发送时送出" in page
    assert "<form" not in page
    answer = ask("/messages/5", "operator", "POST", GOOD)
    assert (answer.status_code, "通知 5 还没有发过" in answer.text) == (409, True)


def test_what_a_server_says_and_what_is_typed_is_no_markup(ask: Ask) -> None:
    for answer in (ask("/messages/2", "operator"), ask("/messages/2", "operator", "POST", {"reason": HOSTILE})):
        assert HOSTILE not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text


def test_another_site_can_have_nothing_sent(office: Office, ask: Ask) -> None:
    assert ask("/messages/2", "operator", "POST", GOOD, sec_fetch_site="cross-site").status_code == 403
    assert resent(office, "2018-03") == []


def test_what_there_is_not_is_no_page(ask: Ask) -> None:
    assert ask("/messages/77", "operator").status_code == 404
    assert "没有编号或标识为“77”的通知" in ask("/messages/77", "operator").text
    assert ask("/messages?period=x", "operator").status_code == 404


def test_in_english(ask: Ask) -> None:
    page = read_page(ask("/messages?period=2018-03&lang=en", "operator").text)
    assert page.row("2")[5:7] == ["needs action", "mail refused 2018-03-26 09:00"]
