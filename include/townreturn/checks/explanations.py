"""Explanations (审核说明): which row answers which verifying finding, and whether it says anything."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from townreturn.checks.sentences import request
from townreturn.domain.findings import Finding, Severity
from townreturn.domain.form import Form
from townreturn.domain.plan import Plan
from townreturn.domain.submission import CategoryReport, Judgement, TextEntry
from townreturn.foreign_text import storable
from townreturn.wording import say

LEAST_LETTERS = 6
"""Shorter than 春节检查增多 no reason can be given in Chinese [design]."""
LEAST_OWN_LETTERS = 4
"""Different letters beside the figure's name and the stock phrases: a reason, however short [design]."""


def answer(report: CategoryReport, findings: Sequence[Finding], form: Form) -> tuple[Finding, ...]:
    """The findings with the unit's explanations, and a fault for each that says nothing.

    A row answers a finding when its 指标 is the figure's label (blank for the whole category) and
    its 核实事项 is blank or the finding's short name. Rows that answer nothing stay remarks.
    """
    if not any(one.severity is Severity.VERIFYING for one in findings):
        return tuple(findings)
    rows = [one for one in report.entries if one.section == form.explanations and one.values.get("reason", "").strip()]
    return tuple(one for finding in findings for one in _answered(finding, rows, form))


def explanation_rows(judgements: Sequence[Judgement], plan: Plan) -> list[tuple[str, str, str]]:
    """(category heading, indicator label, short name) of every finding that waits for an explanation.

    The label is empty where the finding is about the category as a whole.
    """
    return [
        (plan.category_by_code[judgement.report.category].heading, _label(finding, plan.form), finding.short_name)
        for judgement in judgements
        for finding in judgement.findings
        if finding.severity is Severity.VERIFYING and finding.is_open
    ]


def says_nothing(reason: str, *names: str) -> bool:
    """Whether a reason is too short, or only repeats names and stock phrases (无, 属实, 数据无误 …)."""
    letters = rest = _letters(reason)
    for phrase in sorted((*map(_letters, names), *_stock_phrases()), key=len, reverse=True):
        rest = rest.replace(phrase, "") if phrase else rest
    return len(letters) < LEAST_LETTERS or len(set(rest)) < LEAST_OWN_LETTERS


def _answered(finding: Finding, rows: Sequence[TextEntry], form: Form) -> Iterator[Finding]:
    """The finding, explained if a row says something and then no longer a request; else a fault
    for the row that tries.
    """
    matching = [row for row in rows if finding.severity is Severity.VERIFYING and _matches(row, finding, form)]
    label = _label(finding, form)
    telling = [row for row in matching if not says_nothing(row.values["reason"], label, finding.short_name)]
    if telling:
        statement = finding.message.removesuffix(request(form))
        yield replace(finding, message=statement, explanation=storable(telling[0].values["reason"].strip()))
        return
    yield finding
    if matching:
        yield _too_short(matching[0], finding, label)


def _matches(row: TextEntry, finding: Finding, form: Form) -> bool:
    asked = _plain(row.values.get("finding", ""))
    return _plain(row.values.get("indicator", "")) == _plain(_label(finding, form)) and asked in (
        "", _plain(finding.short_name)
    )  # fmt: skip


def _too_short(row: TextEntry, finding: Finding, label: str) -> Finding:
    reason = storable(row.values["reason"].strip())
    message = say("EXPLANATION_TOO_SHORT", about=label or finding.short_name, reason=reason)
    return Finding(
        "EXPLANATION_TOO_SHORT", Severity.MANDATORY, message, finding.category, row.at, reason, finding.indicator
    )


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
