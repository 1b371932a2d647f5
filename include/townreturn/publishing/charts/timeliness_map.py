"""报送时效图: how each category stood in each period of the last year, one mark a place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.past_standings import recent_periods
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn


class Mark(StrEnum):
    """How a category's statistics stand, from good to bad, then what is not judged: 按时, 迟报, 退回, 未报; 补录,
    免报, 未到期."""

    ON_TIME = "on_time"
    LATE = "late"
    RETURNED = "returned"
    MISSING = "missing"
    BACKFILLED = "backfilled"
    EXEMPTED = "exempted"
    OPEN = "open"


class Stood(Protocol):
    """What a mark is judged by: a standing, or a past one."""

    @property
    def state(self) -> ObligationState: ...
    @property
    def timeliness(self) -> Timeliness: ...


@dataclass(frozen=True)
class MapRow:
    """One category, a mark for each period of the map; None where nothing is known."""

    category: str
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True)
class TimelinessMap:
    """The periods from the first that anything is known of to the return's own, and a row a category."""

    periods: tuple[Period, ...]
    rows: tuple[MapRow, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Those that occur, each once, in their own order."""
        return tuple(mark for mark in Mark if any(mark in row.marks for row in self.rows))


def timeliness_map(town_return: TownReturn, plan: Plan) -> TimelinessMap:
    """The marks count as the league counts: exempted is what owed nothing, be it that something came all the same."""
    own = Period(town_return.period)
    stood = [((one.period, one.category), judge_mark(one)) for one in town_return.past_standings]
    stood += [((own.key, one.category), judge_mark(one)) for one in town_return.standings]
    places: dict[tuple[str, str], Mark] = {}
    for place, mark in stood:
        places[place] = max(mark, places.get(place, mark), key=_WORST_LAST.index)
    first = min((key for key, _ in places), default=own.key)
    periods = tuple(one for one in (*recent_periods(own), own) if one.key >= first)
    rows = (MapRow(one.code, tuple(places.get((key.key, one.code)) for key in periods)) for one in plan.categories)
    return TimelinessMap(periods, tuple(rows))


_WORST_LAST = (
    Mark.EXEMPTED, Mark.OPEN, Mark.BACKFILLED, Mark.ON_TIME, Mark.LATE, Mark.RETURNED, Mark.MISSING,
)  # fmt: skip
"""Of the subordinates that report a category above the town, the worst is what its place shows."""
_UNLIKE = {
    ObligationState.RETURNED: Mark.RETURNED,
    ObligationState.MISSING: Mark.MISSING,
    ObligationState.OPEN: Mark.OPEN,
    ObligationState.NOT_OPEN: Mark.OPEN,
    ObligationState.EXEMPTED: Mark.EXEMPTED,
}


def judge_mark(one: Stood) -> Mark:
    """The mark of one standing."""
    if Timeliness.EXEMPTED is one.timeliness:
        return Mark.EXEMPTED
    return _UNLIKE.get(one.state) or _OF_WHAT_IS_IN.get(one.timeliness, Mark.ON_TIME)


_OF_WHAT_IS_IN = {Timeliness.LATE: Mark.LATE, Timeliness.BACKFILLED: Mark.BACKFILLED}
