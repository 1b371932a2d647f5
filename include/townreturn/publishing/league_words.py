"""How the league (报送排名) is said in tables: its periods, its shares, the rule."""

from collections.abc import Iterator
from fractions import Fraction

from townreturn.domain.percentages import in_pct
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import League, UnitTimeliness
from townreturn.publishing.origins import named_period, of_league
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.standing_words import say_duration
from townreturn.wording import say

LEAGUE_ANNEX = 5
"""The number of the briefing's annex that has the league."""


def say_share(share: Fraction | None) -> str:
    """「66.7%」; — where nothing counts."""
    return say("CHANGE_ZERO_BASE") if share is None else f"{in_pct(share)}%"


def say_rank(unit: UnitTimeliness) -> str:
    """The rank, — without one."""
    return say("CHANGE_ZERO_BASE") if unit.rank is None else str(unit.rank)


def say_seconds(seconds: int) -> str:
    """「2天3小时」, — for none."""
    return say_duration(seconds) if seconds else say("CHANGE_ZERO_BASE")


def say_about(league: League) -> str:
    """「统计范围：2018年1月至2018年3月，共3期；单位：类次」."""
    return tell_about(league).text


def tell_about(league: League) -> Prose:
    """The same with its origins."""
    return tell("LEAGUE_ABOUT", periods=tell_periods(league))


def tell_periods(league: League) -> Prose:
    """「2018年1月至2018年3月，共3期」, and which of them do not count."""
    first, last = (named_period(Period(key)) for key in (league.periods[0], league.periods[-1]))
    number = len(league.periods)
    count = of_league(str(number), "periods")
    periods = first if number == 1 else tell("LEAGUE_PERIODS", first=first, last=last, count=count)
    if not league.backfilled:
        return periods
    backfilled = join(say("LIST_SEPARATOR"), (named_period(Period(key)) for key in league.backfilled))
    return tell("LEAGUE_PERIODS_BACKFILLED", periods=periods, backfilled=backfilled)


def list_league_notes(plan: Plan) -> Iterator[str]:
    """The rule, as the readers of a table have to know it."""
    yield say("LEAGUE_NOTE_COUNTED")
    yield say("LEAGUE_NOTE_JUDGED")
    yield say("LEAGUE_NOTE_RANK")
    if any(one.succeeds for one in plan.units):
        yield say("LEAGUE_NOTE_SUCCEEDED")
