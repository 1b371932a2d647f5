"""Text that knows where each of its numbers comes from: what the briefing is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import Any

from townreturn.wording import texts


class OriginKind(StrEnum):
    """What a stretch of the briefing's text rests on."""

    FIGURE = "figure"
    BASE = "base"
    DIFFERENCE = "difference"
    SHARE = "share"
    RATE = "rate"
    POINTS = "points"
    STREAK = "streak"
    RECORD = "record"
    FIRST = "first"
    CHANGE = "change"
    COUNT = "count"
    DATE = "date"
    PERIOD = "period"
    DEADLINE = "deadline"
    ISSUE = "issue"
    QUOTED = "quoted"
    QUESTION = "question"
    REASON = "reason"
    PLAN = "plan"
    FORM = "form"
    NOTE = "note"
    REMARK = "remark"
    LEAGUE = "league"
    DURATION = "duration"
    NUMBERING = "numbering"


@dataclass(frozen=True)
class Origin:
    """Where a stretch of text comes from; ``details`` are plain data, as they stand in the twin."""

    kind: OriginKind
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """A stretch of a text, ``start`` to ``end`` (not included) in characters, with its origin."""

    start: int
    end: int
    origin: Origin


@dataclass(frozen=True)
class Prose:
    """A text in pieces, each with its origin or None; empty is false. Pieces never overlap."""

    pieces: tuple[tuple[str, Origin | None], ...] = ()

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    @property
    def spans(self) -> Iterator[Span]:
        """The pieces that have an origin, in order."""
        start = 0
        for text, origin in self.pieces:
            if origin is not None and text:
                yield Span(start, start + len(text), origin)
            start += len(text)

    def __add__(self, other: "Prose") -> "Prose":
        return Prose(self.pieces + other.pieces)

    def __bool__(self) -> bool:
        return bool(self.text)


def plain(text: str) -> Prose:
    """Words of our own, which hold no number."""
    return Prose(((text, None),))


def cite(text: str, kind: OriginKind, **details: Any) -> Prose:
    """A text with its origin."""
    return Prose(((text, Origin(kind, details)),))


def join(separator: str, parts: Iterable[Prose]) -> Prose:
    """The parts with a separator between them."""
    joined = Prose()
    for position, part in enumerate(parts):
        joined = joined + plain(separator) + part if position else part
    return joined


def tell(code: str, **values: Prose) -> Prose:
    """The text of a code with its values filled in, each of which keeps its origins."""
    told = Prose()
    for words, name in _template(code):
        told += plain(words) + (values[name] if name else Prose())
    return told


@cache
def _template(code: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((words, name) for words, name, _, _ in Formatter().parse(texts()[code]))
