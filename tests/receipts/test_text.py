"""The receipt as a text: what a reporter in a hurry reads."""

import pytest

from receipt_cases import case_of, judged, mandatory, notice, on_trial, question
from townreturn.domain.findings import Verdict
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.receipts.text import write_text


def test_a_partly_returned_file(plan: Plan) -> None:
    text = write_text(case_of(judged("children", mandatory("D10")), judged("appliances")), plan)
    assert text.splitlines()[:8] == [
        "清溪镇打假统计月报  报送回执",
        "─" * 40,
        "报送单位：镇经科信局",
        "报 告 期：2018年2月（2018-01-26至2018-02-25）",
        "文    件：月报.xlsx（收到时间 2018-02-28 23:59:59）",
        "报送截止：2018-02-28 23:59:59",
        "审核结论：退回",
        "─" * 40,
    ]
    assert "【5.儿童用品】退回\n  1. 统计表!D10：D10 没有填。请填。" in text
    assert "【6.家用电器（含小家电）】通过" in text
    assert text.rstrip().endswith("已通过的类别照原样带上即可。")


def test_equal_faults_are_gathered_but_every_cell_is_named(plan: Plan) -> None:
    faults = [mandatory(f"D{row}") for row in range(10, 15)]
    text = write_text(case_of(judged("children", *faults, question("D20", "goods_value"))), plan)
    assert text.count("没有填") == 1
    assert "同样的问题还有 4 处（第2至5条）：D11、D12、D13、D14" in text
    assert "  6. 【请核实】统计表!D20：" in text, "numbers run on, as in the marked copy"


def test_questions_are_never_gathered_because_each_wants_its_own_answer(plan: Plan) -> None:
    text = write_text(case_of(judged("children", *(question(f"D{row}", "goods_value") for row in range(10, 15)))), plan)
    assert text.count("【请核实】统计表!D1") == 5
    assert "标“请核实”的数，如有误请改正；如无误，请在《审核说明》对应的一行写一句原因" in text


def test_an_explained_file_is_accepted_and_shows_the_explanation(plan: Plan) -> None:
    explained = question("D8", "enforcement_actions", explanation="元旦期间\n开展专项行动")
    case = case_of(judged("children", explained), marked_copy="回执.xlsx")
    text = write_text(case, plan)
    assert case.disposition is Verdict.EXPLAINED
    assert "审核结论：通过（有说明）" in text
    assert "【已说明】统计表!D8：" in text
    assert "     贵单位说明：元旦期间 开展专项行动\n" in text
    assert "无需再做任何事" in text
    assert "回执.xlsx" not in text, "nothing is left to correct in a copy"


def test_rules_on_trial_are_not_shown(plan: Plan) -> None:
    text = write_text(case_of(judged("children", on_trial("D8")), whole_file=[on_trial("D9")]), plan)
    assert "试行" not in text
    assert "整个文件" not in text
    assert "审核结论：通过\n" in text


def test_the_marked_copy_is_named_once_when_there_is_something_to_do(plan: Plan) -> None:
    text = write_text(case_of(judged("children", mandatory("D10")), marked_copy="回执_镇经科信局.xlsx"), plan)
    assert text.count("“回执_镇经科信局.xlsx”") == 1


def test_names_and_values_from_outside_stay_on_one_line(plan: Plan) -> None:
    text = write_text(case_of(judged("children"), name="甲\n审核结论：通过\u202e\x1b[2J.xlsx"), plan)
    (line,) = [one for one in text.splitlines() if one.startswith("文    件")]
    assert "审核结论：通过" in line
    assert one_line("甲\n乙\x1b\u202e\u2028丙\x00") == "甲 乙   丙 "


def test_what_could_not_be_identified_says_whom_to_ask(plan: Plan) -> None:
    case = case_of(unit=None)
    assert case.disposition is Verdict.QUARANTINED
    assert "审核结论：未能收下" in write_text(case, plan)
    assert "有疑问请联系镇经科信局" in write_text(case, plan)


def test_a_copy_is_told_of_the_first(plan: Plan) -> None:
    text = write_text(case_of(judged("children"), first_name="第一份.xlsx"), plan)
    assert "这个文件的内容以前已经收到过（第一次的文件名：第一份.xlsx），不重复计。" in text


def test_a_file_without_any_report_is_returned() -> None:
    assert case_of().disposition is Verdict.RETURNED


@pytest.mark.parametrize("remark", ["本次报送没有采用，仍以第1次报送的数据为准。"])
def test_a_remark_stands_below_its_category(plan: Plan, remark: str) -> None:
    text = write_text(case_of(judged("children", notice("D9")), remarks={"children": remark}), plan)
    assert f"  提示 统计表!D9：已按数字读取，不影响报送。\n  说明：{remark}\n" in text
    assert "请看各类的说明" in text
