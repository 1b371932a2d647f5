"""What is to be written into the marked copy of a sender's workbook, as plain values for the child process.

Everything is worded before; the child that opens the sender's file knows neither plans nor wording.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A tint and a comment on a cell; ``severity`` is mandatory, verifying, explained or info."""

    sheet: str
    cell: str
    severity: str
    comment: str


@dataclass(frozen=True)
class Line:
    """A row of the receipt's table; without a sheet there is nothing to link to."""

    number: str
    severity: str
    word: str
    category: str
    place: str
    sheet: str
    cell: str
    message: str


@dataclass(frozen=True)
class FrontSheet:
    """The receipt's own sheet; ``facts`` and ``verdicts`` are label and value. A rebuilt copy says ``rebuilt``."""

    name: str
    title: str
    rebuilt: str
    facts: tuple[tuple[str, str], ...]
    verdict: tuple[str, str]
    has_passed: bool
    verdicts: tuple[tuple[str, str], ...]
    next_label: str
    next_steps: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    nothing_found: str
    legend: str
    footer: str


@dataclass(frozen=True)
class Question:
    """A row of the explanations sheet for the unit to complete; ``indicator`` is empty for a whole category."""

    category: str
    category_name: str
    indicator: str
    finding: str


@dataclass(frozen=True)
class QuestionSheet:
    """Where questions are answered: the sheet and the labels of its columns; ``labels`` are all, in order."""

    name: str
    category: str
    indicator: str
    finding: str
    reason: str
    labels: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Page:
    """A sheet that a rebuilt csv needs to be a whole workbook again."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Marking:
    """Everything that one marked copy says beyond the sender's own; ``statistics`` names a csv's sheet in a copy."""

    path: str
    statistics: str
    front: FrontSheet
    marks: tuple[Mark, ...]
    questions: QuestionSheet | None
    pages: tuple[Page, ...]
