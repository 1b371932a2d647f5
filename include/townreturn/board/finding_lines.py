"""The findings on a file as the board shows them, numbered: on the list, and by that number on the picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from townreturn.domain.findings import Finding, Severity
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line


class Mark(StrEnum):
    """What a finding asks for, the gravest first: a cell with two shows the graver."""

    MANDATORY = "mandatory"
    VERIFYING = "verifying"
    EXPLAINED = "explained"
    INFO = "info"
    OBSERVE = "observe"


_ORDER = tuple(Mark)


@dataclass(frozen=True)
class FindingLine:
    """One finding. ``category_name`` is empty for the whole file, ``cell`` where it has none of its own."""

    number: int
    mark: Mark
    code: str
    category_name: str
    sheet: str
    cell: str
    message: str
    explanation: str


def tell_findings(findings: Iterable[Finding], plan: Plan | None) -> tuple[FindingLine, ...]:
    """Numbered from 1, the gravest first, else in the order in which they were found."""
    ranked = sorted(findings, key=lambda one: _ORDER.index(mark_of(one)))
    return tuple(_line(number, one, plan) for number, one in enumerate(ranked, start=1))


def _line(number: int, finding: Finding, plan: Plan | None) -> FindingLine:
    category = plan.category_by_code.get(finding.category or "") if plan else None
    return FindingLine(
        number=number,
        mark=mark_of(finding),
        code=finding.code,
        category_name=category.heading if category else finding.category or "",
        sheet=finding.at.sheet if finding.at else "",
        cell=finding.at.cell if finding.at else "",
        message=one_line(finding.message),
        explanation=one_line(finding.explanation),
    )


def mark_of(finding: Finding) -> Mark:
    """What it asks for; a question that its unit has explained asks for nothing more."""
    is_explained = finding.severity is Severity.VERIFYING and not finding.is_open
    return Mark.EXPLAINED if is_explained else Mark(finding.severity.value)
