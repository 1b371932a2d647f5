"""The approver's summary: what was asked and explained, and that no text of a unit becomes markup."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from townreturn.compiling.summary import MOST_CHANGES, MOST_NOTES, summarise_return, without_markup
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import FigureChange, Measure, ReturnNote, TownReturn


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def town_return(notes: tuple[ReturnNote, ...] = ()) -> TownReturn:
    return TownReturn("清溪镇", "qingxi", "2018-01", "qingxi-2018", "edition-2018", 0, (), (), (), (), notes)


def note(explanation: str = "元旦春节期间开展专项行动", question: str = "“立案”增加 200.0%。") -> ReturnNote:
    return ReturnNote("building", "cases_filed", "OUTLIER", question, explanation, "zhujian")


def test_findings_are_counted_by_severity(plan: Plan) -> None:
    findings = [
        *[Finding("A", Severity.MANDATORY, "甲")] * 3,
        Finding("B", Severity.VERIFYING, "乙"),
        *[Finding("B", Severity.VERIFYING, "乙", explanation="因为")] * 2,
        *[Finding("C", Severity.INFO, "丙")] * 4,
    ]
    text = summarise_return(town_return(), plan, findings, "0123456789abcdef")
    assert "强制性 3 条，核实性 3 条（其中有说明的 2 条），提示 4 条" in text
    assert "试行规则" not in text
    assert text.endswith("本次审批的内容编号：0123456789ab")


def test_rules_on_trial_are_told_to_the_office(plan: Plan) -> None:
    findings = [Finding("D", Severity.OBSERVE, "丁")] * 5
    text = summarise_return(town_return(), plan, findings, "")
    assert "试行规则提示 5 条" in text
    assert "强制性 0 条，核实性 0 条（其中有说明的 0 条），提示 0 条" in text


def test_each_explanation_stands_with_its_question(plan: Plan) -> None:
    text = summarise_return(town_return((note(),)), plan, [], "")
    assert "核实性审核中有 1 条由填报单位作了说明" in text
    assert "- 2.建材：“立案”增加 200.0%。镇住建局说明：元旦春节期间开展专项行动" in text.splitlines()


def test_who_is_let_off_is_named_with_the_reason_and_not_called_missing(plan: Plan) -> None:
    standings = (
        Standing("food_drug", "shiyaojian", ObligationState.ACCEPTED, Timeliness.ON_TIME),
        Standing("building", "zhujian", ObligationState.EXEMPTED, Timeliness.EXEMPTED, note="职能[划转](http://a.b)"),
        Standing("tobacco", "yancao", ObligationState.MISSING, Timeliness.NOT_RECEIVED),
    )
    lines = summarise_return(replace(town_return(), standings=standings), plan, [], "").splitlines()
    assert "各类产品已报 1/2 类。" in lines
    assert "- 免报：镇住建局（2.建材）：职能［划转］（http：//a.b）" in lines
    assert [line for line in lines if line.startswith("- 未报")] == ["- 未报：市烟草专卖局第五分局（3.烟草制品）"]


def test_a_long_list_is_cut_and_says_so(plan: Plan) -> None:
    assert "另有" not in summarise_return(town_return((note(),) * MOST_NOTES), plan, [], "")
    text = summarise_return(town_return((note(),) * (MOST_NOTES + 3)), plan, [], "")
    assert text.count("元旦春节期间开展专项行动") == MOST_NOTES
    assert "- 另有 3 条，列在发布的月报《数据说明》中。" in text


def test_a_long_explanation_is_cut(plan: Plan) -> None:
    line = next(
        line for line in summarise_return(town_return((note("长" * 5000),)), plan, [], "").splitlines() if "长" in line
    )
    assert line.endswith("长…")
    assert len(line) < 200


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("<img src=x onerror=alert(1)>", "＜img src＝x onerror＝alert（1）＞"),
        ("[批准](https://evil.example)", "［批准］（https：//evil.example）"),
        ("见 https://evil.example 和 WWW.evil.example", "见 https：//evil.example 和 WWW．evil.example"),
        ("a@b.example", "a＠b.example"),
        ("**粗** _斜_ `码` ~~删~~", "＊＊粗＊＊ ＿斜＿ ｀码｀ ～～删～～"),
        ("第一行\n\n# 标题\r\n| 表 |", "第一行  ＃ 标题  ｜ 表 ｜"),
        ("&lt;b&gt; &#60;", "＆lt;b＆gt; ＆＃60;"),
        ("\\*", "＼＊"),
        ("{{ ti.xcom_pull() }}", "｛｛ ti.xcom＿pull（） ｝｝"),
        ("左\u202e右\x00\x1b", "左 右"),
        ("罚没款3.5万元，比上期+20%", "罚没款3.5万元，比上期+20%"),
    ],
)
def test_texts_of_units_stay_texts(plan: Plan, hostile: str, shown: str) -> None:
    assert without_markup(hostile) == shown
    text = summarise_return(town_return((note(hostile, hostile),)), plan, [], "")
    assert text.count(shown) == 2
    ours = summarise_return(town_return((note("说明", "问题"),)), plan, [], "")
    assert len(text.splitlines()) == len(ours.splitlines())
    assert re.sub(r"[^*|<>`\[\]]", "", text) == re.sub(r"[^*|<>`\[\]]", "", ours)


def correction(count: int, reason: str = "漏报一宗", *, issue: int = 1) -> TownReturn:
    codes = ("cases_filed", "cases_closed")
    changes = tuple(
        FigureChange("2018-01", "building", codes[number % 2], Measure.CURRENT, Decimal(number), Decimal(99), reason)
        for number in range(count)
    )
    later = FigureChange("2018-02", "building", "cases_filed", Measure.YTD, Decimal(3), Decimal(4), reason)
    return TownReturn(
        "清溪镇", "qingxi", "2018-01", "qingxi-2018", "edition-2018", issue, (), (), (), (), (), (*changes, later)
    )


def test_a_correction_leads_with_its_number_and_its_changes(plan: Plan) -> None:
    lines = summarise_return(correction(2), plan, [], "").splitlines()
    assert lines[0] == "**清溪镇打假统计月报（2018年1月）第1次更正待审批**"
    assert "本期改动 2 处：" in lines
    assert "| 2018-01 | 建材 | 立案 | 本期 | 0 | 99 | +99 | 漏报一宗 |  |" in lines
    assert "随之变动的以后各期：2018-02 1 处（建材）。" in lines


def test_a_long_correction_is_cut_and_says_so(plan: Plan) -> None:
    text = summarise_return(correction(MOST_CHANGES + 4), plan, [], "")
    assert text.count("| 2018-01 |") == MOST_CHANGES
    assert "另有 4 处，发布的更正中逐项列明。" in text
    assert "另有" not in summarise_return(correction(MOST_CHANGES), plan, [], "")


def test_a_reason_becomes_no_markup(plan: Plan) -> None:
    text = summarise_return(correction(1, "见 [此处](http://a.b) | <b>"), plan, [], "")
    row = next(line for line in text.splitlines() if "立案" in line)
    assert row.count("|") == 10
    assert "<" not in row
    assert "[" not in row


def test_an_original_names_the_corrections_that_it_contains(plan: Plan) -> None:
    text = summarise_return(correction(1, issue=0), plan, [], "")
    assert "上期月报发布以来公布的更正，已计入本年累计：" in text
    assert "| 2018-02 | 建材 | 立案 | 本年累计 | 3 | 4 | +1 |" in text
