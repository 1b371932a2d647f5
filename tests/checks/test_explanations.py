"""Explanations: which row answers which question, and what says nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from judged_reports import MARCH, RULES, explained, judged, submission
from judged_reports import past as past_of
from stored_reports import make_report
from townreturn.checks.explanations import says_nothing
from townreturn.checks.judging import judge
from townreturn.domain.findings import CellRef, Finding, Severity, Verdict
from townreturn.domain.history import History
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, Judgement, TextEntry
from townreturn.intake.interpret import interpret
from townreturn.spreadsheets.workbook import FileKind, RawSheet, RawWorkbook

INBOX = Path(__file__).parents[1] / "golden" / "inbox"
REASON = "春节前开展专项行动，检查力度加大"
FIGURES = {"premises_inspected": 310, "officers_deployed": 100}


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


@pytest.fixture(scope="module")
def past(plan: Plan) -> History:
    known = {"premises_inspected": 198, "officers_deployed": 100}
    return past_of(plan, "tobacco", {1: known}, only=list(known))


def answered(plan: Plan, past: History, *rows: TextEntry) -> Judgement:
    """A report that is asked one question, 检查经营主体 beyond 30 %, with rows of explanations."""
    return judged(plan, make_report(plan, "tobacco", FIGURES, entries=rows), past)


def test_without_a_row_the_question_stands_and_returns(plan: Plan, past: History) -> None:
    judgement = answered(plan, past)
    assert [(one.code, one.is_open) for one in judgement.findings] == [("CHANGE_BEYOND_30", True)]
    assert judgement.verdict is Verdict.RETURNED


@pytest.mark.parametrize(
    ("indicator", "finding"),
    [
        ("检查经营主体", "比上期变化超过30%"),  # as the receipt fills it in
        ("检查经营主体", ""),
        (" 检查 经营主体　", "比上期变化超过３０％"),  # by hand: spaces, full-width
        ("“检查经营主体”：", "《比上期变化超过30%》"),
    ],
)
def test_a_row_that_answers(plan: Plan, past: History, indicator: str, finding: str) -> None:
    judgement = answered(plan, past, explained(4, indicator, f" {REASON} ", finding))
    [found] = judgement.findings
    assert (found.code, found.explanation, found.is_open) == ("CHANGE_BEYOND_30", REASON, False)
    assert found.message == "“检查经营主体”本期 310 家次，上期 198 家次，增加 56.6%，超过 30%。", "asked no more"
    assert judgement.verdict is Verdict.EXPLAINED


@pytest.mark.parametrize(
    "row",
    [
        explained(4, "出动执法人员", REASON),
        explained(4, "", REASON),
        explained(4, "", REASON, "比上期变化超过30%"),
    ],
)
def test_a_row_that_matches_nothing_is_told_while_a_question_stands(plan: Plan, past: History, row: TextEntry) -> None:
    [question, told] = answered(plan, past, row).findings
    assert (question.code, question.is_open) == ("CHANGE_BEYOND_30", True)
    assert (told.code, told.severity, told.at) == ("EXPLANATION_UNMATCHED", Severity.INFO, CellRef("审核说明", "A4"))
    assert told.message == ("《审核说明》第4行没有对应到要核实的数，没有采用；类别、指标、核实事项请照回执写。")
    answering = explained(5, "检查经营主体", REASON)
    assert [one.code for one in answered(plan, past, row, answering).findings] == ["CHANGE_BEYOND_30"]


@pytest.mark.parametrize("asked", ["明显偏离以往水平", "上期变化", "增加56.6%"])
def test_the_only_question_about_a_figure_is_answered_whatever_it_is_called(
    plan: Plan, past: History, asked: str
) -> None:
    loose, named = explained(4, "检查经营主体", REASON, asked), explained(5, "检查经营主体", "新增两名协管员")
    [found] = answered(plan, past, loose).findings
    assert found.explanation == REASON
    [found] = answered(plan, past, loose, named).findings
    assert found.explanation == "新增两名协管员", "the row that names it comes first"


def test_a_reason_has_five_hundred_signs_at_most(plan: Plan, past: History) -> None:
    reason = (REASON * 40)[:500]
    [found] = answered(plan, past, explained(4, "检查经营主体", reason)).findings
    assert found.explanation == reason
    judgement = answered(plan, past, explained(4, "检查经营主体", reason + "多"))
    [question, fault] = judgement.findings
    assert (question.is_open, fault.code, fault.severity) == (True, "EXPLANATION_TOO_LONG", Severity.MANDATORY)
    assert (fault.value, judgement.verdict) == (reason, Verdict.RETURNED)
    assert fault.message == "对“检查经营主体”的说明有 501 个字，最多 500 个字。请只写主要原因，缩短后再报。"


def test_intake_tells_where_each_field_stands(plans: PlanBook) -> None:
    workbook = load_workbook(INBOX / "2018-02-yancao.xlsx")
    pages = tuple(RawSheet(page.title, tuple(page.values)) for page in workbook)  # type: ignore[arg-type]
    arrival = Arrival("a.xlsx", "0" * 64, datetime(2018, 2, 28, tzinfo=UTC))
    [report] = interpret(RawWorkbook(pages, FileKind.XLSX), arrival, plans).reports
    rows = [one for one in report.entries if one.section == "explanations"]
    assert rows
    for row in rows:
        assert set(row.cells) == set(row.values)
        assert row.cell_of("reason") == CellRef("审核说明", row.at.cell.replace("A", "D"))
        assert row.cell_of("nosuch") == row.at


def test_a_fault_of_a_reason_stands_at_its_cell(plan: Plan, past: History) -> None:
    at = CellRef("审核说明", "D4")
    row = replace(explained(4, "检查经营主体", "无"), cells={"reason": at})
    assert [one.at for one in answered(plan, past, row).findings][1:] == [at]


@pytest.mark.parametrize(
    "row",
    [
        explained(4, "检查经营主体", ""),  # as the receipt left it: no answer, and no fault
        explained(4, "检查经营主体", "   ", "比上期变化超过30%"),
        TextEntry("problems", {"indicator": "检查经营主体", "reason": REASON}, CellRef("问题和建议", "A4")),
    ],
)
def test_a_row_that_does_not_answer_is_a_remark_and_no_fault(plan: Plan, past: History, row: TextEntry) -> None:
    judgement = answered(plan, past, row)
    assert [(one.code, one.is_open) for one in judgement.findings] == [("CHANGE_BEYOND_30", True)]
    assert row in judgement.report.entries


def test_a_row_says_nothing(plan: Plan, past: History) -> None:
    judgement = answered(plan, past, explained(4, "检查经营主体", "情况属实。"))
    question, fault = judgement.findings
    assert question.is_open
    assert (fault.code, fault.severity, fault.at, fault.indicator) == (
        "EXPLANATION_TOO_SHORT", Severity.MANDATORY, CellRef("审核说明", "A4"), "premises_inspected"
    )  # fmt: skip
    assert fault.message == (
        "对“检查经营主体”的说明“情况属实。”没有说出原因。"
        "请写明具体原因，例如“元旦期间开展专项行动，检查增多”，至少六个字。"
    )
    assert judgement.verdict is Verdict.RETURNED


def test_of_several_rows_one_that_says_something_is_enough(plan: Plan, past: History) -> None:
    rows = (explained(4, "检查经营主体", "无"), explained(5, "检查经营主体", REASON))
    [found] = answered(plan, past, *rows).findings
    assert found.explanation == REASON


def test_one_row_answers_two_questions_about_its_figure_unless_it_names_one(plan: Plan) -> None:
    history = past_of(plan, "tobacco", {1: {"cases_filed": 10}}, only=["cases_filed"])
    figures = {"cases_filed": 40, "cases_closed": 40, "cases_investigated": 39}

    def still_open(row: TextEntry) -> list[str]:
        judgement = judged(plan, make_report(plan, "tobacco", figures, entries=(row,)), history)
        return [one.code for one in judgement.findings if one.is_open]

    assert still_open(explained(4, "立案", REASON)) == []
    assert still_open(explained(4, "立案", REASON, "立案多于查处案件")) == ["CHANGE_BEYOND_30"]


def test_a_question_about_the_whole_category_has_no_figure(plan: Plan) -> None:
    figures = {"enforcement_actions": 3}
    history = past_of(plan, "tobacco", {1: figures})

    def found(*rows: TextEntry) -> list[Finding]:
        return list(judged(plan, make_report(plan, "tobacco", figures, entries=rows), history).findings)

    [finding] = found(explained(4, "", "两个月都只有三次例行检查", "各项数据与上期完全相同"))
    assert finding.explanation == "两个月都只有三次例行检查"
    unmatched = found(explained(4, "开展执法行动", REASON))
    assert [(one.code, one.is_open) for one in unmatched] == [("SAME_AS_LAST", True), ("EXPLANATION_UNMATCHED", False)]


def test_a_mandatory_fault_cannot_be_explained_away(plan: Plan) -> None:
    report = make_report(plan, "tobacco", {"media_reports": -1}, entries=(explained(4, "媒体报道", REASON),))
    judgement = judged(plan, report)
    assert [(one.code, one.explanation) for one in judgement.findings] == [("COUNT_NEGATIVE", "")]
    assert judgement.verdict is Verdict.RETURNED


def test_an_explanation_is_storable(plan: Plan, past: History) -> None:
    [found] = answered(plan, past, explained(4, "检查经营主体", REASON + "\x00\ud800")).findings
    assert found.explanation == REASON + "\ufffd?"


@pytest.mark.parametrize(
    "reason",
    [
        "无", "正常", "属实", "情况属实", "数据无误", "已核实", "同上", "没有", "-", "……", "123456789", "。。。。。。",
        "经核实，数据无误", "情况属实，数据准确无误。", "检查经营主体", "检查经营主体情况属实", "比上期变化超过30%",
        "检查增多", "春节检查多", "哈哈哈哈哈哈哈", "无无无无无无", "本期数据正常，如实填报",
        "详见附件材料说明即可", "情况见附件，详见材料",
    ],
)  # fmt: skip
def test_what_says_nothing(reason: str) -> None:
    assert says_nothing(reason, "检查经营主体", "比上期变化超过30%")


@pytest.mark.parametrize(
    "reason",
    [
        "春节检查增多", "元旦期间开展专项行动", "经核实数据无误，因春节前集中整治", "无证经营专项检查",
        "新增两名协管员", "检查经营主体因春节增加", "Spring Festival campaign", "3月15日开展消费者权益日检查",
    ],
)  # fmt: skip
def test_what_says_something(reason: str) -> None:
    assert not says_nothing(reason, "检查经营主体", "比上期变化超过30%")


def test_a_file_wide_fault_returns_what_is_explained_too(plan: Plan, past: History) -> None:
    report = make_report(plan, "tobacco", FIGURES, entries=(explained(4, "检查经营主体", REASON),))
    fault = Finding("EDITION_UNKNOWN", Severity.MANDATORY, "报表版本不对")
    sent = replace(submission(plan, report), findings=(fault,))
    [[judgement]] = judge([sent], [past], plan.form, MARCH, RULES / plan.form.edition)
    assert judgement.verdict is Verdict.RETURNED
