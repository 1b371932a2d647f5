"""A receipt's case → what its marked copy says, worded."""

from collections.abc import Iterator
from dataclasses import replace

from townreturn.domain.findings import Verdict
from townreturn.domain.form import Form
from townreturn.domain.plan import Plan
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.contents import Item, Receipt, compose_receipt, open_questions, verdict_text
from townreturn.receipts.marking import FrontSheet, Line, Mark, Marking, Page, Question, QuestionSheet
from townreturn.wording import say


def compose_marking(path: str, case: ReceiptCase, plan: Plan) -> Marking:
    """The marking of the file at ``path``, whose content is the case's submission."""
    receipt = compose_receipt(replace(case, marked_copy=""), plan)  # the copy does not speak of itself
    marks = tuple(_mark(item) for _, item in receipt.items if item.finding.at and item.finding.at.cell)
    return Marking(
        path=path,
        statistics=plan.form.sheets.statistics,
        front=_front(receipt, case, plan),
        marks=marks,
        questions=_question_sheet(case, plan),
        pages=tuple(_pages(case, plan)),
    )


def _severity(item: Item) -> str:
    return "explained" if item.is_question and not item.finding.is_open else item.finding.severity.value


def _mark(item: Item) -> Mark:
    code = "RECEIPT_NOTE_UNNUMBERED" if item.is_notice else "RECEIPT_NOTE"
    text = say(code, number=item.number, word=item.word, message=item.message)
    at = item.finding.at
    return Mark(at.sheet if at else "", at.cell if at else "", _severity(item), _with_explanation(text, item))


def _with_explanation(text: str, item: Item) -> str:
    return f"{text}\n{item.explanation}" if item.explanation else text


def _front(receipt: Receipt, case: ReceiptCase, plan: Plan) -> FrontSheet:
    unit = plan.unit_by_code.get(case.submission.unit or "")
    return FrontSheet(
        name=say("RECEIPT_SHEET"),
        title=receipt.title,
        rebuilt=say("RECEIPT_SHEET_REBUILT"),
        facts=receipt.facts,
        verdict=(say("RECEIPT_VERDICT_LABEL"), verdict_text(receipt.verdict)),
        has_passed=receipt.verdict in (Verdict.ACCEPTED, Verdict.EXPLAINED),
        verdicts=tuple(_verdicts(receipt)),
        next_label=say("RECEIPT_SHEET_NEXT_LABEL"),
        next_steps=tuple(_next_steps(receipt)),
        headings=tuple(say(f"RECEIPT_SHEET_{one}") for one in ("NUMBER", "KIND", "CATEGORY", "PLACE", "MESSAGE")),
        lines=tuple(_line(heading, item) for heading, item in receipt.items),
        nothing_found=say("RECEIPT_SHEET_NO_FINDINGS"),
        legend=say(
            "RECEIPT_SHEET_LEGEND", must_correct=say("RECEIPT_MUST_CORRECT"),
            must_verify=say("RECEIPT_MUST_VERIFY"), verified=say("RECEIPT_VERIFIED"), notice=say("RECEIPT_NOTICE"),
        ),
        footer=say("RECEIPT_SHEET_FOOTER", unit=unit.name.replace("&", "&&") if unit else ""),
    )  # fmt: skip


def _next_steps(receipt: Receipt) -> Iterator[str]:
    if receipt.duplicate:
        yield receipt.duplicate
    yield from receipt.next_steps
    if receipt.verdict in (Verdict.RETURNED, Verdict.QUARANTINED):
        yield say("RECEIPT_SHEET_NEXT")


def _verdicts(receipt: Receipt) -> Iterator[tuple[str, str]]:
    for part in receipt.parts:
        if part.verdict is not None:
            remark = say("RECEIPT_REMARK", remark=part.remark) if part.remark else ""
            yield part.heading, "\n".join(filter(None, (verdict_text(part.verdict), remark)))


def _line(heading: str, item: Item) -> Line:
    at = item.finding.at
    return Line(
        number=str(item.number or ""),
        severity=_severity(item),
        word=item.word,
        category=heading,
        place=item.at,
        sheet=at.sheet if at else "",
        cell=at.cell if at else "",
        message=_with_explanation(item.message, item),
    )


def _question_sheet(case: ReceiptCase, plan: Plan) -> QuestionSheet | None:
    form = plan.form
    if not form.explanations:
        return None
    section = form.section(form.explanations)
    label = {field.code: field.label for field in section.fields}
    return QuestionSheet(
        name=section.sheet,
        category=form.anchors.category,
        indicator=label["indicator"],
        finding=label["finding"],
        reason=label["reason"],
        labels=(form.anchors.category, *(field.label for field in section.fields)),
        questions=tuple(_questions(case, plan)),
    )


def _questions(case: ReceiptCase, plan: Plan) -> Iterator[Question]:
    """Each question once, in the order of the receipt."""
    asked = ((one.category, one.indicator, one.short_name) for one in open_questions(case))
    for code, indicator, name in dict.fromkeys(asked):
        if category := plan.category_by_code.get(code or ""):
            label = plan.form.by_code[indicator].label if indicator else ""
            yield Question(category.heading, category.name, label, name)


def _pages(case: ReceiptCase, plan: Plan) -> Iterator[Page]:
    """The cover and the sections, which a csv does not carry and a workbook must."""
    form, submission = plan.form, case.submission
    unit = plan.unit_by_code.get(submission.unit or "")
    if unit and submission.period:
        yield Page(form.sheets.cover, _cover_rows(form, unit.name, unit.code, submission.period.key))
    for section in form.sections:
        yield Page(section.sheet, ((form.anchors.category, *(field.label for field in section.fields)),))


def _cover_rows(form: Form, unit: str, unit_code: str, period: str) -> tuple[tuple[str, str], ...]:
    anchors = form.anchors
    return (
        (anchors.unit, unit),
        (anchors.unit_code, unit_code),
        (anchors.period, period),
        (anchors.edition, form.edition),
        (anchors.filled_by, ""),
        (anchors.reviewed_by, ""),
    )
