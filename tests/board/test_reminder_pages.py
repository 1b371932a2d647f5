"""催报 by the board: who is out, who is reminded, in whose name; once a day."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from asked_board import IN_HAND, MARCH, Ask, asking, begin_march
from issued_plan import with_issued_plan
from page_text import read_page
from stored_reports import empty_the_inbox, store_all
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.hand_reminders import list_hand_reminders

PAGE = "/reminder/2018-03"
GOOD = {"units": ["zhujian", "jingkexin"], "words": "明天开会要用", "reason": "电话没有人接", "confirmed": "true"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """March in hand: 烟草 accepted, 建材 returned, the others out; 镇住建局 has an address."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")}))
    begin_march(office)
    yield with_issued_plan(office, tmp_path)
    office.engine.dispose()


@pytest.fixture
def ask(office: Office) -> Ask:
    return asking(office)


def reminded(office: Office) -> list[tuple[str, str, str, str]]:
    with reading(office.engine) as tx:
        found = list_hand_reminders(tx, office.plans.town_code, MARCH.key)
    return [(one.message.unit, one.account, one.reason, one.words) for one in found]


def ticked(ask: Ask) -> list[str]:
    """The units that the form has ticked, in its order."""
    parts = ask(PAGE, "operator").text.split('name="units" value="')[1:]
    return [part.split('"')[0] for part in parts if " checked>" in part.split("</label>")[0]]


def test_those_that_are_out_are_listed_and_ticked(ask: Ask) -> None:
    page = read_page(ask(PAGE, "operator").text)
    assert page.row("镇住建局") == ["镇住建局", "2.建材 已退回 截止 2018-03-31 23:59", "", "已登记"]
    assert page.row("镇经科信局")[1:] == [
        "5.儿童用品 待报 截止 2018-03-31 23:59 6.家用电器（含小家电） 待报 截止 2018-03-31 23:59", "",
        "没有登记，请另用电话或 OA 告知",
    ]  # fmt: skip
    assert "市烟草专卖局第五分局" not in page.text, "it has delivered"
    assert ticked(ask) == ["shiyaojian", "zhujian", "nonglinshui", "jingkexin", "gongshang"]


def test_those_ticked_are_reminded_under_the_account_that_asks(office: Office, ask: Ask) -> None:
    answer = ask(PAGE, "operator", "POST", GOOD)
    assert answer.status_code == 200
    for sentence in (
        "2018-03 催报 2 个单位：镇住建局、镇经科信局", "没有登记邮箱，请用电话或 OA 通知：镇经科信局", "每十分钟一次",
    ):  # fmt: skip
        assert sentence in answer.text
    assert reminded(office) == [
        (unit, "operator", "电话没有人接", "明天开会要用") for unit in ("zhujian", "jingkexin")
    ]  # fmt: skip
    page = read_page(ask(PAGE, "operator").text)
    assert page.row("镇住建局")[2] == "2018-03-29 12:00 今天已经催报，明天可再催"
    assert ticked(ask) == ["shiyaojian", "nonglinshui", "gongshang"]


def test_a_double_click_reminds_once_and_says_when(office: Office, ask: Ask) -> None:
    answers = [ask(PAGE, "operator", "POST", GOOD) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 409]
    assert "今天已经催报过：镇住建局（12:00）、镇经科信局（12:00）" in answers[1].text
    assert len(reminded(office)) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"confirmed": None}, "请先核对"),
        ({"reason": None}, "请写明原因"),
        ({"units": None}, "请至少勾选一个单位"),
        ({"words": "催" * 501}, "附言不能超过 500 字"),
        ({"units": ["nobody"]}, "没有代码为“nobody”的单位"),
    ],
)
def test_what_is_left_out_or_wrong_is_asked_for_and_the_rest_stays(
    office: Office, ask: Ask, changed: dict[str, object], sentence: str
) -> None:
    given = {key: value for key, value in (GOOD | changed).items() if value}
    answer = ask(PAGE, "operator", "POST", given)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert str(given.get("reason", "明天开会要用")) in answer.text
    assert reminded(office) == []


def test_whoever_has_delivered_is_not_reminded(office: Office, ask: Ask) -> None:
    answer = ask(PAGE, "operator", "POST", GOOD | {"units": ["yancao", "zhujian"]})
    assert (answer.status_code, "不用催报：市烟草专卖局第五分局" in answer.text) == (409, True)
    assert reminded(office) == []


def test_an_inbox_not_read_lately_is_told(office: Office, ask: Ask) -> None:
    """begin_march read it an hour ago."""
    assert "最近半小时没有收完收件箱（上次收文 2018-03-29 11:00）" in ask(PAGE, "operator").text
    empty_the_inbox(office, IN_HAND - timedelta(minutes=29))
    assert "收件箱刚刚收过（2018-03-29 11:31）" in ask(PAGE, "operator").text


def test_where_there_is_nobody_to_remind_there_is_no_form_and_no_way_to_it(office: Office, ask: Ask) -> None:
    assert PAGE in ask("/", "operator").text
    store_all(office, MARCH.key, without=("tobacco",))
    assert "没有要催的" in ask(PAGE, "operator").text
    assert PAGE not in ask("/", "operator").text
    page = ask("/reminder/2018-02", "operator").text
    assert "还没有开期" in page
    assert "<form" not in page
    assert ask("/reminder/2018-02", "operator", "POST", GOOD).status_code == 409


def test_typed_texts_are_no_markup(ask: Ask) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    answer = ask(PAGE, "operator", "POST", {"reason": hostile, "words": hostile, "units": [hostile]})
    assert "<script>alert" not in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)") == 2


def test_another_site_can_have_nobody_reminded(office: Office, ask: Ask) -> None:
    assert ask(PAGE, "operator", "POST", GOOD, sec_fetch_site="cross-site").status_code == 403
    assert reminded(office) == []


def test_only_an_operator_is_shown_the_way(ask: Ask) -> None:
    assert PAGE in ask("/", "operator").text
    assert PAGE not in ask("/", "viewer").text
