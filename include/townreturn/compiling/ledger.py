"""The ledger: accepted figures added up to one amount a period, category and indicator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Amount, AmountStatus

Place = tuple[str, str, str]
"""(period, category, indicator)."""


class AcceptedFigure(Protocol):
    """An accepted figure: of one report, or with ``parts`` of a published issue, where it is added up already."""

    @property
    def period(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def is_zero_return(self) -> bool: ...
    @property
    def parts(self) -> tuple[int, int] | None: ...


@dataclass(frozen=True)
class Ledger:
    """``expected``: category → how many reports make its figure, one or as many as there are subordinates."""

    amounts: Mapping[Place, Amount]
    expected: Mapping[str, int]

    def amount(self, period: Period, category: str, indicator: str) -> Amount:
        """One period's figure; missing when there is no accepted report, never zero."""
        found = self.amounts.get((period.key, category, indicator))
        return found or Amount(None, AmountStatus.MISSING, 0, self.expected[category])


def build_ledger(plan: Plan, figures: Iterable[AcceptedFigure]) -> Ledger:
    """Figures of categories that the plan has no more do not count."""
    expected = {one.code: len(plan.units_reporting(one.code)) for one in plan.categories}
    found: dict[Place, list[AcceptedFigure]] = {}
    for one in figures:
        if one.category in expected:
            found.setdefault((one.period, one.category, one.indicator), []).append(one)
    return Ledger({place: _amount(given, expected[place[1]]) for place, given in found.items()}, expected)


def _amount(figures: list[AcceptedFigure], expected: int) -> Amount:
    """Incomplete while a subordinate is out; a zero return only where all of its parts are."""
    reported = len(figures)
    if figures[0].parts is not None:
        reported, expected = figures[0].parts
    status = AmountStatus.ZERO if all(one.is_zero_return for one in figures) else AmountStatus.REPORTED
    value = sum((one.value for one in figures), Decimal(0))
    return Amount(value, status if reported == expected else AmountStatus.INCOMPLETE, reported, expected)
