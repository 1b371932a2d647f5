"""Receipt cases built by hand: 镇经科信局's file for February 2018, with findings of every severity."""

from collections.abc import Sequence
from datetime import UTC, datetime

from townreturn.domain.findings import CellRef, Finding, Severity, Verdict, verdict_of
from townreturn.domain.period import Period
from townreturn.domain.submission import Arrival, CategoryReport, Judgement, Submission, disposition_of
from townreturn.receipts.case import ReceiptCase

RECEIVED = datetime(2018, 2, 28, 15, 59, 59, tzinfo=UTC)
STATISTICS = "统计表"


def mandatory(cell: str, code: str = "REQUIRED_BLANK", category: str = "children") -> Finding:
    return Finding(code, Severity.MANDATORY, f"{cell} 没有填。请填。", category, CellRef(STATISTICS, cell))


def question(
    cell: str, indicator: str | None, code: str = "CHANGE_BEYOND_30", explanation: str = "",
    category: str = "children",
) -> Finding:  # fmt: skip
    message = f"{cell} 变化超过30%。如数据无误，请在《审核说明》写明原因；如有误，请改正。"
    at = CellRef(STATISTICS, cell)
    return Finding(code, Severity.VERIFYING, message, category, at, indicator=indicator, explanation=explanation)


def notice(cell: str, sheet: str = STATISTICS, message: str = "已按数字读取，不影响报送。") -> Finding:
    return Finding("TEXT_AS_NUMBER", Severity.INFO, message, "children", CellRef(sheet, cell))


def on_trial(cell: str) -> Finding:
    return Finding("ON_TRIAL", Severity.OBSERVE, "试行规则的提示", "children", CellRef(STATISTICS, cell))


def judged(category: str, *findings: Finding) -> Judgement:
    return Judgement(CategoryReport(category, False, (), ()), findings, verdict_of(findings))


def case_of(
    *judgements: Judgement, name: str = "月报.xlsx", unit: str | None = "jingkexin",
    whole_file: Sequence[Finding] = (), **given: object,
) -> ReceiptCase:  # fmt: skip
    reports = tuple(one.report for one in judgements)
    period = Period("2018-02") if unit else None
    submission = Submission(Arrival(name, "0" * 64, RECEIVED), unit, period, "edition-2018", reports, tuple(whole_file))
    disposition = disposition_of(submission, judgements)
    return ReceiptCase(submission, judgements, Verdict(given.pop("disposition", disposition)), **given)  # type: ignore[arg-type]
