"""Explanations (审核说明): which row answers which verifying finding, and whether it says anything."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from townreturn.checks.sentences import request
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.form import Form
from townreturn.domain.submission import CategoryReport, TextEntry
from townreturn.foreign_text import storable
from townreturn.wording import say

LEAST_LETTERS = 6
"""Shorter than 春节检查增多 no reason can be given in Chinese [design]."""
MOST_SIGNS = 500
"""A reason is a sentence or two, not a report [design]."""
LEAST_OWN_LETTERS = 4
"""Different letters beside the figure's name and the stock phrases: a reason, however short [design]."""


def answer(report: CategoryReport, findings: Sequence[Finding], form: Form) -> tuple[Finding, ...]:
    """The findings with the unit's explanations, and a fault for each that says nothing or too much.

    A row answers a finding when its 指标 is the figure's label (blank for the whole category) and
    its 核实事项 is blank or the finding's short name, or whatever it is when nothing else is asked
    about the figure. Rows that answer nothing stay remarks, told while a question stands open.
    """
    questions = [one for one in findings if one.severity is Severity.VERIFYING]
    if not questions:
        return tuple(findings)
    rows = [one for one in report.entries if one.section == form.explanations and one.values.get("reason", "").strip()]
    matches = [_matching(one, rows, questions, form) for one in findings]
    told = [one for pair in zip(findings, matches, strict=True) for one in _answered(*pair, form)]
    if any(one.severity is Severity.VERIFYING and one.is_open for one in told):
        used = {id(row) for matching in matches for row in matching}
        told += [_unmatched(row, report.category, form) for row in rows if id(row) not in used]
    return tuple(told)


def says_nothing(reason: str, *names: str) -> bool:
    """Whether a reason is too short, or only repeats names and stock phrases (无, 属实, 数据无误 …)."""
    letters = rest = _letters(reason)
    for phrase in sorted((*map(_letters, names), *_stock_phrases()), key=len, reverse=True):
        rest = rest.replace(phrase, "") if phrase else rest
    return len(letters) < LEAST_LETTERS or len(set(rest)) < LEAST_OWN_LETTERS


def _answered(finding: Finding, matching: Sequence[TextEntry], form: Form) -> Iterator[Finding]:
    """The finding, explained if a row says something and then no longer a request; else a fault
    for the row that tries.
    """
    label = _label(finding, form)
    faults = [_fault(row, finding, label) for row in matching]
    telling = [row for row, fault in zip(matching, faults, strict=True) if fault is None]
    if telling:
        statement = finding.message.removesuffix(request(form))
        yield replace(finding, message=statement, explanation=storable(telling[0].values["reason"].strip()))
        return
    yield finding
    yield from (fault for fault in faults[:1] if fault)


def _matching(
    finding: Finding, rows: Sequence[TextEntry], questions: Collection[Finding], form: Form
) -> list[TextEntry]:
    """The rows that answer a finding if it is a question, those that name it first."""
    if finding.severity is not Severity.VERIFYING:
        return []
    label, name = _plain(_label(finding, form)), _plain(finding.short_name)
    is_only = bool(label) and sum(one.indicator == finding.indicator for one in questions) == 1
    about = [row for row in rows if _plain(row.values.get("indicator", "")) == label]
    named = [row for row in about if _plain(row.values.get("finding", "")) in ("", name)]
    return [*named, *(row for row in about if is_only and row not in named)]


def _fault(row: TextEntry, finding: Finding, label: str) -> Finding | None:
    """What keeps a row from being a reason: it is too long, or says nothing."""
    reason, about = storable(row.values["reason"].strip()), label or finding.short_name
    if len(reason) > MOST_SIGNS:
        code = "EXPLANATION_TOO_LONG"
        message = say("EXPLANATION_TOO_LONG", about=about, count=len(reason), most=MOST_SIGNS)
    elif says_nothing(reason, label, finding.short_name):
        code, message = "EXPLANATION_TOO_SHORT", say("EXPLANATION_TOO_SHORT", about=about, reason=reason)
    else:
        return None
    at, value = row.cell_of("reason"), reason[:MOST_SIGNS]
    return Finding(code, Severity.MANDATORY, message, finding.category, at, value, finding.indicator)


def _unmatched(row: TextEntry, category: str, form: Form) -> Finding:
    number = "".join(one for one in row.at.cell if one.isdigit())
    message = say("EXPLANATION_UNMATCHED", sheet=form.section(form.explanations).sheet, row=number)
    return Finding("EXPLANATION_UNMATCHED", Severity.INFO, message, category, row.at)


def _label(finding: Finding, form: Form) -> str:
    return form.by_code[finding.indicator].label if finding.indicator else ""


def _plain(text: str) -> str:
    """As labels are compared: full-width as ordinary, without white space and quotation marks."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(one for one in wide if not one.isspace() and one not in "“”\"'《》「」:")


def _letters(text: str) -> str:
    """What can carry a meaning: Chinese characters and letters, no digits, signs or spaces."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).lower() if one.isalpha())


def _stock_phrases() -> tuple[str, ...]:
    return tuple(say("EXPLANATION_STOCK_PHRASES").split())
