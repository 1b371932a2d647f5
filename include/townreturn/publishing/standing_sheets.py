"""The sheets 报送情况 and 报送排名: how each obligation of the period stands, and the league of the year to date."""

from fractions import Fraction

from townreturn.domain.obligation import Standing
from townreturn.domain.percentages import in_pct
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import UnitTimeliness
from townreturn.publishing.league_words import list_league_notes, say_about, say_rank, say_seconds, say_share
from townreturn.publishing.list_sheets import Column, NumberCell, Row, write_list
from townreturn.publishing.sheet_frame import ReturnBook
from townreturn.publishing.standing_words import (
    say_extended,
    say_late_by,
    say_received,
    say_state,
    say_timeliness,
)
from townreturn.wording import say

_STANDING_COLUMNS = (
    ("RETURN_HEAD_CATEGORY", 24, "label"),
    ("RETURN_HEAD_REPORTING_UNIT", 24, "label"),
    ("RETURN_HEAD_STANDING", 14, "centred"),
    ("RETURN_HEAD_TIMELINESS", 8, "centred"),
    ("RETURN_HEAD_LATE_BY", 14, "centred"),
    ("RETURN_HEAD_REVISION", 9, "centred"),
    ("RETURN_HEAD_RETURNED", 9, "centred"),
    ("RETURN_HEAD_RECEIVED_AT", 20, "centred"),
    ("RETURN_HEAD_EXTENDED_TO", 20, "centred"),
    ("RETURN_HEAD_NOTE", 24, "label"),
)
_LEAGUE_COLUMNS = (
    ("LEAGUE_HEAD_RANK", 7),
    ("LEAGUE_HEAD_UNIT", 26),
    ("LEAGUE_HEAD_EXPECTED", 7),
    ("LEAGUE_HEAD_ON_TIME", 7),
    ("LEAGUE_HEAD_LATE", 7),
    ("LEAGUE_HEAD_MISSING", 7),
    ("LEAGUE_HEAD_FIRST_PASS", 9),
    ("LEAGUE_HEAD_RETURNED", 9),
    ("LEAGUE_HEAD_ON_TIME_RATE", 9),
    ("LEAGUE_HEAD_COMPLETENESS", 9),
    ("LEAGUE_HEAD_FIRST_PASS_RATE", 11),
    ("LEAGUE_HEAD_LATE_TOTAL", 13),
    ("LEAGUE_HEAD_LATE_LONGEST", 13),
    ("LEAGUE_HEAD_EXTENDED", 7),
    ("LEAGUE_HEAD_EXEMPTED", 7),
    ("LEAGUE_HEAD_BACKFILLED", 7),
)


def write_standings_sheet(book: ReturnBook) -> None:
    """报送情况: how each obligation of the period stands, times in the plan's zone."""
    columns = [Column(say(code), width, look) for code, width, look in _STANDING_COLUMNS]
    rows = [_standing_row(book.plan, one) for one in book.town_return.standings]
    write_list(book, say("RETURN_SHEET_STANDINGS"), columns, rows)


def _standing_row(plan: Plan, standing: Standing) -> list[str]:
    return [
        plan.category_by_code[standing.category].heading,
        plan.unit_by_code[standing.unit].name,
        say_state(standing),
        say_timeliness(standing),
        say_late_by(standing),
        str(standing.revision),
        str(standing.returned_count),
        say_received(standing, plan),
        say_extended(standing, plan),
        standing.note,
    ]


def write_league_sheet(book: ReturnBook) -> None:
    """报送排名: every unit's obligations of the year to date, and under the table by what rule they are counted."""
    league, plan = book.town_return.league, book.plan
    columns = [Column(say(code), width, "centred") for code, width in _LEAGUE_COLUMNS]
    rows = [_league_row(plan, one) for one in league.units]
    write_list(book, say("RETURN_SHEET_LEAGUE"), columns, rows, list(list_league_notes(plan)), say_about(league))


def _league_row(plan: Plan, one: UnitTimeliness) -> Row:
    counts = (one.expected, one.on_time, one.late, one.missing, one.first_pass, one.returned_count)
    shares = (one.on_time_rate, one.completeness, one.first_pass_rate)
    apart = (one.extended, one.exempted, one.backfilled)
    return [
        say_rank(one),
        plan.unit_by_code[one.unit].name,
        *map(_count, counts),
        *map(_share, shares),
        say_seconds(one.late_seconds),
        say_seconds(one.longest_late_seconds),
        *map(_count, apart),
    ]


def _count(number: int) -> NumberCell:
    return NumberCell(number, "0")


def _share(share: Fraction | None) -> str | NumberCell:
    """In per cent, as the comparisons of the return are."""
    return say_share(share) if share is None else NumberCell(float(in_pct(share)), '0.0"%"')
