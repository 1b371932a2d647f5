"""What a period is compared with: the accepted figures of the periods around it, and what was published."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.period import Period

HISTORY_PERIODS = 12
"""How far back outliers are judged: a year, so that every season is in it once."""


@dataclass(frozen=True)
class PastFigure:
    """An accepted figure of another period and the unit that reported it."""

    value: Decimal
    unit: str


@dataclass(frozen=True)
class History:
    """Accepted figures by (category, indicator), then by how many periods back: 1 is last period,
    12 a year ago, -1 the next period (known when an older one is corrected). What is not there was
    not accepted; it is never zero. ``published`` are the period's own figures by the same key, as
    its newest issue states them; empty before it is published.
    """

    figures: Mapping[tuple[str, str], Mapping[int, PastFigure]] = field(default_factory=dict)
    published: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)

    def value(self, category: str, indicator: str, periods_back: int) -> Decimal | None:
        """A category's figure runs on across a succession of units."""
        past = self.figures.get((category, indicator), {}).get(periods_back)
        return past.value if past else None

    def own(self, category: str, indicator: str, unit: str) -> list[Decimal]:
        """The unit's own figures of the periods before, newest first."""
        past = self.figures.get((category, indicator), {})
        return [past[back].value for back in sorted(past) if back > 0 and past[back].unit == unit]

    def within(self, breaks: Sequence[Break], period: Period, balances: Collection[str]) -> "History":
        """What a period's figures can be held against: nothing from beyond a break.

        Balances go on over a period of another length: only what happens in it is more or less.
        """

        def counts(category: str, indicator: str, back: int) -> bool:
            between = (period, Period.of(period.year, period.month - back))
            own = (one for one in breaks if one.category in ("", category))
            felt = (one for one in own if one.kind is not BreakKind.LENGTH or indicator not in balances)
            return not any(one.divides(between) for one in felt)

        figures = {
            place: {back: figure for back, figure in past.items() if counts(*place, back)}
            for place, past in self.figures.items()
        }
        return replace(self, figures=figures)


@dataclass(frozen=True)
class Histories:
    """Whose past a report is held against: ``shared`` by the lead units, for a category's figures run on over a
    succession; ``own`` by the code of each subordinate, whose part of a category is nobody else's.
    """

    shared: History = History()
    own: Mapping[str, History] = field(default_factory=dict)

    def of(self, unit: str | None) -> History:
        """One object for all reports of a unit."""
        return self.own.get(unit or "", self.shared)

    def map(self, change: Callable[[str, History], History]) -> "Histories":
        """Each changed; ``change`` is told the subordinate's code, empty for what lead units share."""
        return Histories(change("", self.shared), {unit: change(unit, one) for unit, one in self.own.items()})


class Reporter(NamedTuple):
    """Who reports a category, and what its figures are held against; one history object a town or subordinate."""

    category: str
    unit: str | None
    history: History

    @property
    def key(self) -> tuple[str, str | None, int]:
        """Equal where the same figures are compared with the same past."""
        return self.category, self.unit, id(self.history)
