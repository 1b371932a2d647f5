"""The form edition: indicators, category extras and sections valid for a range of periods."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from townreturn.domain.kept_file import KeptFile


class Kind(StrEnum):
    """What a figure is: whole things counted, money, or a measured quantity."""

    COUNT = "count"
    MONEY = "money"
    QUANTITY = "quantity"


class OverTime(StrEnum):
    """How periods combine into the year to date: flows add, stocks take their first or last."""

    SUM = "sum"
    FIRST = "first"
    LAST = "last"


class Across(StrEnum):
    """Whether categories add up to a total; memo indicators overlap and never do."""

    SUM = "sum"
    NEVER = "never"


@dataclass(frozen=True)
class Rate:
    """A figure as a share of another one, in per cent: 不合格率 is 不合格 of 抽检."""

    label: str
    of: str


@dataclass(frozen=True)
class Indicator:
    """One row of the form. ``unit`` is the unit of measure, ``decimals`` how many are allowed.

    ``headline``: the briefing's prose always tells it where it is not zero; the other ones when they
    move. ``rate``: that it is told as a share of another indicator, too.
    """

    code: str
    label: str
    unit: str
    kind: Kind
    over_time: OverTime
    across: Across
    group: str
    hint: str = ""
    headline: bool = False
    rate: Rate | None = None

    @property
    def decimals(self) -> int:
        return 0 if self.kind is Kind.COUNT else 2

    @property
    def is_stock(self) -> bool:
        return self.over_time is not OverTime.SUM


@dataclass(frozen=True)
class Field:
    """One column of a text section; ``choices`` makes it a drop-down, ``width`` is in characters."""

    code: str
    label: str
    width: int = 20
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Section:
    """A sheet of free text beside the statistics: one row an entry."""

    code: str
    sheet: str
    fields: tuple[Field, ...]
    hint: str = ""
    rows: int = 20


@dataclass(frozen=True)
class SheetNames:
    """The names of the sheets that every workbook of the edition has."""

    instructions: str
    cover: str
    statistics: str


@dataclass(frozen=True)
class Anchors:
    """The labels by which cells are found again, wherever rows and columns have moved.

    On the cover and at the head of the statistics sheet a value stands right of its label; the
    statistics table hangs on ``indicator``, each text section on ``category``.
    """

    unit: str
    unit_code: str
    period: str
    span: str
    edition: str
    categories: str
    filled_by: str
    reviewed_by: str
    phone: str
    filled_on: str
    row_number: str
    indicator: str
    unit_of_measure: str
    zero_return: str
    requirement: str
    category: str


@dataclass(frozen=True)
class Charts:
    """Which common indicators are drawn; what is empty is not.

    ``trend``: each category's over a year. ``shares``: the categories' shares in a total. ``years``: the total by
    month, this year's beside last year's.
    """

    trend: str = ""
    shares: tuple[str, ...] = ()
    years: str = ""


@dataclass(frozen=True)
class Form:
    """One edition of the report form (报表制度).

    ``extras`` are indicators that only one category reports; they never enter the total.
    ``explanations`` is the code of the section in which verifying findings are answered (审核说明),
    empty for an edition without one. ``charts`` says what is drawn of the figures. ``file`` is what it was loaded from.
    """

    edition: str
    title: str
    number: str
    authority: str
    sheets: SheetNames
    anchors: Anchors
    indicators: tuple[Indicator, ...]
    extras: dict[str, tuple[Indicator, ...]]
    sections: tuple[Section, ...]
    opening_stock: str
    closing_stock: str
    major_cases: str
    explanations: str = ""
    charts: Charts = Charts()
    yes: str = "是"
    no: str = "否"
    file: KeptFile | None = field(default=None, init=False, compare=False, repr=False)

    def indicators_of(self, category: str) -> tuple[Indicator, ...]:
        """Common indicators, then the category's own, in form order."""
        return self.indicators + self.extras.get(category, ())

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every label of the form: anchors, indicators and the fields of its sections."""
        fields = (field.label for section in self.sections for field in section.fields)
        return frozenset((*vars(self.anchors).values(), *(one.label for one in self.by_code.values()), *fields))

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        extras = (one for rows in self.extras.values() for one in rows)
        return {one.code: one for one in (*self.indicators, *extras)}

    @cached_property
    def headlines(self) -> frozenset[str]:
        """The codes of the indicators that are always told; where an edition marks none, those that begin a
        group, and 大案要案."""
        marked = {one.code for one in self.by_code.values() if one.headline}
        firsts = {one.group: one.code for one in reversed(self.indicators)}
        return frozenset(marked or {*firsts.values(), self.major_cases})

    def section(self, code: str) -> Section:
        return next(one for one in self.sections if one.code == code)
