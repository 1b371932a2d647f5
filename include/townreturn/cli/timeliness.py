"""``timeliness``: how the units kept their obligations over some periods, as a table or as JSON."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_as_of, read_clock
from townreturn.domain.percentages import in_pct
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import League, UnitTimeliness
from townreturn.publishing.league_words import list_league_notes, say_about, say_rank, say_seconds, say_share
from townreturn.text_table import aligned
from townreturn.wording import say

_HEADINGS = (
    "RANK", "UNIT", "EXPECTED", "ON_TIME", "LATE", "MISSING", "FIRST_PASS", "RETURNED", "ON_TIME_RATE",
    "COMPLETENESS", "FIRST_PASS_RATE", "LATE_TOTAL", "LATE_LONGEST", "EXTENDED", "EXEMPTED", "BACKFILLED",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``timeliness``."""
    parser.add_argument("first", metavar="FROM", help=say("CLI_TIMELINESS_FROM"))
    parser.add_argument("last", metavar="TO", nargs="?", help=say("CLI_TIMELINESS_TO"))
    parser.add_argument("--as-of", metavar="TIME", help=say("CLI_AS_OF"))
    parser.add_argument("--json", action="store_true", help=say("CLI_JSON"))
    parser.set_defaults(command=show_timeliness)


def show_timeliness(options: argparse.Namespace) -> int:
    """Print the league, and under it by what rule it is made."""
    office, now, first = open_chosen_office(options), read_clock(), Period(options.first)
    last = Period(options.last) if options.last else first
    plan = office.plans.in_force(last)
    as_of = read_as_of(options.as_of, plan.calendar.zone, now)
    league = month.timeliness_of(office, first, last, now, as_of)
    if options.json:
        data = {**_as_data(league, plan), "as_of": as_of.isoformat() if as_of else None}
        told = json.dumps(data, ensure_ascii=False, indent=2)
    else:
        told = "\n".join([*_known_then(as_of, plan), _draw(league, plan)])
    sys.stdout.write(told + "\n")
    return 0


def _known_then(as_of: datetime | None, plan: Plan) -> list[str]:
    instant = f"{as_of.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M}" if as_of else ""
    return [say("CLI_KNOWN_THEN", instant=instant)] if instant else []


def _draw(league: League, plan: Plan) -> str:
    rows = [[say(f"LEAGUE_HEAD_{name}") for name in _HEADINGS], *(_row(one, plan) for one in league.units)]
    return "\n".join([say_about(league), "", *aligned(rows), "", *list_league_notes(plan)])


def _row(one: UnitTimeliness, plan: Plan) -> Sequence[str]:
    counts = (one.expected, one.on_time, one.late, one.missing, one.first_pass, one.returned_count)
    shares = (one.on_time_rate, one.completeness, one.first_pass_rate)
    late = map(say_seconds, (one.late_seconds, one.longest_late_seconds))
    apart = (one.extended, one.exempted, one.backfilled)
    name = plan.unit_by_code[one.unit].name
    return [say_rank(one), name, *map(str, counts), *map(say_share, shares), *late, *map(str, apart)]


def _as_data(league: League, plan: Plan) -> dict[str, Any]:
    """For programs: shares in per cent as text, so that they stay exact; null where nothing counts."""
    units = [
        {
            **asdict(one),
            "name": plan.unit_by_code[one.unit].name,
            "expected": one.expected,
            "on_time_pct": _pct(one.on_time_rate),
            "completeness_pct": _pct(one.completeness),
            "first_pass_pct": _pct(one.first_pass_rate),
        }
        for one in league.units
    ]
    return {"town": plan.town_code, "periods": league.periods, "backfilled": league.backfilled, "units": units}


def _pct(share: Fraction | None) -> str | None:
    return None if share is None else str(in_pct(share))
