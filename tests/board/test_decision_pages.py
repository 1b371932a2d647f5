"""审批 by the board: recorded first, then answered in Airflow as the same account, and refused where it must be."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_edge import AirflowEdge, question_row, run_row
from asked_board import Ask, asking
from filled_workbook import FilledWorkbook
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.decisions import list_decisions, list_refusals
from townreturn.store.engine import reading
from townreturn.store.returns import newest_compilation

JANUARY = Period("2018-01")
RUN = "scheduled__2018-01__a"
ANSWER_PATH = f"/dags/monthly_return/dagRuns/{RUN}/taskInstances/approve/-1/hitlDetails"


@pytest.fixture
def office(small_office: Office) -> Office:
    """January opened by a run."""
    month.open_period(
        small_office, JANUARY, datetime.fromisoformat("2018-01-26T00:00:00+08:00"), RUN, backfilled=False
    )  # fmt: skip
    return small_office


@pytest.fixture
def now(office: Office, bring_in: Callable[[Office, str], datetime]) -> datetime:
    """Ten minutes after January was taken in and compiled."""
    taken_in = bring_in(office, JANUARY.key)
    month.compile_return(office, JANUARY, taken_in)
    return taken_in + timedelta(minutes=10)


@pytest.fixture
def airflow() -> AirflowEdge:
    return AirflowEdge([run_row(RUN, JANUARY.key)], [question_row(RUN)])


@pytest.fixture
def ask(office: Office, now: datetime, airflow: AirflowEdge) -> Ask:
    return asking(office, now, airflow.open)


def looked_at(ask: Ask) -> str:
    """The compilation that the form names."""
    found = re.search(r'name="compilation" value="(\d+)"', ask("/decision/2018-01", "approver").text)
    assert found
    return found[1]


def give(ask: Ask, answer: str, account: str = "approver", **given: Any) -> Any:
    data = {"compilation": looked_at(ask), "answer": answer, "confirmed": "true", **given}
    return ask("/decision/2018-01", account, "POST", data)


def decided(office: Office) -> list[tuple[str, bool, str, str, tuple[str, ...]]]:
    with reading(office.engine) as tx:
        found = list_decisions(tx, "qingxi", JANUARY.key)
    return [(one.account, one.approved, one.comment, one.run_id, one.sent_back) for one in found]


def test_it_shows_what_approvers_are_asked(ask: Ask) -> None:
    page = ask("/decision/2018-01", "approver").text
    assert "各类产品已报 7/7 类。" in page
    # six categories and e-commerce, three cases each
    assert re.search(r'<td>立案</td><td>宗</td><td class="number">21</td><td class="number">21</td>', page)
    assert "本次审批的内容编号：" in page
    assert page.count('name="sent_back"') == 7


def test_an_approval_is_recorded_under_the_run_and_answered_in_it(
    office: Office, ask: Ask, airflow: AirflowEdge
) -> None:
    answer = give(ask, "Approve", reason=" 同意 ")
    assert answer.status_code == 200
    assert decided(office) == [("approver", True, "同意", RUN, ())]
    assert airflow.told == [
        ("PATCH", ANSWER_PATH, {"chosen_options": ["Approve"], "params_input": {"comment": "同意", "sent_back": []}})
    ]
    assert "已登记批准，可以发布" in answer.text
    assert "已同时答复 Airflow" in answer.text
    assert f"/board/../dags/monthly_return/runs/{RUN}" in answer.text


def test_the_task_that_hears_of_it_records_nothing_more(office: Office, ask: Ask, now: datetime) -> None:
    """What Airflow hands on to the task, recorded again as the task does."""
    compilation = int(looked_at(ask))
    give(ask, "Approve", reason="同意\r\n无意见")
    month.record_decision(
        office, compilation, account="approver", approved=True, comment="同意\r\n无意见", sent_back=(), run_id=RUN,
        now=now + timedelta(seconds=5),
    )  # fmt: skip
    assert len(decided(office)) == 1


def test_where_nothing_is_left_to_decide_one_sentence_says_so(office: Office, ask: Ask, now: datetime) -> None:
    compilation = int(looked_at(ask))
    give(ask, "Approve", reason="同意")
    month.publish(office, compilation, now)
    data = {"compilation": str(compilation), "answer": "Approve", "confirmed": "true"}
    again = ask("/decision/2018-01", "approver", "POST", data)
    assert (again.status_code, again.text.count("没有等待审批的汇总")) == (409, 1)


def test_one_goes_on_to_the_period_in_the_language_asked_for(ask: Ask) -> None:
    data = {"compilation": looked_at(ask), "answer": "Approve", "confirmed": "true"}
    answer = ask("/decision/2018-01?lang=en", "approver", "POST", data)
    assert 'href="/board/?period=2018-01&amp;lang=en"' in answer.text


def test_a_rejection_names_categories_and_a_reason(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    for given, sentence in (
        ({"reason": "请核实"}, "驳回时至少要退回一类数据"),
        ({"sent_back": "building"}, "驳回时要写明原因"),
    ):
        answer = give(ask, "Reject", **given)
        assert (answer.status_code, sentence in answer.text) == (400, True)
    assert decided(office) == []
    assert airflow.told == []
    answer = give(ask, "Reject", sent_back=["building", "tobacco"], reason="请核实")
    assert answer.status_code == 200
    assert "已登记退回：2.建材、3.烟草制品。" in answer.text
    assert decided(office) == [("approver", False, "请核实", RUN, ("building", "tobacco"))]
    [(_, _, told)] = airflow.told
    assert told == {
        "chosen_options": ["Reject"], "params_input": {"comment": "请核实", "sent_back": ["building", "tobacco"]}
    }  # fmt: skip


def test_nothing_is_decided_without_an_answer_and_a_tick(office: Office, ask: Ask) -> None:
    assert "请选择批准或退回" in give(ask, "").text
    assert "请先核对" in give(ask, "Approve", confirmed="false").text
    assert decided(office) == []


def test_who_must_not_be_the_only_one_is_recorded_and_another_is_asked_for(office: Office, now: datetime) -> None:
    """The director's own unit leads two categories: countersigned by the approver."""
    with reading(office.engine) as tx:
        compilation = newest_compilation(tx, "qingxi", JANUARY.key)
    assert compilation is not None
    month.record_decision(
        office, compilation.id, account="director", approved=True, comment="", sent_back=(), run_id=RUN, now=now
    )  # fmt: skip
    airflow = AirflowEdge([run_row(RUN, JANUARY.key)], [question_row(RUN, "countersign")])
    ask = asking(office, now, airflow.open)
    assert "已批准：经科信局局长" in ask("/decision/2018-01", "approver").text
    assert "可以发布" in give(ask, "Approve").text
    assert [one[0] for one in decided(office)] == ["director", "approver"]
    assert airflow.told[0][1].endswith("/taskInstances/countersign/-1/hitlDetails")


def test_an_airflow_that_is_away_keeps_nobody_from_deciding(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    airflow.is_away = True
    answer = give(ask, "Approve")
    assert answer.status_code == 200
    assert "没能同时答复 Airflow（连不上 Airflow）" in answer.text
    assert decided(office) == [("approver", True, "", RUN, ())], "the run that opened the period is taken for it"


def test_an_airflow_that_refuses_is_told_and_the_decision_stays(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    airflow.status = 403
    answer = give(ask, "Approve")
    assert "账号 approver 无权办理“审批”" in answer.text
    assert len(decided(office)) == 1


def test_a_run_on_its_way_to_the_question_will_see_it(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    airflow.questions = []
    assert "不会再问" in give(ask, "Approve").text
    assert decided(office)[0][3] == RUN
    assert airflow.told == []


def test_without_any_run_an_operator_has_to_start_one(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    airflow.questions, airflow.runs = [], []
    assert "请经办人在 Airflow 发起 2018-01 的运行" in give(ask, "Approve").text
    assert decided(office)[0][3] == ""


def test_a_run_that_has_stopped_has_to_go_on_for_no_other_may_work_its_period(
    office: Office, ask: Ask, airflow: AirflowEdge
) -> None:
    airflow.questions, airflow.runs = [], [run_row(RUN, JANUARY.key, "failed")]
    answer = give(ask, "Approve")
    assert "请经办人在 Airflow 里清除（Clear）该运行失败的任务" in answer.text
    assert f"/board/../dags/monthly_return/runs/{RUN}" in answer.text


def test_a_question_about_another_period_is_not_answered(office: Office, ask: Ask, airflow: AirflowEdge) -> None:
    airflow.runs = [run_row("other", "2018-02")]
    airflow.questions = [question_row("other")]
    give(ask, "Approve")
    assert airflow.told == []
    assert len(decided(office)) == 1


def test_figures_that_change_meanwhile_decide_nothing_and_the_run_is_told(
    office: Office, ask: Ask, airflow: AirflowEdge, send: Callable[..., Path], now: datetime
) -> None:
    compilation = int(looked_at(ask))
    send(office, "zhujian", JANUARY.key, one_more_officer, name="again.xlsx")
    month.take_in(office, now)
    page = ask("/decision/2018-01", "approver").text
    assert "汇总之后数据又有变动" in page
    given = {"compilation": compilation, "answer": "Approve", "confirmed": "true"}
    answer = ask("/decision/2018-01", "approver", "POST", given)
    assert answer.status_code == 409
    assert "须重新汇总再审批。本次运行会在下次收文时（最迟十分钟后）自动重新汇总" in answer.text
    assert decided(office) == []
    assert len(airflow.told) == 1, "so that the run compiles anew"
    with pytest.raises(Refused):  # as the task of the run does, told of the answer
        month.record_decision(
            office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id=RUN, now=now
        )
    with reading(office.engine) as tx:
        assert [one.run_id for one in list_refusals(tx, "qingxi", JANUARY.key)] == [RUN]


def one_more_officer(book: FilledWorkbook) -> None:
    book.put("officers_deployed", 77)


def test_an_old_page_decides_nothing_about_what_was_compiled_since(
    office: Office, ask: Ask, airflow: AirflowEdge, send: Callable[..., Path], now: datetime
) -> None:
    compilation = looked_at(ask)
    send(office, "zhujian", JANUARY.key, one_more_officer, name="again.xlsx")
    month.take_in(office, now)
    month.compile_return(office, JANUARY, now)
    answer = ask(
        "/decision/2018-01", "approver", "POST", {"compilation": compilation, "answer": "Approve", "confirmed": "true"}
    )
    assert answer.status_code == 409
    assert "还没有办理：您看过的那份汇总已被新的汇总取代，请看过下面的汇总再审批" in answer.text
    assert f'value="{int(compilation) + 1}"' in answer.text
    given = {"compilation": compilation, "answer": "Approve", "confirmed": "true"}
    in_english = ask("/decision/2018-01?lang=en", "approver", "POST", given).text
    assert "Nothing was done: what you looked at has been compiled anew; look at what is below" in in_english
    assert (decided(office), airflow.told) == ([], [])


def test_what_is_approved_is_not_asked_again(office: Office, ask: Ask) -> None:
    compilation = looked_at(ask)
    give(ask, "Approve")
    assert "等待发布，不需要再审批" in ask("/decision/2018-01", "approver").text
    again = ask(
        "/decision/2018-01", "approver", "POST",
        {"compilation": compilation, "answer": "Reject", "sent_back": "building", "reason": "x", "confirmed": "true"},
    )  # fmt: skip
    assert again.status_code == 409
    assert len(decided(office)) == 1


def test_nothing_compiled_is_said(published: Office) -> None:
    ask = asking(published)
    assert "2018-02 现在没有等待审批的汇总" in ask("/decision/2018-02", "approver").text


@pytest.mark.parametrize("account", ["viewer", "operator"])
def test_only_approvers_of_the_plan_decide(office: Office, ask: Ask, account: str) -> None:
    assert ask("/decision/2018-01", account).status_code == 403
    assert give(ask, "Approve", account).status_code == 403
    assert decided(office) == []


def test_another_site_can_have_nothing_approved(office: Office, ask: Ask) -> None:
    data = {"compilation": looked_at(ask), "answer": "Approve", "confirmed": "true"}
    assert ask("/decision/2018-01", "approver", "POST", data, sec_fetch_site="cross-site").status_code == 403
    assert decided(office) == []


def test_a_comment_is_no_markup(ask: Ask) -> None:
    answer = give(ask, "Reject", reason="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_the_way_is_shown_to_approvers_only(ask: Ask) -> None:
    assert 'href="/board/decision/2018-01"' in ask("/?period=2018-01", "approver").text
    assert "/decision/" not in ask("/?period=2018-01", "operator").text
