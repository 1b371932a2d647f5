"""The towns that this Airflow serves: their plans by level, and what differs where there are several."""

import os
from collections.abc import Sequence
from typing import Any

from airflow.sdk import Asset, Param, TriggerRule

from reporting_period_timetable import ReportingPeriodTimetable
from townreturn.domain.level import Level
from townreturn.domain.plan_book import PlanBook
from townreturn.operating.levels import INTAKE_POOL, levels_of, pool_of
from townreturn.plans import load_plan_books
from townreturn.settings import Settings
from townreturn.wording import say

SETTINGS = Settings.from_environment(os.environ)
BOOKS = load_plan_books(SETTINGS.plans)
IS_SEVERAL = len(BOOKS) > 1
LEVELS = levels_of(BOOKS)
OF_ALL: dict[str, Any] = {"pool": INTAKE_POOL} if IS_SEVERAL else {}
"""Arguments of tasks that look after all towns."""
AFTER_ALL: dict[str, Any] = {"trigger_rule": TriggerRule.ALL_DONE} if IS_SEVERAL else {}
"""Of those that follow them: what fails for one town is done for the others."""
_RUNS = 100_000
"""Runs wait for approvals for weeks, and past periods for one another: none keeps the month in hand from its start."""


def books_of(level: Level) -> tuple[PlanBook, ...]:
    """The plans of a level's towns, in the order of their codes."""
    return tuple(one for one in BOOKS if one.level is level)


def timetable_of(level: Level) -> ReportingPeriodTimetable:
    """By which the level's monthly runs start."""
    calendars = [(one.town_code, one.calendar) for one in books_of(level)]
    told = [(t, c.cutoff, c.time_zone, [(e.until, e.cutoff) for e in c.earlier_cutoffs]) for t, c in calendars]
    if not IS_SEVERAL:
        return ReportingPeriodTimetable(*told[0][1:])
    from towns_timetable import TownPeriodsTimetable

    return TownPeriodsTimetable(told)


def tags_of(books: Sequence[PlanBook], code: str) -> list[str]:
    """The town's name, of several their level, and what the DAG is for."""
    names = dict.fromkeys(one.town if not IS_SEVERAL else say(f"LEVEL_{one.level}") for one in books)
    return [*names, say(code)]


def named_of(level: Level, code: str) -> str:
    """A DAG's name; where there are several levels with the level's."""
    return say(code) if len(LEVELS) == 1 else say("DAG_OF_LEVEL", dag=say(code), level=say(f"LEVEL_{level}"))


def arguments_of(level: Level, given: dict[str, Any]) -> dict[str, Any]:
    """A level's DAG's own arguments, on top of those of all."""
    if not IS_SEVERAL:
        return given
    own = {"default_args": given["default_args"] | {"pool": pool_of(level)}}
    return given | own | {"max_active_runs": _RUNS}


def changed_asset(level: Level) -> Asset:
    """Events of published periods whose reports stand otherwise now; each names them as partitions."""
    if not IS_SEVERAL:
        return Asset(name="published_changed", uri=f"townreturn://published-changed/{BOOKS[0].town_code}")
    return Asset(name=f"published_changed_{level}", uri=f"townreturn://published-changed/{level}")


TOWN_FORM: dict[str, Any] = {}
if IS_SEVERAL:
    _NAMES = {one.town_code: one.town for one in BOOKS}
    TOWN_FORM["town"] = Param(
        None, type=["null", "string"], enum=[None, *_NAMES], values_display=_NAMES, title=say("FORM_TOWN")
    )
