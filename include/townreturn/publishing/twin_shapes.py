"""What the briefing's JSON twin looks like; its schema is built from these records.

The twin itself is written as plain data, span by span: see ``briefing`` and ``figure_origins``.
"""

from dataclasses import dataclass, field
from typing import NewType

from townreturn.domain.briefing_styles import Style
from townreturn.domain.canonical_mark import LATER
from townreturn.domain.obligation import ObligationKind
from townreturn.domain.town_return import AmountStatus, ChangeStatus, Measure
from townreturn.publishing.prose import OriginKind

PlainNumber = NewType("PlainNumber", str)
"""A decimal as text without exponent; a difference may end in zeros."""
_OF_SOME_KINDS = LATER
"""A detail that only spans of some kinds have."""


@dataclass(frozen=True)
class TwinSource:
    """One cell of a unit's file."""

    category: str
    file_hash: str
    file_name: str
    sheet: str
    cell: str
    raw: str
    normalised: tuple[str, ...]


@dataclass(frozen=True)
class TwinComponent:
    """One figure that another is worked out from; without ``value`` where the return does not hold it."""

    period: str
    category: str
    indicator: str
    measure: Measure
    value: PlainNumber | None = field(default=None, metadata=_OF_SOME_KINDS)


@dataclass(frozen=True)
class TwinTrimmed:
    """Of a quotation that is longer than what is printed: characters kept, of how many."""

    kept: int
    of: int


@dataclass(frozen=True)
class TwinSpan:
    """A stretch of a paragraph, characters ``start`` to ``end`` (not included), with what it rests on."""

    start: int
    end: int
    text: str
    kind: OriginKind
    category: str = field(default="", metadata=_OF_SOME_KINDS)
    categories: tuple[str, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    indicator: str | None = field(default=None, metadata=_OF_SOME_KINDS)
    indicators: tuple[str, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    measure: Measure | None = field(default=None, metadata=_OF_SOME_KINDS)
    period: str = field(default="", metadata=_OF_SOME_KINDS)
    periods: tuple[str, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    value: PlainNumber | None = field(default=None, metadata=_OF_SOME_KINDS)
    status: AmountStatus | ChangeStatus = field(default=AmountStatus.REPORTED, metadata=_OF_SOME_KINDS)
    sources: tuple[TwinSource, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    components: tuple[TwinComponent, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    side: str = field(default="", metadata=_OF_SOME_KINDS)
    changed_period: str = field(default="", metadata=_OF_SOME_KINDS)
    of: str = field(default="", metadata=_OF_SOME_KINDS)
    names: tuple[str, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    obligations: tuple[ObligationKind, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    units: tuple[str, ...] = field(default=(), metadata=_OF_SOME_KINDS)
    unit: str = field(default="", metadata=_OF_SOME_KINDS)
    section: str = field(default="", metadata=_OF_SOME_KINDS)
    trimmed: TwinTrimmed | None = field(default=None, metadata=_OF_SOME_KINDS)
    number: int = field(default=0, metadata=_OF_SOME_KINDS)
    rule: str = field(default="", metadata=_OF_SOME_KINDS)
    late_seconds: int = field(default=0, metadata=_OF_SOME_KINDS)
    day: str = field(default="", metadata=_OF_SOME_KINDS)
    shown_due: str = field(default="", metadata=_OF_SOME_KINDS)
    issue: int = field(default=0, metadata=_OF_SOME_KINDS)
    key: str = field(default="", metadata=_OF_SOME_KINDS)
    plan: str = field(default="", metadata=_OF_SOME_KINDS)
    form: str = field(default="", metadata=_OF_SOME_KINDS)
    field: str = field(default="", metadata=_OF_SOME_KINDS)  # the last: the name is then taken


@dataclass(frozen=True)
class TwinParagraph:
    """One paragraph: of the prose, or around an annex table."""

    style: Style
    text: str
    figures: tuple[TwinSpan, ...]


@dataclass(frozen=True)
class BriefingTwin:
    """The whole twin of one issue's briefing."""

    town: str
    period: str
    issue: int
    plan: str
    paragraphs: tuple[TwinParagraph, ...]
