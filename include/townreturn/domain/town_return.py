"""The town return (打假统计月报): every published figure as one value with its status."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from townreturn.domain.areas import AreaStatus
from townreturn.domain.breaks import Break
from townreturn.domain.canonical_mark import LATER
from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.past_standings import PastStanding
from townreturn.domain.timeliness import League
from townreturn.domain.trend import Trend

TOTAL = "total"
"""Stands in a cell's ``category`` for the total across categories (合计)."""


class AmountStatus(StrEnum):
    """What an amount is. Missing (未报) is never zero; incomplete lacks at least one part; of changed
    scope (口径有变) has all its parts, but they were not all gathered in one way."""

    REPORTED = "reported"
    ZERO = "zero"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    CHANGED_SCOPE = "changed_scope"


@dataclass(frozen=True)
class Amount:
    """A figure, with how many of its parts were reported: ``reported`` of ``expected``.

    ``value`` is None exactly when nothing was reported. Parts are periods for a category's year
    to date, categories for a total.
    """

    value: Decimal | None
    status: AmountStatus
    reported: int
    expected: int

    @property
    def is_complete(self) -> bool:
        return self.reported == self.expected


class ChangeStatus(StrEnum):
    """A percentage, 「—」 over a zero base, or 「不可比」 when a side is incomplete or a break lies between."""

    RATIO = "ratio"
    ZERO_BASE = "zero_base"
    INCOMPARABLE = "incomparable"


@dataclass(frozen=True)
class Change:
    """Relative change in per cent, one decimal, half up; ``pct`` is None unless a ratio."""

    status: ChangeStatus
    pct: Decimal | None = None


class Measure(StrEnum):
    """The measures of the return: 本期, 本年累计, 环比, 同比, 累计同比."""

    CURRENT = "current"
    YTD = "ytd"
    MONTH_ON_MONTH = "month_on_month"
    YEAR_ON_YEAR = "year_on_year"
    YTD_YEAR_ON_YEAR = "ytd_year_on_year"


@dataclass(frozen=True)
class ReturnCell:
    """One category (or TOTAL) × indicator with the three amounts compared against."""

    category: str
    indicator: str
    current: Amount
    ytd: Amount
    previous: Amount
    year_ago: Amount
    ytd_year_ago: Amount
    ytd_previous: Amount
    month_on_month: Change
    year_on_year: Change
    ytd_year_on_year: Change


@dataclass(frozen=True)
class ReturnEntry:
    """A text row as the unit gave it: key case, good practice, key-area work or problem."""

    section: str
    category: str
    unit: str
    values: dict[str, str]


@dataclass(frozen=True)
class ReturnNote:
    """What a unit explained (数据说明): the question that 核实性审核 asked, and the unit's answer.

    ``indicator`` is None when the question is about the whole report; ``code`` is the rule's.
    """

    category: str
    indicator: str | None
    code: str
    question: str
    explanation: str
    unit: str


@dataclass(frozen=True)
class Source:
    """Where a category's current figure was read: file, sheet, cell, the text as it stood.

    ``normalised`` says, in the unit's language, what was done to the text to read a number from it.
    ``subordinate``: whose part of the category it is, above the town; the category's figure is their sum.
    """

    category: str
    indicator: str
    file_hash: str
    file_name: str
    sheet: str
    cell: str
    raw: str
    normalised: tuple[str, ...] = field(default=(), metadata=LATER)
    subordinate: str = field(default="", metadata=LATER)


@dataclass(frozen=True)
class FigureChange:
    """A published figure that is stated otherwise from now on (数据更正).

    ``period`` is the return it stands in: the corrected one itself, or another whose 累计, 环比 or
    同比 it moves. Without indicator and measure it is the category's texts that changed. Amounts in
    the indicator's unit, comparisons in per cent; None where there is no number (未报, 不可比).
    """

    period: str
    category: str
    indicator: str | None
    measure: Measure | None
    old: Decimal | None
    new: Decimal | None
    reason: str

    @property
    def difference(self) -> Decimal | None:
        """New less old, where both are numbers."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True)
class TownReturn:
    """One issue of the return: 0 is the original, N the Nth correction (第N次更正).

    ``changes`` of a correction: its own figures against the issue before, then those of later
    returns that move with them. Of an original: what corrections of earlier periods moved since
    the last one. In the order of periods, categories, indicators and measures. ``breaks`` are those
    that the return's comparisons and sums reach across, ascending. ``league``: how the units
    reported in the year to date, this period as it stands here, earlier ones as published.
    ``duties``: how what is owed under the plan as a whole stood when this was compiled. ``trend`` and
    ``areas``: what was reported for earlier periods, figures and key areas, as their newest issues
    state it; by period ascending. ``past_standings``: how each category stood in the eleven
    periods before, as published.
    """

    town: str
    town_code: str
    period: str
    plan: str
    edition: str
    issue: int
    cells: tuple[ReturnCell, ...]
    standings: tuple[Standing, ...]
    entries: tuple[ReturnEntry, ...]
    sources: tuple[Source, ...]
    notes: tuple[ReturnNote, ...] = field(default=(), metadata=LATER)
    changes: tuple[FigureChange, ...] = field(default=(), metadata=LATER)
    breaks: tuple[Break, ...] = field(default=(), metadata=LATER)
    league: League = field(default=League(), metadata=LATER)
    duties: tuple[Standing, ...] = field(default=(), metadata=LATER)
    trend: Trend = field(default=Trend(), metadata=LATER)
    areas: tuple[AreaStatus, ...] = field(default=(), metadata=LATER)
    past_standings: tuple[PastStanding, ...] = field(default=(), metadata=LATER)

    @cached_property
    def _index(self) -> dict[tuple[str, str], ReturnCell]:
        return {(cell.category, cell.indicator): cell for cell in self.cells}

    def cell(self, category: str, indicator: str) -> ReturnCell | None:
        """The cell, or None where the form has none (memo totals, another category's extras)."""
        return self._index.get((category, indicator))

    @property
    def reported_count(self) -> int:
        """How many categories are in, of the ``len(standings)`` that a total adds up."""
        return sum(standing.is_in for standing in self.standings)

    @property
    def missing(self) -> tuple[Standing, ...]:
        """What is owed and not in (未报)."""
        return tuple(one for one in self.standings if not (one.is_in or one.state is ObligationState.EXEMPTED))

    @property
    def exempted(self) -> tuple[Standing, ...]:
        """What is not in and not owed either (免报): neither reported nor missing."""
        return tuple(one for one in self.standings if one.state is ObligationState.EXEMPTED)

    def entries_of(self, section: str, category: str | None = None) -> tuple[ReturnEntry, ...]:
        return tuple(entry for entry in self.entries if entry.section == section and category in (None, entry.category))

    def note_numbers(self, category: str, indicator: str | None) -> tuple[int, ...]:
        """The numbers, from 1, of the notes on one figure, or with None of those on a whole report."""
        return self._note_numbers.get((category, indicator), ())

    @cached_property
    def _note_numbers(self) -> dict[tuple[str, str | None], tuple[int, ...]]:
        numbers: dict[tuple[str, str | None], tuple[int, ...]] = {}
        for number, note in enumerate(self.notes, start=1):
            key = (note.category, note.indicator)
            numbers[key] = (*numbers.get(key, ()), number)
        return numbers
