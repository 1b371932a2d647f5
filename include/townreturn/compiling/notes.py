"""Explained findings → the notes of the return (数据说明)."""

from collections.abc import Callable, Iterable, Sequence

from townreturn.domain.findings import Finding, Severity
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, ReturnNote

_STOP, _REQUEST = "。", "请"


def compile_notes(plan: Plan, found: Iterable[tuple[str, Finding]]) -> tuple[ReturnNote, ...]:
    """A note for each explained verifying finding, in the order of categories, units and indicators.

    ``found`` are the (unit, finding) pairs of the accepted reports.
    """
    notes = (
        ReturnNote(one.category, one.indicator, one.code, question_of(one.message), one.explanation, unit)
        for unit, one in found
        if one.severity is Severity.VERIFYING and one.category is not None and one.explanation
    )
    return tuple(sorted(notes, key=_by_form(plan)))


def question_of(message: str) -> str:
    """A finding's sentences without what they ask the unit to do (「请……」), which no other reader needs."""
    told: list[str] = []
    for sentence in message.split(_STOP):
        if _REQUEST in sentence:
            break
        told.append(sentence)
    return _STOP.join(told).strip(_STOP) + _STOP if told else message


def leave_out_answers(
    plan: Plan, entries: Iterable[ReturnEntry], notes: Sequence[ReturnNote]
) -> tuple[ReturnEntry, ...]:
    """The entries without those rows of the explanations section that stand in a note, or say nothing.

    What is left of that section are remarks that nobody had asked for.
    """
    section = plan.form.explanations
    answers = {(note.category, note.explanation.strip()) for note in notes}
    return tuple(
        entry
        for entry in entries
        if entry.section != section or (_reason(entry) and (entry.category, _reason(entry)) not in answers)
    )


def _reason(entry: ReturnEntry) -> str:
    return entry.values.get("reason", "").strip()


def _by_form(plan: Plan) -> Callable[[ReturnNote], tuple[int, int, int, str]]:
    categories = {one.code: one.number for one in plan.categories}
    units = {code: place for place, code in enumerate(plan.unit_by_code)}
    indicators = {code: row for row, code in enumerate(plan.form.by_code, start=1)}
    return lambda note: (
        categories.get(note.category, 0), units.get(note.unit, 0), indicators.get(note.indicator or "", 0), note.code,
    )  # fmt: skip
