"""The notes of the return (数据说明): their marks on figures, and how each is told."""

from collections.abc import Iterator
from dataclasses import dataclass

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Measure, ReturnEntry, TownReturn
from townreturn.wording import say

_CIRCLED = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
_BEYOND = "※"
_MARKED = (Measure.CURRENT, Measure.MONTH_ON_MONTH)


def circled(number: int) -> str:
    """① to ㊿ as statistical tables number their notes; all further ones share ※.

    A mark is part of a number format, of which Excel bears about 200 in a workbook.
    """
    for first, last, code in _CIRCLED:
        if first <= number <= last:
            return chr(code + number - first)
    return _BEYOND


_MOST_MARKS = 6
"""On one figure: above the town dozens of offices may explain it, and the list of notes has them all."""


def mark_of(town_return: TownReturn, category: str, indicator: str | None, measure: Measure) -> str:
    """The marks of the notes on a figure, e.g. 「①②」; without an indicator, of those on a whole report.

    Questions are about this period's figure or its change, so those two measures bear the marks.
    """
    if measure not in _MARKED:
        return ""
    marks = list(dict.fromkeys(map(circled, town_return.note_numbers(category, indicator))))
    return "".join(marks) if len(marks) <= _MOST_MARKS else _BEYOND


@dataclass(frozen=True)
class ToldNote:
    """A note as people read it. A remark that nobody had asked for has number 0, no indicator and no rule.

    ``subject`` is the indicator's label, or what the unit wrote in its place.
    """

    number: int
    category: str
    unit: str
    indicator: str
    subject: str
    rule: str
    question: str
    explanation: str

    @property
    def mark(self) -> str:
        """What marks its figure: 「①」, nothing for a remark."""
        return circled(self.number) if self.number else ""


def tell_notes(town_return: TownReturn, plan: Plan) -> Iterator[ToldNote]:
    """Every note by its number, then what units remarked of their own accord; texts as the units gave them."""
    for number, note in enumerate(town_return.notes, start=1):
        subject = plan.form.by_code[note.indicator].label if note.indicator else say("NOTE_ON_WHOLE_REPORT")
        yield ToldNote(
            number, note.category, note.unit, note.indicator or "", subject, note.code, note.question, note.explanation
        )
    for entry in list_remarks(town_return, plan):
        subject, reason = entry.values.get("indicator", ""), entry.values.get("reason", "")
        question = entry.values.get("finding", "") or say("NOTE_NOT_ASKED")
        yield ToldNote(0, entry.category, entry.unit, "", subject, "", question, reason)


def list_remarks(town_return: TownReturn, plan: Plan) -> tuple[ReturnEntry, ...]:
    """The rows of the explanations section that answer no question."""
    return town_return.entries_of(plan.form.explanations) if plan.form.explanations else ()
