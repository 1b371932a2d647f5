"""延期, 免报 and 撤销 by the board: of a category's statistics, and of what is owed under the plan as a whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from asked_board import IN_HAND, MARCH, Ask, asking, begin_march
from issued_plan import with_issued_plan
from page_text import read_page
from townreturn import month
from townreturn.domain.obligation import ObligationKind, Standing
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.trail import read_chain

BUILDING, WORK_PLAN = "/obligations/2018-03/building", "/duties/2018-03/work_plan/yancao"
GOOD = {"decision": "extended", "until": "2018-04-04", "reason": "停电三天", "confirmed": "true"}
EXEMPT = GOOD | {"decision": "exempted"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """March in hand, 烟草 accepted, 建材 returned; work plans were due on the 12th."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")}))
    begin_march(office)
    yield with_issued_plan(office, tmp_path)
    office.engine.dispose()


@pytest.fixture
def ask(office: Office) -> Ask:
    return asking(office)


def standing(office: Office, category: str) -> Standing:
    return next(one for one in month.status_of(office, MARCH, IN_HAND).standings if one.category == category)


def events(office: Office, period: str) -> list[tuple[object, ...]]:
    with reading(office.engine) as tx:
        told = [one.event for one in read_chain(tx, office.plans.in_force(MARCH).code, period)]
    decided = [one for one in told if one.kind in ("extended", "exempted", "restored")]
    return [(one.kind.value, one.details["unit"], one.details["account"], one.details["reason"]) for one in decided]


def test_extended_then_exempted_then_neither(office: Office, ask: Ask) -> None:
    answer = ask(BUILDING, "operator", "POST", GOOD)
    assert answer.status_code == 200
    assert "2018-03 镇住建局（建材）：已退回，报送截止 2018-04-04 23:59" in answer.text
    page = read_page(ask(BUILDING, "operator").text)
    assert "2018-04-04 23:59（已延期，原为 2018-03-31 23:59）" in page.text
    assert page.row("停电三天") == ["2018-03-29 12:00", "延期", "2018-04-04 23:59", "operator", "停电三天"]
    assert ask(BUILDING, "operator", "POST", EXEMPT | {"reason": "本月停业"}).status_code == 200
    assert standing(office, "building").is_exempted
    assert ask(BUILDING, "operator", "POST", GOOD | {"decision": "restored", "reason": "改回"}).status_code == 200
    assert (standing(office, "building").is_exempted, standing(office, "building").due_at) == (False, None)
    assert events(office, "2018-03") == [
        ("extended", "zhujian", "operator", "停电三天"), ("exempted", "zhujian", "operator", "本月停业"),
        ("restored", "zhujian", "operator", "改回"),
    ]  # fmt: skip


def test_a_work_plan_is_let_off_in_the_trail_of_the_plan(office: Office, ask: Ask) -> None:
    answer = ask(WORK_PLAN, "operator", "POST", EXEMPT)
    assert "市烟草专卖局第五分局没有登记邮箱，请另用电话或 OA 告知" in answer.text
    assert events(office, "") == [("exempted", "yancao", "operator", "停电三天")]
    duties = month.duties_of(office, office.plans.in_force(MARCH), IN_HAND)
    [found] = [one for one in duties if (one.kind, one.unit) == (ObligationKind.WORK_PLAN, "yancao")]
    assert found.is_exempted


def test_the_same_posted_twice_is_decided_and_told_once(office: Office, ask: Ask) -> None:
    assert [ask(BUILDING, "operator", "POST", GOOD).status_code for _ in range(2)] == [200, 200]
    assert len(events(office, "2018-03")) == 1
    with reading(office.engine) as tx:
        assert [one.kind for one in list_messages(tx, office.plans.town_code)] == ["adjustment"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"confirmed": ""}, "请先核对"),
        ({"reason": " "}, "请写明原因"),
        ({"decision": None}, "请选择办理事项"),
        ({"until": ""}, "延期要写明延到什么时候"),
        ({"until": "四月四日"}, "“四月四日”不是日期或时间"),
        ({"until": "2018-03-31"}, "只能晚于原定的截止 2018-03-31 23:59"),
    ],
)
def test_what_is_left_out_or_wrong_is_asked_for_and_the_rest_stays(
    office: Office, ask: Ask, changed: dict[str, str | None], sentence: str
) -> None:
    given = {key: value for key, value in (GOOD | changed).items() if value}
    answer = ask(BUILDING, "operator", "POST", given)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert ("停电三天" in answer.text) is ("reason" not in changed)
    assert events(office, "2018-03") == []


def test_what_cannot_be_done_is_not_offered_and_refused(office: Office, ask: Ask) -> None:
    assert "decision" not in ask("/obligations/2018-03/tobacco", "operator").text, "it came in time"
    for wish, sentence in ((GOOD, "已报送通过，不用延期或免报"), (EXEMPT, "已报送通过")):
        answer = ask("/obligations/2018-03/tobacco", "operator", "POST", wish)
        assert (answer.status_code, sentence in answer.text) == (409, True)
    assert 'value="restored"' not in ask(BUILDING, "operator").text
    answer = ask(BUILDING, "operator", "POST", GOOD | {"decision": "restored"})
    assert (answer.status_code, "没有延期或免报可以撤销" in answer.text) == (409, True)
    assert events(office, "2018-03") == []


def test_three_working_days_more_are_suggested(ask: Ask) -> None:
    """Due on Saturday 31 March; Monday to Wednesday follow. The work plans' day has gone by: from today on."""
    assert ask("/api/periods/2018-03/obligations/building", "operator").json()["suggested_until"] == "2018-04-04"
    told = ask("/api/periods/2018-03/duties/work_plan/yancao", "operator").json()
    assert (told["due"][:10], told["suggested_until"]) == ("2018-03-12", "2018-04-03")


def test_a_typed_text_is_no_markup(ask: Ask) -> None:
    hostile = '"></textarea><script>alert(1)</script>'
    answer = ask(BUILDING, "operator", "POST", {"reason": hostile, "until": hostile[:40]})
    assert "<script>alert" not in answer.text
    ask(BUILDING, "operator", "POST", EXEMPT | {"reason": hostile})
    for page in (BUILDING, "/"):
        assert "<script>alert" not in ask(page, "operator").text
        assert "&lt;script&gt;alert(1)" in ask(page, "operator").text


@pytest.mark.parametrize(
    "path", ["/obligations/2018-03/no-such", "/duties/2018-03/work_plan/no-such", "/duties/2018-03/statistics/yancao"]
)
def test_what_nobody_owes_is_no_page(ask: Ask, path: str) -> None:
    assert ask(path, "operator").status_code == 404


def test_only_an_operator_is_shown_the_way(ask: Ask) -> None:
    for path in (BUILDING, WORK_PLAN):
        assert path in ask("/", "operator").text
        assert path not in ask("/", "viewer").text
    assert "/obligations/2018-03/tobacco" not in ask("/", "operator").text, "there is nothing to decide"


def test_in_english(ask: Ask) -> None:
    page = read_page(ask(f"{BUILDING}?lang=en", "operator").text)
    assert "extend" in page.texts
    assert "What comes before the new deadline is on time." in page.text


@pytest.mark.parametrize(
    "until", ["0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "9999-12-31", "明天"]
)
def test_a_day_that_is_none_is_refused_in_a_sentence(office: Office, ask: Ask, until: str) -> None:
    answer = ask(BUILDING, "operator", "POST", GOOD | {"until": until})
    assert answer.status_code == 400
    assert "不是日期或时间" in answer.text
    assert standing(office, "building").due_at is None
