"""What the periods before make of a figure: a streak, a record, the first of its kind for a time."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, takewhile

from townreturn.domain.form import Indicator, Kind
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, TownReturn
from townreturn.publishing.floors import (
    LEAST_MOVE_OF_HEADLINES,
    LEAST_RECORD,
    LEAST_STREAK,
    floor_of,
    weigh_move,
)

Points = tuple[tuple[str, Decimal], ...]
"""A figure by period, ascending to the return's own, none left out in between."""


@dataclass(frozen=True)
class Streak:
    """连续N期上升 or 下降: N moves, and the figure before the first of them."""

    rises: bool
    points: Points

    @property
    def count(self) -> int:
        return len(self.points) - 1


@dataclass(frozen=True)
class Record:
    """近N期最高 or 最低: no other of these periods has as much, or as little."""

    highest: bool
    points: Points


@dataclass(frozen=True)
class First:
    """自某期以来首次: the first point and the last are not zero, all between them are."""

    points: Points


Run = Streak | Record | First


def find_runs(town_return: TownReturn, plan: Plan, category: str, indicator: Indicator) -> list[Run]:
    """What is worth saying of a figure against the periods before, in the order in which it is said.

    Whatever follows zeros is a record among them, so that a first is told alone.
    """
    points = list_comparable(town_return, plan, category, indicator)
    first = _find_first(points) if indicator.kind is Kind.COUNT else None
    if first is not None:
        return [first]
    found: tuple[Run | None, ...] = (_find_streak(points, indicator), _find_record(points, indicator))
    return [one for one in found if one is not None]


def list_comparable(town_return: TownReturn, plan: Plan, category: str, indicator: Indicator) -> Points:
    """The figure in the longest stretch of periods up to this one without a gap or a break; empty when it is not
    complete itself.
    """
    cell, trend = town_return.cell(category, indicator.code), town_return.trend
    if cell is None or cell.current.value is None or not cell.current.is_complete:
        return ()
    codes = [one.code for one in plan.categories]
    is_total = category == TOTAL
    values = trend.totals(codes, indicator.code) if is_total else trend.values(category, indicator.code)
    breaks = [one for one in town_return.breaks if is_total or one.category in ("", category)]
    points, periods = [(town_return.period, cell.current.value)], [Period(town_return.period)]
    for key, value in zip(reversed(trend.periods), reversed(values), strict=True):
        periods.append(Period(key))
        if value is None or any(one.divides(periods) for one in breaks):
            break
        points.append((key, value))
    return tuple(reversed(points))


def _find_streak(points: Points, indicator: Indicator) -> Streak | None:
    moves = [later[1] - earlier[1] for earlier, later in pairwise(points)]
    if not moves or not moves[-1]:
        return None
    rises = moves[-1] > 0
    count = sum(1 for _ in takewhile(lambda move: move > 0 if rises else move < 0, reversed(moves)))
    found = Streak(rises, points[-count - 1 :])
    far_enough = weigh_move(found.points[0][1], found.points[-1][1], indicator) >= LEAST_MOVE_OF_HEADLINES
    return found if count >= LEAST_STREAK and far_enough else None


def _find_record(points: Points, indicator: Indicator) -> Record | None:
    """Nothing of a zero, which is told as such, nor where all are so small that the next one may be a record."""
    values = [value for _, value in points]
    if len(values) < LEAST_RECORD or not all(values[-2:]) or max(values) < floor_of(indicator):
        return None
    if values[-1] > max(values[:-1]):
        return Record(True, points)
    return Record(False, points) if values[-1] < min(values[:-1]) else None


def _find_first(points: Points) -> First | None:
    """After so many zeros as would make a streak."""
    if not points or not points[-1][1]:
        return None
    zeros = sum(1 for _ in takewhile(lambda point: not point[1], reversed(points[:-1])))
    return First(points[-zeros - 2 :]) if zeros >= LEAST_STREAK and len(points) > zeros + 1 else None
