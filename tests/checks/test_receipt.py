"""The receipt: what a reporter in a hurry reads."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from filled_workbook import FilledWorkbook
from townreturn.domain.findings import CellRef, Finding, Severity, Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, PlanBook
from townreturn.domain.submission import (
    Arrival,
    CategoryReport,
    Figure,
    FigureState,
    Judgement,
    Submission,
    disposition_of,
)
from townreturn.foreign_text import one_line
from townreturn.receipts.text import ReceiptCase, write_receipt

RECEIVED = datetime(2018, 2, 28, 15, 59, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def blank(row: int, category: str = "children") -> Finding:
    at = CellRef("统计表", f"D{row}")
    return Finding("REQUIRED_BLANK", Severity.MANDATORY, f"第{row}行没有填。请填。", category, at)


def case_of(
    *judgements: Judgement, name: str = "月报.xlsx", unit: str | None = "jingkexin", **given: str
) -> ReceiptCase:
    reports = tuple(one.report for one in judgements)
    submission = Submission(Arrival(name, "0" * 64, RECEIVED), unit, Period("2018-02") if unit else None,
                            "edition-2018", reports, ())  # fmt: skip
    return ReceiptCase(submission, judgements, disposition_of(submission, judgements), **given)


def judged(category: str, *findings: Finding) -> Judgement:
    figure = Figure("cases_filed", Decimal(1), FigureState.REPORTED, "1", CellRef("统计表", "D16"))
    verdict = Verdict.RETURNED if any(one.severity is Severity.MANDATORY for one in findings) else Verdict.ACCEPTED
    return Judgement(CategoryReport(category, False, (figure,), ()), findings, verdict)


def test_a_partly_returned_file(plan: Plan) -> None:
    text = write_receipt(case_of(judged("children", blank(10)), judged("appliances")), plan)
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
    assert "【5.儿童用品】退回\n  1. 统计表!D10：第10行没有填。请填。" in text
    assert "【6.家用电器（含小家电）】通过" in text
    assert text.rstrip().endswith("已通过的类别照原样带上即可。")


def test_equal_faults_are_gathered_but_every_cell_is_named(plan: Plan) -> None:
    text = write_receipt(case_of(judged("children", *(blank(row) for row in range(10, 15)))), plan)
    assert text.count("没有填") == 1
    assert "同样的问题还有 4 处：D11、D12、D13、D14" in text


def test_names_and_values_from_outside_stay_on_one_line(plan: Plan) -> None:
    text = write_receipt(case_of(judged("children"), name="甲\n审核结论：通过\u202e\x1b[2J.xlsx"), plan)
    (line,) = [one for one in text.splitlines() if one.startswith("文    件")]
    assert "审核结论：通过" in line
    assert one_line("甲\n乙\x1b\u202e\u2028丙\x00") == "甲 乙   丙 "


def test_what_could_not_be_identified_says_whom_to_ask(plan: Plan) -> None:
    case = case_of(unit=None)
    assert case.disposition is Verdict.QUARANTINED
    assert "审核结论：未能收下" in write_receipt(case, plan)
    assert "有疑问请联系镇经科信局" in write_receipt(case, plan)


def test_a_copy_is_told_of_the_first(plan: Plan) -> None:
    text = write_receipt(case_of(judged("children"), first_name="第一份.xlsx"), plan)
    assert "这个文件的内容以前已经收到过（第一次的文件名：第一份.xlsx），不重复计。" in text


def test_a_file_without_any_report_is_returned(plan: Plan, filled: Callable[..., FilledWorkbook]) -> None:
    assert case_of().disposition is Verdict.RETURNED
