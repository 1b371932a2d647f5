"""What the approver reads before deciding: completeness, explanations, totals, who is out – in Markdown."""

import re
from collections.abc import Iterator, Sequence

from townreturn.compiling.change_rows import change_heads, change_rows, moved_sentences, own_changes
from townreturn.domain.breaks import tell_breaks
from townreturn.domain.completeness import completeness_of, name_by_unit
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, ReturnNote, TownReturn
from townreturn.foreign_text import one_line
from townreturn.wording import say

MOST_NOTES = 12
"""As many explanations as an approver reads before the totals; the return has them all."""
MOST_CHANGES = 20
"""As many changed figures as fit on a screen before the rest; the issue lists them all."""
_LONGEST = 120

_FULL_WIDTH = {ord(mark): ord(mark) + 0xFEE0 for mark in "\\`*_{}[]<>()#|~&@:$!="}
_WEB_NAME = re.compile(r"(?i)(?<=www)\.")


def summarise_return(
    town_return: TownReturn, plan: Plan, findings: Sequence[Finding], content_hash: str, state: str = "SUMMARY_PENDING"
) -> str:
    """Markdown of one screen; the hash names exactly what is being approved.

    ``findings`` are those of every file of the period, returned and replaced ones included;
    ``state`` is the wording code of how far the return has come.
    """
    period = Period(town_return.period)
    code = "SUMMARY_HEADING_CORRECTION" if town_return.issue else "SUMMARY_HEADING"
    named = {"town": plan.town, "year": period.year, "month": period.month, "issue": town_return.issue}
    heading = say(code, state=say(state), **named)
    owed = len(town_return.standings) - len(town_return.exempted)
    reported = say("SUMMARY_REPORTED", reported=town_return.reported_count, total=owed)
    if plan.subordinates:
        found = completeness_of(plan, town_return.standings)
        reported = say(
            "SUMMARY_REPORTED_ABOVE", reported=found.reported, total=found.expected, partly=len(found.partly)
        )
    told = [say("SUMMARY_BREAK", text=text) for text in tell_breaks(plan, town_return.breaks)]
    lines = [heading, "", *_changed(town_return, plan), reported, *_absent(town_return, plan), *told, ""]
    lines += [*_explained(town_return, plan), *_totals(town_return, plan), "", *_found(findings)]
    return "\n".join([*lines, say("SUMMARY_CONTENT", hash=content_hash[:12])])


def without_markup(text: str) -> str:
    """Text from outside on one line, which no Markdown or HTML reader takes for markup or a link.

    Marks become their full-width forms: backslashes would show on the command line, and do not
    keep bare addresses from becoming links.
    """
    plain = one_line(text).translate(_FULL_WIDTH)
    return _WEB_NAME.sub("．", plain).strip()


def _changed(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    """What a correction changes, and what moves with it; of an original, the corrections that it contains."""
    changes = own_changes(town_return) if town_return.issue else town_return.changes
    if not changes:
        return
    yield say("CHANGES_HEADING" if town_return.issue else "CHANGES_CONTAINED", count=len(changes))
    yield ""
    yield _table_row(change_heads())
    yield "|---|---|---|---|---:|---:|---:|---|---|"
    for row in change_rows(town_return, plan, changes[:MOST_CHANGES]):
        yield _table_row([_shortened(cell) for cell in row])
    yield ""
    if len(changes) > MOST_CHANGES:
        yield say("CHANGES_MORE", count=len(changes) - MOST_CHANGES)
    yield from moved_sentences(town_return, plan)
    yield ""


def _table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _absent(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    """Who is out, then who was let off and why."""
    if plan.subordinates:
        if names := name_by_unit(town_return.missing, plan):
            yield say("SUMMARY_MISSING_ABOVE", names=names)
        if names := name_by_unit(town_return.exempted, plan):
            yield say("SUMMARY_EXEMPTED_ABOVE", names=names)
        return
    for one in town_return.missing:
        yield say("SUMMARY_MISSING", **_named(one, plan))
    for one in town_return.exempted:
        yield say("SUMMARY_EXEMPTED", reason=_shortened(one.note), **_named(one, plan))


def _named(standing: Standing, plan: Plan) -> dict[str, str]:
    category, unit = plan.category_by_code[standing.category], plan.unit_by_code[standing.unit]
    return {"unit": unit.name, "category": category.heading}


def _explained(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    notes = town_return.notes
    if not notes:
        return
    yield say("SUMMARY_EXPLAINED", count=len(notes))
    yield from (_note(note, plan) for note in notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield say("SUMMARY_EXPLAINED_MORE", count=len(notes) - MOST_NOTES)
    yield ""


def _note(note: ReturnNote, plan: Plan) -> str:
    return say(
        "SUMMARY_NOTE",
        category=plan.category_by_code[note.category].heading,
        question=_shortened(note.question),
        unit=plan.unit_by_code[note.unit].name,
        explanation=_shortened(note.explanation),
    )


def _shortened(text: str) -> str:
    plain = without_markup(text)
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"


def _totals(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    yield say("SUMMARY_TABLE_HEAD")
    yield "|---|---|---:|---:|"
    for indicator in plan.form.indicators:
        cell = town_return.cell(TOTAL, indicator.code)
        if cell is not None:
            current, ytd = _shown(cell.current, indicator.decimals), _shown(cell.ytd, indicator.decimals)
            yield f"| {indicator.label} | {indicator.unit} | {current} | {ytd} |"


def _shown(amount: Amount, decimals: int) -> str:
    if amount.value is None:
        return say("SUMMARY_NOT_REPORTED")
    remark = "" if amount.is_complete else say("SUMMARY_INCOMPLETE")
    if amount.status is AmountStatus.CHANGED_SCOPE:
        remark = say("SUMMARY_CHANGED_SCOPE")
    return f"{amount.value:,.{decimals}f}{remark}"


def _found(findings: Sequence[Finding]) -> Iterator[str]:
    """How many findings there were of each severity; rules on trial on a line of their own."""
    counts = {severity: sum(one.severity is severity for one in findings) for severity in Severity}
    explained = sum(one.severity is Severity.VERIFYING and not one.is_open for one in findings)
    yield say(
        "SUMMARY_FINDINGS",
        mandatory=counts[Severity.MANDATORY],
        verifying=counts[Severity.VERIFYING],
        explained=explained,
        info=counts[Severity.INFO],
    )
    yield ""
    if counts[Severity.OBSERVE]:
        yield say("SUMMARY_OBSERVED", count=counts[Severity.OBSERVE])
        yield ""
