"""The receipt (回执) as a text: what a reporter in a hurry reads to know what to do next."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from townreturn.domain.plan import Plan
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.contents import Item, Part, Receipt, compose_receipt, verdict_text
from townreturn.wording import say

RULE_LINE = "─" * 40
_LABEL_CHARACTERS = 4
_SHOWN_OF_EQUAL = 3
_FAULT = ("RECEIPT_FINDING", "RECEIPT_FINDING_NOWHERE")
_QUESTION = ("RECEIPT_QUESTION", "RECEIPT_QUESTION_NOWHERE")


def write_text(case: ReceiptCase, plan: Plan) -> str:
    """The whole text, for a .txt file."""
    receipt = compose_receipt(case, plan)
    lines = [receipt.title, RULE_LINE, *_heading(receipt), RULE_LINE]
    if receipt.duplicate:
        lines += [receipt.duplicate, ""]
    for part in receipt.parts:
        lines += [*_part(part), ""]
    return "\n".join([*lines, *receipt.next_steps, ""])


def _heading(receipt: Receipt) -> Iterator[str]:
    facts = (*receipt.facts, (say("RECEIPT_VERDICT_LABEL"), verdict_text(receipt.verdict)))
    for label, value in facts:
        yield say("RECEIPT_LINE", label=_spread(label), value=value)


def _spread(label: str) -> str:
    """Shorter labels as wide as four characters, as on a printed form."""
    gaps = len(label) - 1
    missing = 2 * (_LABEL_CHARACTERS - len(label))
    return (" " * (missing // gaps)).join(label) if gaps and missing > 0 else label


def _part(part: Part) -> Iterator[str]:
    if part.verdict is None:
        yield say("RECEIPT_WHOLE_FILE_HEADING")
    else:
        yield say("RECEIPT_CATEGORY", category=part.heading, verdict=verdict_text(part.verdict))
    yield from _items(part.items)
    if part.remark:
        yield "  " + say("RECEIPT_REMARK", remark=part.remark)


def _items(items: Sequence[Item]) -> Iterator[str]:
    """Equal faults are gathered; a question is always put in full, because each asks for its own answer."""
    for code, group in groupby(items, key=lambda one: "" if one.is_notice or one.is_question else one.finding.code):
        equal = list(group)
        shown = equal if not code or len(equal) <= _SHOWN_OF_EQUAL else equal[:1]
        for item in shown:
            yield from _lines(item)
        if rest := equal[len(shown) :]:
            yield _gathered(rest)


def _lines(item: Item) -> Iterator[str]:
    if item.is_notice:
        yield say("RECEIPT_INFO", at=item.at, message=item.message)
        return
    somewhere, nowhere = _QUESTION if item.is_question else _FAULT
    yield say(somewhere if item.at else nowhere, number=item.number, word=item.word, at=item.at, message=item.message)
    if item.explanation:
        yield "     " + item.explanation


def _gathered(rest: Sequence[Item]) -> str:
    cells = "、".join(one.finding.at.cell for one in rest if one.finding.at)
    return say("RECEIPT_SAME_FAULT", count=len(rest), first=rest[0].number, last=rest[-1].number, cells=cells)
