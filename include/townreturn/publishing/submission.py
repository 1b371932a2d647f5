"""The return as the workbook that units submit (上报): the level above takes it in like any unit's.

There the town is one unit that leads its categories. What is not in (未报, 免报) is left out, column
and all: the level above finds exactly that category wanting, and nothing reads as a zero.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from townreturn.domain.findings import PUBLISHED_DIFFER, short_name_of
from townreturn.domain.form import Section
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.town_return import FigureChange, Measure, TownReturn
from townreturn.publishing.naming import full_unit_name, workbook_name
from townreturn.publishing.texts import clean_text
from townreturn.templates import blank_workbook
from townreturn.templates.assignment import Assignment
from townreturn.templates.filling import Contents, fill_template
from townreturn.wording import say

LONGEST_TEXT = 32_767
"""What a cell holds, in UTF-16 units [Excel specifications and limits]."""
_RECEIVER = ""
"""The code of the level above among the units of the plan below: no unit has it."""

Rows = list[tuple[str, dict[str, str]]]


def write_submission(town_return: TownReturn, plan: Plan, path: Path, issued_on: date) -> None:
    """Write the workbook of a return with at least one category in; equal returns and days give equal bytes."""
    entries = {section.code: list(_rows_of(section, town_return, plan)) for section in plan.form.sections}
    above = _seen_from_above(town_return, plan, entries)
    assignment = Assignment(above, Period(town_return.period), above.unit_by_code[plan.town_code], upward=True)
    contents = Contents(_cover(plan, issued_on), _zero_returns(town_return), _figures(town_return, above), entries)
    path.write_bytes(fill_template(blank_workbook(assignment), above, contents))


def _seen_from_above(town_return: TownReturn, plan: Plan, entries: dict[str, Rows]) -> Plan:
    """The plan with the town as the one unit that leads what is in, and with room for every text."""
    is_in = _zero_returns(town_return)
    sections = tuple(replace(one, rows=max(one.rows, len(entries[one.code]))) for one in plan.form.sections)
    return replace(
        plan,
        form=replace(plan.form, sections=sections),
        units=(Unit(plan.town_code, plan.town), Unit(_RECEIVER, plan.city_office)),
        categories=tuple(replace(one, lead=plan.town_code) for one in plan.categories if one.code in is_in),
        coordinating_unit=_RECEIVER,
    )


def _zero_returns(town_return: TownReturn) -> dict[str, bool]:
    """Every category that is in, and whether it is a zero return: of several parts, whether all are in and are."""
    is_in = dict.fromkeys((one.category for one in town_return.standings if one.is_in), True)
    for one in town_return.standings:
        if one.category in is_in:
            is_in[one.category] &= one.is_in and one.zero_return
    return is_in


def _cover(plan: Plan, issued_on: date) -> dict[str, str]:
    """The bureau that compiled the return stands for whoever filled it in, on the day of issue."""
    anchors = plan.form.anchors
    return {
        anchors.filled_by: full_unit_name(plan, plan.coordinating_unit),
        anchors.filled_on: issued_on.isoformat(),
    }


def _figures(town_return: TownReturn, above: Plan) -> dict[tuple[str, str], Decimal]:
    """The current figures of what is in; a zero return's zeros too."""
    cells = (
        town_return.cell(category.code, indicator.code)
        for category in above.categories
        for indicator in above.form.indicators_of(category.code)
    )
    return {(one.category, one.indicator): one.current.value for one in cells if one and one.current.value is not None}


def _rows_of(section: Section, town_return: TownReturn, plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """The section's rows: what explains figures first, then what the units wrote."""
    if section.code == plan.form.explanations:
        told = (*_explanations(town_return, plan), *_reasons(town_return, plan), *_absences(town_return, plan))
        for category, values in told:
            yield category, _fit_all(values, section, town_return)
    for entry in town_return.entries_of(section.code):
        yield entry.category, _fit_all(entry.values, section, town_return)


def _explanations(town_return: TownReturn, plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """What units answered; above the town without why they corrected, which the reasons of the changes contain."""
    corrected = _changed_categories(town_return) if plan.subordinates else set()
    for note in town_return.notes:
        if note.code == PUBLISHED_DIFFER and note.category in corrected:
            continue
        label = plan.form.by_code[note.indicator].label if note.indicator else ""
        reason = note.explanation
        if plan.subordinates:  # of many, whose answer it is
            reason = say("REASON_OF_UNIT", unit=plan.unit_by_code[note.unit].name, reason=reason)
        values = {"indicator": label, "finding": short_name_of(note.code), "reason": reason}
        yield note.category, values


def _reasons(town_return: TownReturn, plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """Why a category is corrected whose unit was not asked, a file having been excluded or readmitted; above the town
    why any is, for of its offices some were asked and others not.

    The level above asks whenever figures differ from those that it has published.
    """
    asked = {one.category for one in town_return.notes if one.code == PUBLISHED_DIFFER and not plan.subordinates}
    unasked = _zero_returns(town_return).keys() - asked
    reasons: dict[str, list[str]] = {}
    for one in sorted(_own_changes(town_return), key=lambda one: one.old == one.new):
        told = reasons.setdefault(one.category, []) if one.category in unasked else [""]
        if not any(one.reason.startswith(known) for known in told):  # that of a changed status says it again
            told.append(one.reason)
    name, separator = short_name_of(PUBLISHED_DIFFER), say("CLAUSE_SEPARATOR_STRONG")
    yield from ((category, {"finding": name, "reason": separator.join(told)}) for category, told in reasons.items())


def _own_changes(town_return: TownReturn) -> Iterator[FigureChange]:
    """Of the period's own figures, those that the issue before had stated."""
    own = (one for one in town_return.changes if (one.period, one.measure) == (town_return.period, Measure.CURRENT))
    return (one for one in own if one.old is not None)


def _changed_categories(town_return: TownReturn) -> set[str]:
    return {one.category for one in _own_changes(town_return)}


def _absences(town_return: TownReturn, plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    """Which subordinates a category's sum lacks: nothing else tells the level above that it is no whole."""
    for category in (one.code for one in plan.categories if not one.lead):
        owed = [one for one in town_return.standings if one.category == category]
        out = [one for one in owed if not one.is_in]
        if out and len(out) < len(owed):
            names = say("LIST_SEPARATOR").join(plan.unit_by_code[one.unit].name for one in out)
            counts = {"expected": len(owed), "reported": len(owed) - len(out)}
            yield category, {"finding": say("ABSENCE"), "reason": say("ABSENCE_REASON", names=names, **counts)}


def _fit_all(values: dict[str, str], section: Section, town_return: TownReturn) -> dict[str, str]:
    more = say("SUBMISSION_TEXT_GOES_ON", file=workbook_name(town_return), sheet=section.sheet)
    return {field: fit_cell(text, more) for field, text in values.items() if text}


def fit_cell(text: str, more: str) -> str:
    """The text without control characters; one that no cell holds ends with ``more``, where the rest is to be found."""
    cleaned = clean_text(text)
    if len(cleaned) * 2 <= LONGEST_TEXT or _units(cleaned) <= LONGEST_TEXT:
        return cleaned
    room = LONGEST_TEXT - _units(more)
    return cleaned.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + more


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
