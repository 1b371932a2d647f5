"""The tree below a published figure: what it was added up or worked out from, down to the cells of files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from townreturn.domain.form import Indicator, OverTime
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, Amount, Change, ChangeStatus, Measure, ReturnNote, Source, TownReturn

_CURRENT, _YTD = Measure.CURRENT, Measure.YTD
_TENTH = Decimal("0.1")


class NodeKind(StrEnum):
    """How a figure came about: read from a file, added up, one balance of several, or compared. What was read from
    the return of an office below has that return's figure under it.
    """

    READ = "read"
    SUM = "sum"
    BALANCE = "balance"
    COMPARISON = "comparison"


@dataclass(frozen=True)
class Part:
    """What one report states, and where; ``unit`` is the subordinate's name above the town, else empty."""

    value: Decimal
    source: Source | None
    unit_code: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Ground:
    """What one period's figures were when the traced return was compiled; by (category, indicator).

    ``parts`` are the reports that make a figure: one, or above the town those of the subordinates.
    ``issue`` is the published one that they were taken from, None when the period had none: then
    they are those of the reports themselves.
    """

    period: str
    issue: int | None
    amounts: Mapping[tuple[str, str], Amount]
    parts: Mapping[tuple[str, str], Sequence[Part]]
    notes: tuple[ReturnNote, ...] = ()


@dataclass(frozen=True)
class Place:
    """Which figure of a return: ``category`` may be TOTAL."""

    category: str
    indicator: Indicator
    measure: Measure


@dataclass(frozen=True)
class Node:
    """A figure and what it rests on. ``value`` in the indicator's unit, or in per cent; None is no number.

    ``issue`` is that of the return the figure stands in; ``source`` is where it was read, ``notes``
    what its unit explained about it or about its whole report; ``status`` says why a comparison has no number.
    ``unit`` names the subordinate whose part it is, ``town`` the office below in whose return it stands.
    ``reported`` of ``expected`` reports make an amount.
    """

    kind: NodeKind
    period: str
    category: str
    measure: Measure
    value: Decimal | None
    issue: int | None
    status: ChangeStatus | None = None
    source: Source | None = None
    notes: tuple[ReturnNote, ...] = ()
    children: tuple["Node", ...] = ()
    unit: str = ""
    town: str = ""
    reported: int = 1
    expected: int = 1

    @property
    def adds_up(self) -> bool:
        """Whether the children's values give this one's."""
        values = [one.value for one in self.children if one.value is not None]
        if self.kind is NodeKind.READ:
            return all(one.value == self.value for one in self.children)
        if self.kind is NodeKind.COMPARISON:
            return self.value is None or self.value == _change(*(one.value for one in self.children))
        return self.value == (sum(values, Decimal(0)) if values else None)

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def grow_tree(town_return: TownReturn, place: Place, categories: Sequence[str], grounds: Mapping[str, Ground]) -> Node:
    """The tree of a figure of the return; ``grounds`` by period, the return's own among them.

    Values of inner nodes come from the grounds, the root's from the return itself.
    """
    grower = _Grower(place, tuple(categories), grounds)
    period = Period(town_return.period)
    cell = town_return.cell(place.category, place.indicator.code)
    figure: Amount | Change | None = getattr(cell, place.measure.value) if cell else None
    if isinstance(figure, Change):
        sides = tuple(grower.grow(one, measure) for one, measure in sides_of(period, place.measure))
        return Node(
            NodeKind.COMPARISON, period.key, place.category, place.measure, figure.pct, town_return.issue,
            status=figure.status, children=sides,
        )  # fmt: skip
    grown = grower.grow(period, place.measure)
    return replace(grown, value=figure.value if figure else None, issue=town_return.issue)


def sides_of(period: Period, measure: Measure) -> tuple[tuple[Period, Measure], tuple[Period, Measure]]:
    """The two figures that a comparison compares: this one, and that which is 100 per cent."""
    if measure is Measure.MONTH_ON_MONTH:
        return (period, _CURRENT), (period.previous, _CURRENT)
    of = _CURRENT if measure is Measure.YEAR_ON_YEAR else _YTD
    return (period, of), (period.year_ago, of)


def parts_of(period: Period, over_time: OverTime) -> tuple[Period, ...]:
    """The periods whose current figures make a year to date; of a balance the one that it is."""
    if over_time is OverTime.SUM:
        return period.year_to_date
    return (period.year_to_date[0] if over_time is OverTime.FIRST else period,)


def periods_needed(period: Period, place: Place) -> set[Period]:
    """Every period whose ground the tree stands on, the return's own included."""
    measured = [(period, place.measure)]
    if place.measure not in (_CURRENT, _YTD):
        measured = list(sides_of(period, place.measure))
    parts = (parts_of(one, place.indicator.over_time) if measure is _YTD else (one,) for one, measure in measured)
    return {period, *(one for part in parts for one in part)}


@dataclass(frozen=True)
class _Grower:
    place: Place
    categories: tuple[str, ...]
    grounds: Mapping[str, Ground]

    def grow(self, period: Period, measure: Measure) -> Node:
        """An amount of the traced category: current, or the year to date."""
        if measure is _CURRENT:
            return self._current(period)
        over_time = self.place.indicator.over_time
        children = tuple(self._current(one) for one in parts_of(period, over_time))
        kind = NodeKind.SUM if over_time is OverTime.SUM else NodeKind.BALANCE
        return self._above(kind, period, _YTD, children)

    def _current(self, period: Period) -> Node:
        if self.place.category != TOTAL:
            return self._read(period, self.place.category)
        children = tuple(self._read(period, category) for category in self.categories)
        return self._above(NodeKind.SUM, period, _CURRENT, children)

    def _above(self, kind: NodeKind, period: Period, measure: Measure, children: tuple[Node, ...]) -> Node:
        values = [one.value for one in children if one.value is not None]
        total = sum(values, Decimal(0)) if values else None
        return Node(kind, period.key, self.place.category, measure, total, self._issue(period), children=children)

    def _read(self, period: Period, category: str) -> Node:
        ground, key = self.grounds.get(period.key), (category, self.place.indicator.code)
        amount = ground.amounts.get(key) if ground else None
        value = amount.value if amount else None
        parts = ground.parts.get(key, ()) if ground and value is not None else ()
        notes = tuple(one for one in ground.notes if _is_about(one, key)) if ground else ()
        figure = Node(NodeKind.READ, period.key, category, _CURRENT, value, self._issue(period))
        if not any(one.unit for one in parts):
            return replace(figure, source=parts[0].source if parts else None, notes=notes)
        children = tuple(_part(figure, one, notes) for one in parts)
        return replace(
            figure,
            kind=NodeKind.SUM,
            children=children,
            reported=amount.reported if amount else 0,
            expected=amount.expected if amount else 0,
        )

    def _issue(self, period: Period) -> int | None:
        ground = self.grounds.get(period.key)
        return ground.issue if ground else None


def _part(figure: Node, part: Part, notes: Sequence[ReturnNote]) -> Node:
    """A subordinate's part of a figure, with what that one explained."""
    own = tuple(one for one in notes if one.unit == part.unit_code)
    return replace(figure, value=part.value, source=part.source, unit=part.unit, notes=own)


def _is_about(note: ReturnNote, key: tuple[str, str]) -> bool:
    """A note on a whole report is about each of its figures."""
    return note.category == key[0] and note.indicator in (None, key[1])


def _change(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Per cent, one decimal, half up; as a reader with the two figures would work it out."""
    if value is None or not base:
        return None
    return ((value - base) * 100 / base).quantize(_TENTH, ROUND_HALF_UP)
