"""The trend (走势): what each figure was in the periods before, as far as anything is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from townreturn.domain.period import Period


@dataclass(frozen=True)
class Series:
    """One category's indicator, a value for each of the trend's periods; None is 未报, never zero."""

    category: str
    indicator: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Trend:
    """The figures of earlier periods: last year's and this year's, ascending from the first that anything is
    known of to the one before the return's own, none left out in between.
    """

    periods: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], Series]:
        return {(one.category, one.indicator): one for one in self.series}

    def values(self, category: str, indicator: str) -> tuple[Decimal | None, ...]:
        """One value a period; all None where nothing is known."""
        found = self._by_place.get((category, indicator))
        return found.values if found else (None,) * len(self.periods)

    def totals(self, categories: Sequence[str], indicator: str) -> tuple[Decimal | None, ...]:
        """The sum across categories in each period; None unless every one of them is in."""
        columns = [self.values(one, indicator) for one in categories]
        return tuple(map(_sum_of_all, zip(*columns, strict=True))) if columns else ()


def trend_periods(period: Period) -> tuple[Period, ...]:
    """Those a trend reaches back to: the whole of last year, and this year before the period; ascending."""
    december = Period.of(period.year, 0)
    return (*december.year_to_date, *(one for one in period.year_to_date if one < period))


def _sum_of_all(values: tuple[Decimal | None, ...]) -> Decimal | None:
    known = [one for one in values if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None
