"""Sentences on key areas (重点区域、重点市场和警示区域): what is new, done, come back, or not heard of."""

from collections.abc import Iterator, Sequence

from townreturn.domain.areas import SECTION, STATUS, area_key
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.area_rows import (
    AreaRow,
    count_areas,
    is_category_in,
    list_all,
    list_areas,
    name_teller,
)
from townreturn.publishing.origins import from_plan, quoted
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.sentences import say_entry
from townreturn.wording import say

MOST_NAMED = 5
"""As many as a meeting listens to."""


def say_areas(town_return: TownReturn, plan: Plan) -> Prose:
    """One paragraph: how many were told of and how they stand, then those that something is to be said of."""
    rows = list_areas(town_return, plan)
    told = [row for row in rows if row.entry is not None]
    said = _say_counts(town_return, told) if told else tell("AREAS_NONE")
    for code, found in _groups(town_return, rows):
        if found:
            said += tell(code, count=count_areas(found), names=name_areas(found, plan))
    forgotten = _list_forgotten(town_return, plan)
    return said + tell("AREAS_FORGOTTEN", count=count_areas(forgotten)) if forgotten else said


def list_works(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    """What each unit wrote of its areas this period, with its name."""
    for one in town_return.entries_of(SECTION):
        unit, category = plan.unit_by_code[one.unit].name, plan.category_by_code[one.category].name
        yield tell("ATTRIBUTED", unit=from_plan(unit), category=from_plan(category), text=say_entry(plan, one))


def list_relapsed(town_return: TownReturn, plan: Plan) -> list[AreaRow]:
    """Those that stand as 反弹 this period."""
    return [row for row in list_areas(town_return, plan) if _stands(town_return, row, "AREA_RELAPSED")]


def list_stale(town_return: TownReturn, plan: Plan) -> list[AreaRow]:
    """Those told of before and not done, of which a unit that reported this period says nothing."""
    return [one for one in _silent(town_return, list_areas(town_return, plan)) if _is_in(town_return, one)]


def name_areas(rows: Sequence[AreaRow], plan: Plan) -> Prose:
    """「北环市场（镇食药监分局）」, each once by its unit; of many the first, the rest stands in the table."""
    named = (
        tell("AREA_OF_UNIT", name=row.name, unit=from_plan(name_teller(row, plan))) if row.unit else row.name
        for row in rows[:MOST_NAMED]
    )
    told = join(say("LIST_SEPARATOR"), named)
    return tell("AREAS_AND_MORE", names=told) if len(rows) > MOST_NAMED else told


def _say_counts(town_return: TownReturn, told: Sequence[AreaRow]) -> Prose:
    by_status: dict[str, list[AreaRow]] = {}
    for row in told:
        by_status.setdefault(row.told[town_return.period], []).append(row)
    counts = [
        tell("AREAS_OF_STATUS", status=_quote_status(rows[0], status), count=count_areas(rows))
        for status, rows in by_status.items()
    ]
    return tell("AREAS_TOLD", count=count_areas(told), counts=join(say("LIST_SEPARATOR"), counts))


def _quote_status(row: AreaRow, status: str) -> Prose:
    return quoted(status, row.entry, STATUS) if row.entry else Prose()


def _groups(town_return: TownReturn, rows: Sequence[AreaRow]) -> Iterator[tuple[str, list[AreaRow]]]:
    """What is told of some areas: the text's code, and which they are."""
    period = town_return.period
    told = [row for row in rows if row.entry is not None]
    if town_return.areas:
        before = {_place(row) for row in rows if row.last_before(period) is not None}
        yield "AREAS_NEW", [row for row in told if _place(row) not in before]
    done = say("AREA_DONE")
    yield "AREAS_DONE", [row for row in told if row.told[period] == done != row.last_before(period)]
    yield "AREAS_RELAPSED", [row for row in told if _stands(town_return, row, "AREA_RELAPSED")]
    silent = _silent(town_return, rows)
    yield "AREAS_STALE", [row for row in silent if _is_in(town_return, row)]
    yield "AREAS_UNKNOWN", [row for row in silent if not _is_in(town_return, row)]
    yield "AREAS_NEVER_TOLD", [row for row in rows if row.is_planned and not row.told]


def _list_forgotten(town_return: TownReturn, plan: Plan) -> list[AreaRow]:
    """Those never done and not told of in any period that the table shows."""
    shown = {(row.category, row.name.text) for row in list_areas(town_return, plan)}
    return [
        row for row in _silent(town_return, list_all(town_return, plan)) if (row.category, row.name.text) not in shown
    ]


def _stands(town_return: TownReturn, row: AreaRow, code: str) -> bool:
    return say(code) in row.told.get(town_return.period, "").split(say("LIST_SEPARATOR"))


def _place(row: AreaRow) -> tuple[str, str]:
    """What a unit that leads several categories means by one name, whichever it tells of it under."""
    return area_key(row.name.text), row.unit


def _silent(town_return: TownReturn, rows: Sequence[AreaRow]) -> list[AreaRow]:
    """Those told of before and not done, of which their unit tells nothing this period, under any of its categories."""
    told_now = {_place(row) for row in rows if row.entry is not None}
    silent = [row for row in rows if row.told and _place(row) not in told_now]
    return [row for row in silent if row.last_before(town_return.period) != say("AREA_DONE")]


def _is_in(town_return: TownReturn, row: AreaRow) -> bool:
    return is_category_in(town_return, row.category, town_return.period)
