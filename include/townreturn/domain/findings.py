"""Findings and verdicts: what the checks say of a submission, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from townreturn.wording import texts

PUBLISHED_DIFFER = "PUBLISHED_FIGURES_DIFFER"
"""The rule that asks why a published figure is stated otherwise; the answer is the reason for a correction."""


class Severity(StrEnum):
    """强制性 returns the obligation, 核实性 asks for an explanation, 提示 only informs.

    试行 (observe) is a rule on trial: operators see what it would find, units do not.
    """

    MANDATORY = "mandatory"
    VERIFYING = "verifying"
    INFO = "info"
    OBSERVE = "observe"


class Verdict(StrEnum):
    """审核结论, of an obligation; a file's verdict is its worst."""

    ACCEPTED = "accepted"
    EXPLAINED = "accepted_with_explanations"
    RETURNED = "returned"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class CellRef:
    """Where a value stands in the sender's workbook, e.g. 统计表!D12."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@dataclass(frozen=True)
class Finding:
    """One thing found. ``category`` is None when it concerns the whole file.

    ``message`` is a whole Chinese sentence: what, what was expected, what to do. ``indicator`` is
    the code of the figure it concerns, if it is one; ``explanation`` is the unit's answer (审核说明)
    to a verifying finding, empty as long as there is none.
    """

    code: str
    severity: Severity
    message: str
    category: str | None = None
    at: CellRef | None = None
    value: str = ""
    indicator: str | None = None
    explanation: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it stands against acceptance: mandatory, or verifying and not explained."""
        return self.severity is Severity.MANDATORY or (self.severity is Severity.VERIFYING and not self.explanation)

    @property
    def short_name(self) -> str:
        """What is asked, in a few words (核实事项); empty for a town's own rule that has none."""
        return short_name_of(self.code)


def short_name_of(rule: str) -> str:
    """What a rule asks, in a few words; see ``Finding.short_name``."""
    return texts().get(f"{rule}_NAME", "")


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The verdict that findings lead to: an open one returns, an explained one is accepted as such."""
    found = list(findings)
    if any(one.is_open for one in found):
        return Verdict.RETURNED
    explained = any(one.severity is Severity.VERIFYING for one in found)
    return Verdict.EXPLAINED if explained else Verdict.ACCEPTED


_RANK = (Verdict.ACCEPTED, Verdict.EXPLAINED, Verdict.RETURNED, Verdict.QUARANTINED)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts; accepted when there is none."""
    return max(verdicts, key=_RANK.index, default=Verdict.ACCEPTED)
