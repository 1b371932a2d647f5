"""A figure over time: point by point as the newest issues state it, with gaps where they state none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from townreturn.board.trends_moved import Moved, find_moved
from townreturn.domain.breaks import Break, BreakKind, find_breaks
from townreturn.domain.form import Indicator
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Change, Measure
from townreturn.publishing.printed_cells import print_cell
from townreturn.store.stated_figures import StatedReturn


class PointStatus(StrEnum):
    """What a point is: a figure of an AmountStatus or ChangeStatus; 免报; nothing published of the period;
    no such figure in its return; a figure that was counted in another unit of measure."""

    REPORTED = "reported"
    ZERO = "zero"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    CHANGED_SCOPE = "changed_scope"
    RATIO = "ratio"
    ZERO_BASE = "zero_base"
    INCOMPARABLE = "incomparable"
    EXEMPTED = "exempted"
    UNPUBLISHED = "unpublished"
    NOT_STATED = "not_stated"
    OTHER_UNIT = "other_unit"


@dataclass(frozen=True)
class Point:
    """A figure of one period; ``value`` in the indicator's unit or in per cent, None where there is no number.

    ``text`` as the workbook shows it, empty where nothing is published or stated. ``is_moved``: a later
    correction of an earlier period states it otherwise.
    """

    status: PointStatus
    text: str = ""
    value: Decimal | None = None
    is_moved: bool = False


@dataclass(frozen=True)
class Curve:
    """One column over some periods, a point each; at the places in ``breaks`` it begins anew, for nothing
    compares with what was before."""

    points: tuple[Point, ...]
    breaks: tuple[int, ...]


class Figures:
    """One indicator in one measure, as a town's issues state it; ``periods`` ascend from the first published to the
    last, none left out in between."""

    def __init__(self, plans: PlanBook, indicator: Indicator, measure: Measure, stated: Sequence[StatedReturn]) -> None:
        self._plans, self._indicator, self._measure = plans, indicator, measure
        self.newest: Mapping[str, StatedReturn] = {one.town_return.period: one for one in stated}
        self.periods = periods_between(*map(Period, (min(self.newest), max(self.newest)))) if stated else ()
        self.breaks = find_breaks(plans.plans)
        self.moved: Moved = find_moved(stated, measure)

    def draw_curve(self, category: str, periods: Sequence[Period]) -> Curve:
        """A category, or TOTAL, over successive periods."""
        points = tuple(self._point(one, category) for one in periods)
        return Curve(points, find_places(periods, self.breaks, category))

    def _point(self, period: Period, category: str) -> Point:
        if period.key not in self.newest:
            return Point(PointStatus.UNPUBLISHED)
        town_return = self.newest[period.key].town_return
        plan = self._plans.find(period)
        indicator = plan.form.by_code.get(self._indicator.code, self._indicator) if plan else self._indicator
        printed = print_cell(town_return, category, indicator, self._measure)
        if printed.figure is None:
            return Point(PointStatus.NOT_STATED)
        if isinstance(printed.figure, Amount) and indicator.unit != self._indicator.unit:
            return Point(PointStatus.OTHER_UNIT, printed.text + indicator.unit)
        status, value = _told(printed.figure, printed.is_missing)
        return Point(status, printed.text, value, (period.key, category) in self.moved)


def _told(figure: Amount | Change, is_missing: bool) -> tuple[PointStatus, Decimal | None]:
    if isinstance(figure, Change):
        return PointStatus(figure.status.value), figure.pct
    if figure.status is AmountStatus.MISSING and not is_missing:
        return PointStatus.EXEMPTED, None
    return PointStatus(figure.status.value), figure.value


def find_places(periods: Sequence[Period], breaks: Sequence[Break], category: str) -> tuple[int, ...]:
    """The places where a column over successive periods begins anew, ascending.

    A period of another length stands alone; the total has the breaks of all categories.
    """
    keys, places = [one.key for one in periods], set[int]()
    for one in breaks:
        if category == TOTAL or one.category in ("", category):
            places |= _places_of(one, keys)
    return tuple(sorted(place for place in places if 0 < place < len(keys)))


def _places_of(one: Break, keys: Sequence[str]) -> set[int]:
    after = sum(key < one.since for key in keys)
    if one.kind is BreakKind.LENGTH:
        return {after, after + 1} if one.since in keys else set()
    return {after}
