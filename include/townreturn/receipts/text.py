"""The receipt (回执): what a reporter in a hurry reads to know what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.submission import Judgement, Submission
from townreturn.foreign_text import one_line
from townreturn.wording import say

RULE_LINE = "─" * 40


@dataclass(frozen=True)
class ReceiptCase:
    """What a receipt is about; ``first_name`` is set when the same bytes came in before.

    ``remarks``: category → a sentence on what stands for it, beyond this file.
    """

    submission: Submission
    judgements: Sequence[Judgement]
    disposition: Verdict
    first_name: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)


def write_receipt(case: ReceiptCase, plan: Plan) -> str:
    """The whole text, for a .txt file."""
    lines = [say("RECEIPT_TITLE", town=plan.town), RULE_LINE, *_heading(case, plan), RULE_LINE]
    if case.first_name:
        lines += [say("RECEIPT_DUPLICATE", first=case.first_name), ""]
    if case.submission.findings:
        lines += [say("RECEIPT_WHOLE_FILE"), *_findings(case.submission.findings), ""]
    for judgement in case.judgements:
        category = plan.category_by_code[judgement.report.category]
        lines += [
            say("RECEIPT_CATEGORY", category=category.heading, verdict=verdict_text(judgement.verdict)),
            *_findings(judgement.findings),
            *_remark(case, judgement),
            "",
        ]
    return "\n".join([*lines, _next_step(case, plan), ""])


def _remark(case: ReceiptCase, judgement: Judgement) -> Iterator[str]:
    if remark := case.remarks.get(judgement.report.category):
        yield say("RECEIPT_REMARK", remark=remark)


def verdict_text(verdict: Verdict) -> str:
    """A verdict as people read it."""
    return say(f"VERDICT_{verdict.value}")


def _heading(case: ReceiptCase, plan: Plan) -> Iterator[str]:
    submission, calendar = case.submission, plan.calendar
    unit = plan.unit_by_code.get(submission.unit or "")
    if unit:
        yield say("RECEIPT_UNIT", unit=unit.name)
    if submission.period:
        yield _period_line(submission.period, plan)
    received = submission.arrival.received_at.astimezone(calendar.zone)
    yield say("RECEIPT_FILE", file=one_line(submission.arrival.file_name), received=f"{received:%Y-%m-%d %H:%M:%S}")
    if submission.period:
        yield say("RECEIPT_DUE", due=f"{calendar.shown_due(submission.period):%Y-%m-%d %H:%M:%S}")
    yield say("RECEIPT_VERDICT", verdict=verdict_text(case.disposition))


def _period_line(period: Period, plan: Plan) -> str:
    named = say("PERIOD_NAMED", year=period.year, month=period.month)
    first, last = plan.calendar.first_day(period), plan.calendar.last_day(period)
    return say("RECEIPT_PERIOD", period=named, first=first.isoformat(), last=last.isoformat())


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Faults numbered, equal ones gathered; notices after them."""
    faults = [one for one in findings if one.severity is not Severity.INFO]
    number = 0
    for _, group in groupby(faults, key=lambda one: one.code):
        equal = list(group)
        shown = equal if len(equal) <= 3 else equal[:1]
        for number, fault in enumerate(shown, start=number + 1):  # noqa: B020 - counting goes on over groups
            yield _numbered(number, fault)
        if len(equal) > len(shown):
            cells = "、".join(one.at.cell for one in equal[1:] if one.at)
            yield say("RECEIPT_SAME_FAULT", count=len(equal) - 1, cells=cells)
    for notice in findings:
        if notice.severity is Severity.INFO:
            yield say("RECEIPT_INFO", at=notice.at or "", message=one_line(notice.message))


def _numbered(number: int, finding: Finding) -> str:
    message = one_line(finding.message)
    if finding.at is None:
        return say("RECEIPT_FINDING_NOWHERE", number=number, message=message)
    return say("RECEIPT_FINDING", number=number, at=finding.at, message=message)


def _next_step(case: ReceiptCase, plan: Plan) -> str:
    if case.disposition is Verdict.QUARANTINED:
        return say("RECEIPT_QUARANTINED_NEXT", coordinator=plan.unit_by_code[plan.coordinating_unit].name)
    if case.disposition is not Verdict.RETURNED:
        return say("RECEIPT_SEE_REMARKS" if case.remarks else "RECEIPT_ACCEPTED_NEXT")
    some_passed = any(one.verdict is not Verdict.RETURNED for one in case.judgements)
    return say("RECEIPT_PARTLY_RETURNED_NEXT" if some_passed else "RECEIPT_RETURNED_NEXT")
