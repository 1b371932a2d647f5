"""Sentences on the league of the year to date (报送情况通报): who was best, late, out, returned."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import takewhile

from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import League, UnitTimeliness
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.league_words import LEAGUE_ANNEX, say_share, tell_periods
from townreturn.publishing.origins import from_plan, numbering, of_league
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.standing_words import say_duration
from townreturn.wording import say

_COUNTED = ("expected", "on_time", "late", "missing", "first_pass")


def say_league(town_return: TownReturn, plan: Plan) -> Prose:
    """One paragraph; nothing in returns made before there were leagues."""
    league = town_return.league
    if not league.units:
        return Prose()
    told = _say_counts(league) + _say_exempted(league) + _say_best(league, plan)
    for code, field, say_unit in (
        ("LEAGUE_LATE", "late", _say_late),
        ("LEAGUE_MISSING", "missing", partial(_say_times, "LEAGUE_UNIT_TIMES", "missing")),
        ("LEAGUE_RETURNED", "returned_count", partial(_say_times, "LEAGUE_UNIT_RETURNED", "returned_count")),
    ):
        told += _list(code, (one for one in league.units if getattr(one, field)), say_unit, plan)
    return told + tell("LEAGUE_SEE", annex=numbering(str(LEAGUE_ANNEX)))


def _say_counts(league: League) -> Prose:
    sums = {field: sum(getattr(one, field) for one in league.units) for field in _COUNTED}
    if not sums["expected"]:
        return tell("LEAGUE_NOTHING", periods=tell_periods(league))
    counts = {field: of_league(str(number), field) for field, number in sums.items()}
    return tell("LEAGUE_COUNT", periods=tell_periods(league), **counts)


def _say_exempted(league: League) -> Prose:
    exempted = sum(one.exempted for one in league.units)
    return tell("LEAGUE_EXEMPTED", count=of_league(str(exempted), "exempted")) if exempted else Prose()


def _say_best(league: League, plan: Plan) -> Prose:
    """Those of the first rank, which have the same shares; where nobody was in time, nobody is praised."""
    best = list(takewhile(lambda one: one.rank == 1, league.units))
    if not best or not best[0].on_time:
        return Prose()
    first = best[0]
    shares = {"on_time": first.on_time_rate, "complete": first.completeness, "first_pass": first.first_pass_rate}
    told = {field: of_league(say_share(share), field, first.unit) for field, share in shares.items()}
    units = from_plan(say("LIST_SEPARATOR").join(plan.unit_by_code[one.unit].name for one in best))
    return tell("LEAGUE_BEST", rank=of_league(str(first.rank), "rank", first.unit), units=units, **told)


def _list(
    code: str, units: Iterable[UnitTimeliness], say_unit: Callable[[UnitTimeliness, Plan], Prose], plan: Plan
) -> Prose:
    told = [say_unit(one, plan) for one in units]
    return tell(code, units=join(say("LIST_SEPARATOR"), told)) if told else Prose()


def _say_times(code: str, field: str, one: UnitTimeliness, plan: Plan) -> Prose:
    count = of_league(str(getattr(one, field)), field, one.unit)
    return tell(code, unit=from_plan(plan.unit_by_code[one.unit].name), count=count)


def _say_late(one: UnitTimeliness, plan: Plan) -> Prose:
    """How often, and by how long where it was noted."""
    if not one.late_seconds:
        return _say_times("LEAGUE_UNIT_TIMES", "late", one, plan)
    return tell(
        "LEAGUE_UNIT_LATE" if one.late == 1 else "LEAGUE_UNIT_LATE_LONGEST",
        unit=from_plan(plan.unit_by_code[one.unit].name),
        count=of_league(str(one.late), "late", one.unit),
        total=of_league(say_duration(one.late_seconds), "late_seconds", one.unit),
        longest=of_league(say_duration(one.longest_late_seconds), "longest_late_seconds", one.unit),
    )
