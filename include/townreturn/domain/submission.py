"""A submission: one received file, read into a report for each category it covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from townreturn.domain.findings import CellRef, Finding, Verdict, worst
from townreturn.domain.period import Period


class FigureState(StrEnum):
    """Reported, confirmed zero (零申报) and unreadable are different from missing (blank)."""

    REPORTED = "reported"
    ZERO = "zero"
    BLANK = "blank"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Figure:
    """One indicator as a unit reported it; ``raw`` is the cell's text as it stood."""

    indicator: str
    value: Decimal | None
    state: FigureState
    raw: str
    at: CellRef


@dataclass(frozen=True)
class TextEntry:
    """One row of a text section: field code → text as given.

    ``at`` is the cell of its category; ``cells`` those of its filled fields, where they are known.
    """

    section: str
    values: dict[str, str]
    at: CellRef
    cells: Mapping[str, CellRef] = field(default_factory=dict)

    def cell_of(self, code: str) -> CellRef:
        """Where a field stands, else where the row does."""
        return self.cells.get(code, self.at)


@dataclass(frozen=True)
class CategoryReport:
    """What a submission says of one category, with the findings about it so far."""

    category: str
    zero_return: bool
    figures: tuple[Figure, ...]
    entries: tuple[TextEntry, ...]
    findings: tuple[Finding, ...] = ()

    def value(self, indicator: str) -> Decimal | None:
        return next((one.value for one in self.figures if one.indicator == indicator), None)


@dataclass(frozen=True)
class Arrival:
    """A file as it came in: its true received time never changes.

    ``uploaded_by`` is the account that uploaded it on the board, empty for one that came another way; it
    makes no other arrival of it.
    """

    file_name: str
    file_hash: str
    received_at: datetime
    uploaded_by: str = field(default="", compare=False)


@dataclass(frozen=True)
class Submission:
    """A file read and identified; ``findings`` concern the file as a whole.

    ``unit`` and ``period`` are None when the file could not be identified (quarantined).
    """

    arrival: Arrival
    unit: str | None
    period: Period | None
    edition: str | None
    reports: tuple[CategoryReport, ...]
    findings: tuple[Finding, ...]
    filled_by: str = ""


@dataclass(frozen=True)
class Judgement:
    """A category report with all its findings and the verdict on its obligation."""

    report: CategoryReport
    findings: tuple[Finding, ...]
    verdict: Verdict


def disposition_of(submission: Submission, judgements: Sequence[Judgement]) -> Verdict:
    """The file's verdict: its worst obligation; quarantined when nobody could be told from it."""
    if submission.unit is None:
        return Verdict.QUARANTINED
    if not judgements:
        return Verdict.RETURNED
    return worst(one.verdict for one in judgements)
