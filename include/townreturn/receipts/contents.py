"""What a receipt says, in order; the text, the page and the sheet of the marked copy only lay it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from townreturn.domain.findings import Finding, Severity, Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.receipts.case import ReceiptCase
from townreturn.wording import say

_OF_ANOTHER_UNIT = frozenset({"SENT_BY_ANOTHER_UNIT", "UPLOADED_FOR_ANOTHER_UNIT"})
"""Findings of files that their sender may not report."""


@dataclass(frozen=True)
class Item:
    """A finding as the unit is told of it; a notice has no number. ``at`` is empty where it has no place."""

    number: int | None
    finding: Finding

    @property
    def is_notice(self) -> bool:
        return self.number is None

    @property
    def is_question(self) -> bool:
        return self.finding.severity is Severity.VERIFYING

    @property
    def at(self) -> str:
        return one_line(str(self.finding.at)) if self.finding.at else ""

    @property
    def message(self) -> str:
        return one_line(self.finding.message)

    @property
    def explanation(self) -> str:
        """The unit's own sentence with what it is, or nothing."""
        text = one_line(self.finding.explanation)
        return say("RECEIPT_EXPLANATION", explanation=text) if text else ""

    @property
    def word(self) -> str:
        """What it asks for: 必须改正, 请核实, 已说明 or 提示."""
        if self.is_notice:
            return say("RECEIPT_NOTICE")
        if self.finding.severity is Severity.MANDATORY:
            return say("RECEIPT_MUST_CORRECT")
        return say("RECEIPT_MUST_VERIFY" if self.finding.is_open else "RECEIPT_VERIFIED")


@dataclass(frozen=True)
class Part:
    """The whole file (without a verdict of its own) or one category; faults first, then notices."""

    heading: str
    verdict: Verdict | None
    items: tuple[Item, ...]
    remark: str = ""


@dataclass(frozen=True)
class Receipt:
    """``facts`` are labels with their values; every sentence is on one line."""

    title: str
    facts: tuple[tuple[str, str], ...]
    verdict: Verdict
    duplicate: str
    parts: tuple[Part, ...]
    next_steps: tuple[str, ...]

    @property
    def items(self) -> Iterator[tuple[str, Item]]:
        """Every finding with the heading of its part."""
        return ((part.heading, item) for part in self.parts for item in part.items)


def compose_receipt(case: ReceiptCase, plan: Plan) -> Receipt:
    """The receipt of one file; rules on trial are not in it, numbers run through."""
    numbers = count(1)
    parts = []
    if items := _items(case.submission.findings, numbers):
        parts.append(Part(say("RECEIPT_WHOLE_FILE"), None, items))
    for judgement in case.judgements:
        code = judgement.report.category
        heading = plan.category_by_code[code].heading
        remark = case.remarks.get(code, "")
        parts.append(Part(heading, judgement.verdict, _items(judgement.findings, numbers), remark))
    return Receipt(
        title=say("CHECK_TITLE" if case.is_rehearsal else "RECEIPT_TITLE", town=plan.town),
        facts=tuple(_facts(case, plan)),
        verdict=case.disposition,
        duplicate=_duplicate(case),
        parts=tuple(parts),
        next_steps=tuple(_next_steps(case, plan)),
    )


def _duplicate(case: ReceiptCase) -> str:
    """Nobody is told what another unit's file was called."""
    if not case.first_name or any(one.code in _OF_ANOTHER_UNIT for one in case.submission.findings):
        return ""
    if not case.names_first:
        return say("RECEIPT_DUPLICATE_UNNAMED")
    return say("RECEIPT_DUPLICATE", first=one_line(case.first_name))


def verdict_text(verdict: Verdict) -> str:
    """A verdict as people read it."""
    return say(f"VERDICT_{verdict.value}")


def _items(findings: Sequence[Finding], numbers: Iterator[int]) -> tuple[Item, ...]:
    shown = [one for one in findings if one.severity is not Severity.OBSERVE]
    faults = [one for one in shown if one.severity is not Severity.INFO]
    notices = [one for one in shown if one.severity is Severity.INFO]
    return (*(Item(next(numbers), one) for one in faults), *(Item(None, one) for one in notices))


def _facts(case: ReceiptCase, plan: Plan) -> Iterator[tuple[str, str]]:
    submission, calendar = case.submission, plan.calendar
    unit = plan.unit_by_code.get(submission.unit or "")
    if unit:
        yield say("RECEIPT_UNIT_LABEL"), unit.name
    if submission.period:
        yield say("RECEIPT_PERIOD_LABEL"), _period(submission.period, plan)
    yield say("RECEIPT_FILE_LABEL"), _file(case, plan)
    if submission.period:
        yield say("RECEIPT_DUE_LABEL"), f"{calendar.shown_due(submission.period):%Y-%m-%d %H:%M:%S}"


def _file(case: ReceiptCase, plan: Plan) -> str:
    arrival = case.submission.arrival
    name = one_line(arrival.file_name)
    if case.is_rehearsal:
        return name
    received = f"{arrival.received_at.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M:%S}"
    return say("RECEIPT_FILE", file=name, received=received)


def _period(period: Period, plan: Plan) -> str:
    named = say("PERIOD_NAMED", year=period.year, month=period.month)
    first, last = plan.calendar.first_day(period), plan.calendar.last_day(period)
    return say("RECEIPT_PERIOD", period=named, first=first.isoformat(), last=last.isoformat())


def _next_steps(case: ReceiptCase, plan: Plan) -> Iterator[str]:
    coordinator = plan.unit_by_code[plan.coordinating_unit].name
    if case.is_rehearsal:
        yield say(f"CHECK_NEXT_{case.disposition.value}", coordinator=coordinator)
    elif case.disposition is Verdict.QUARANTINED:
        yield say("RECEIPT_QUARANTINED_NEXT", coordinator=coordinator)
    elif case.disposition is not Verdict.RETURNED:
        yield say("RECEIPT_SEE_REMARKS" if case.remarks else "RECEIPT_ACCEPTED_NEXT")
    else:
        some_passed = any(one.verdict is not Verdict.RETURNED for one in case.judgements)
        yield say("RECEIPT_PARTLY_RETURNED_NEXT" if some_passed else "RECEIPT_RETURNED_NEXT")
    if open_questions(case) and plan.form.explanations:
        sheet = plan.form.section(plan.form.explanations).sheet
        yield say("RECEIPT_HOW_TO_ANSWER", word=say("RECEIPT_MUST_VERIFY"), sheet=sheet)
    if case.marked_copy and any(one.is_open for one in all_findings(case)):
        yield say("RECEIPT_MARKED_COPY", file=one_line(case.marked_copy))


def all_findings(case: ReceiptCase) -> list[Finding]:
    """Of the whole file, then of its categories; rules on trial among them."""
    return [*case.submission.findings, *(one for judgement in case.judgements for one in judgement.findings)]


def open_questions(case: ReceiptCase) -> list[Finding]:
    """The verifying findings that the unit has not explained."""
    return [one for one in all_findings(case) if one.severity is Severity.VERIFYING and one.is_open]
