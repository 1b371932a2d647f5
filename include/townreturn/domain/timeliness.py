"""Timeliness (报送时效): how units kept their obligations over some periods, and their league (排名).

The one home of the rule. An obligation counts when it is in or due; a category of one period is
one (类次). Exempted ones (免报) owed nothing, and of a period that was backfilled (补录) nobody
knows who was late: both stand apart. On time is what was accepted as such: a file in time that
was returned, an empty one among them, is missing until a better one comes. Units are ranked by the
share of what counts that was on time, then by the share that is in, then by the share that was
accepted without anything returned before. Units with equal shares have equal ranks, and the next
rank leaves out as many (1, 1, 3).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.plan import Unit


@dataclass(frozen=True)
class UnitTimeliness:
    """One unit's obligations over some periods, counted by how they stand.

    ``missing``: due and not in. ``first_pass``: in, and nothing returned before; ``returned_count``:
    reports that came in vain. ``late_seconds`` of all late ones together, and of the longest.
    ``rank`` is None where nothing counts.
    """

    unit: str
    rank: int | None
    on_time: int
    late: int
    missing: int
    first_pass: int
    returned_count: int
    extended: int
    exempted: int
    backfilled: int
    late_seconds: int
    longest_late_seconds: int

    @property
    def reported(self) -> int:
        return self.on_time + self.late

    @property
    def expected(self) -> int:
        return self.reported + self.missing

    @property
    def on_time_rate(self) -> Fraction | None:
        """按时率, exact, 0 to 1 like the other rates; None where nothing counts."""
        return self._share(self.on_time)

    @property
    def completeness(self) -> Fraction | None:
        """报送率."""
        return self._share(self.reported)

    @property
    def first_pass_rate(self) -> Fraction | None:
        """一次通过率."""
        return self._share(self.first_pass)

    def _share(self, count: int) -> Fraction | None:
        return Fraction(count, self.expected) if self.expected else None


@dataclass(frozen=True)
class League:
    """Units by rank, those of one rank in the plan's order, those without one last.

    ``periods`` ascending; of them ``backfilled`` are those that count for nobody.
    """

    periods: tuple[str, ...] = ()
    backfilled: tuple[str, ...] = ()
    units: tuple[UnitTimeliness, ...] = ()


def league_of(units: Sequence[Unit], standings: Mapping[str, Sequence[Standing]]) -> League:
    """The league of the units of a plan over some periods: period key → its standings.

    What a unit of an earlier plan owed counts for the unit that succeeds it; without one it is left
    out, for there is nobody to tell.
    """
    answering = {old: one.code for one in units for old in one.succeeds} | {one.code: one.code for one in units}
    backfilled = tuple(sorted(key for key, found in standings.items() if _is_backfilled(found)))
    counted = _by_unit(answering, [one for key, found in standings.items() if key not in backfilled for one in found])
    apart = _by_unit(answering, [one for key in backfilled for one in standings[key]])
    tallied = [
        tally(one.code, counted.get(one.code, ()), apart.get(one.code, ()))
        for one in units
        if one.code in counted or one.code in apart
    ]
    return League(tuple(sorted(standings)), backfilled, _ranked(tallied))


def tally(unit: str, standings: Sequence[Standing], backfilled: Sequence[Standing] = ()) -> UnitTimeliness:
    """One unit's standings counted, those of backfilled periods apart; without a rank."""
    owed = [one for one in standings if _counts(one)]
    reported = [one for one in owed if one.is_in]
    on_time = sum(one.timeliness is Timeliness.ON_TIME for one in reported)
    everything = [*standings, *backfilled]
    return UnitTimeliness(
        unit=unit,
        rank=None,
        on_time=on_time,
        late=len(reported) - on_time,
        missing=len(owed) - len(reported),
        first_pass=sum(one.returned_count == 0 for one in reported),
        returned_count=sum(one.returned_count for one in owed),
        extended=sum(one.due_at is not None for one in owed),
        exempted=sum(one.is_exempted for one in everything),
        backfilled=sum(not one.is_exempted for one in backfilled),
        late_seconds=sum(one.late_seconds for one in reported),
        longest_late_seconds=max((one.late_seconds for one in reported), default=0),
    )


def _counts(standing: Standing) -> bool:
    """Whether it is in or due, and owed at all; what was returned and is not due yet is still open."""
    if standing.is_exempted:
        return False
    if standing.state is ObligationState.RETURNED:
        return standing.timeliness is not Timeliness.NOT_RECEIVED
    return standing.is_in or standing.state is ObligationState.MISSING


def _is_backfilled(standings: Iterable[Standing]) -> bool:
    """A period is backfilled as a whole; only what came for it says so."""
    return any(one.timeliness is Timeliness.BACKFILLED for one in standings)


def _by_unit(answering: Mapping[str, str], standings: Iterable[Standing]) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = {}
    for one in standings:
        if one.unit in answering:
            found.setdefault(answering[one.unit], []).append(one)
    return found


def _ranked(units: Sequence[UnitTimeliness]) -> tuple[UnitTimeliness, ...]:
    best_first = sorted((one for one in units if one.expected), key=_shares, reverse=True)
    ranks: dict[tuple[Fraction, ...], int] = {}
    for place, one in enumerate(best_first, start=1):
        ranks.setdefault(_shares(one), place)
    ranked = [replace(one, rank=ranks[_shares(one)]) for one in best_first]
    return (*ranked, *(one for one in units if not one.expected))


def _shares(one: UnitTimeliness) -> tuple[Fraction, ...]:
    return tuple(Fraction(count, one.expected) for count in (one.on_time, one.reported, one.first_pass))
