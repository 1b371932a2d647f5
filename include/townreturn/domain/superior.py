"""The superior's own template (上级表式): which figure or text of the return stands in which of its cells."""

from dataclasses import dataclass
from enum import StrEnum

from townreturn.domain.kept_file import KeptFile

PLACEHOLDERS = ("town", "unit", "period", "year", "month", "first", "last", "issued_on", "issue", "reported", "missing")
"""What texts may name in braces; see ``publishing.superior_workbook``."""
AMOUNTS = ("current", "ytd", "previous", "year_ago", "ytd_previous", "ytd_year_ago")
CHANGES = ("month_on_month", "year_on_year", "ytd_year_on_year")
"""The figures of a ``ReturnCell`` by their names: those with a unit, and those in per cent."""


class WhereNoNumber(StrEnum):
    """What is written where there is no number: the word that the return has (未报, 不可比), or nothing."""

    WORD = "word"
    BLANK = "blank"


class Percent(StrEnum):
    """How a change of 12.5 % is written: as 12.5, or as 0.125 into a cell whose format shows per cent."""

    NUMBER = "number"
    FRACTION = "fraction"


@dataclass(frozen=True)
class FigureCell:
    """A cell that a figure goes into; ``measure`` is one of AMOUNTS or CHANGES. Row and column from 0."""

    sheet: str
    row: int
    column: int
    category: str
    indicator: str
    measure: str


@dataclass(frozen=True)
class TextCell:
    """A cell that a text goes into, with placeholders in braces. Row and column from 0."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class SuperiorTemplate:
    """A template with its mapping, checked against each other, the plan and the form.

    ``file_name`` has placeholders too. ``missing`` is about amounts (未报, 免报), ``incomparable`` about
    changes without a number (不可比, —) and totals that are none (／).
    """

    template: KeptFile
    mapping: KeptFile
    file_name: str
    figures: tuple[FigureCell, ...]
    texts: tuple[TextCell, ...]
    missing: WhereNoNumber
    incomparable: WhereNoNumber
    percent: Percent
