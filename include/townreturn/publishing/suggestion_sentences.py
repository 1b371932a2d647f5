"""Suggestions for the next steps (下一步工作建议), by rule: each names what it rests on and says no more than that."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from townreturn.domain.categories import name_reporting
from townreturn.domain.obligation import ObligationState
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import UnitTimeliness
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.area_rows import count_areas
from townreturn.publishing.area_sentences import list_relapsed, list_stale, name_areas
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.origins import (
    count,
    count_duties,
    from_plan,
    note_mark,
    numbering,
    of_league,
)
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.standing_words import name_missing
from townreturn.wording import say

_ANNEX_OF_CURRENT = "1"


def list_suggestions(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """One text each: what is missing, what was late, what was strange, which areas; last what the plan asks of all."""
    return [
        *_urge_missing(town_return, plan),
        *_urge_backlog(town_return, plan),
        *_urge_duties(town_return, plan),
        *_urge_tardy(town_return, plan),
        *_look_into_explained(town_return, plan),
        *_look_after_areas(town_return, plan),
        *_go_on_with_measures(plan),
    ]


def _urge_missing(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    names = name_missing(town_return, plan)
    if names:
        yield tell("NEXT_STEP_MISSING", names=from_plan(names))


def _urge_backlog(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    """Earlier months of the year that a category has not reported."""
    lacking = [(one.code, _months_lacking(town_return, plan, one.code)) for one in plan.categories]
    names = [
        tell(
            "SUGGEST_BACKLOG_OF",
            category=from_plan(plan.category_by_code[category].name),
            unit=from_plan(name_reporting(plan, category)),
            count=count(months, "periods"),
        )
        for category, months in lacking
        if months
    ]
    if names:
        yield tell("SUGGEST_BACKLOG", names=join(say("LIST_SEPARATOR"), names))


def _months_lacking(town_return: TownReturn, plan: Plan, category: str) -> int:
    """How many months before this one are not in; months in which nothing was owed are not told from them."""
    reporting = [unit.code for unit in plan.units_reporting(category)]
    if any(one.exempted for one in town_return.league.units if one.unit in reporting):
        return 0
    cell = town_return.cell(category, next(one.code for one in plan.form.indicators if not one.is_stock))
    return 0 if cell is None else cell.ytd.expected - cell.ytd.reported - (not cell.current.is_complete)


def _urge_duties(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    """What the plan wanted by a day that has passed."""
    overdue = [one for one in town_return.duties if one.is_outstanding and one.state is not ObligationState.OPEN]
    names = [
        tell(
            "SUGGEST_DUTY_OF", unit=from_plan(plan.unit_by_code[one.unit].name), what=from_plan(say(f"OWED_{one.kind}"))
        )
        for one in overdue
        if one.unit in plan.unit_by_code
    ]
    if names:
        yield tell("SUGGEST_DUTIES", count=count_duties(overdue), names=join(say("LIST_SEPARATOR"), names))


def _urge_tardy(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    """Who was late or missing in more than one period for certain: more often than it has categories to report."""
    tardy = [
        one for one in town_return.league.units if one.late + one.missing > len(plan.categories_reported_by(one.unit))
    ]
    if tardy:
        yield tell("SUGGEST_TARDY", names=join(say("LIST_SEPARATOR"), (_name_tardy(one, plan) for one in tardy)))


def _name_tardy(one: UnitTimeliness, plan: Plan) -> Prose:
    """「镇住建局（迟报2类次、未报1类次）」."""
    times = [
        tell(code, count=of_league(str(number), field, one.unit))
        for code, field, number in (("SUGGEST_LATE", "late", one.late), ("SUGGEST_MISSING", "missing", one.missing))
        if number
    ]
    unit = from_plan(plan.unit_by_code[one.unit].name)
    return tell("SUGGEST_TARDY_UNIT", unit=unit, times=join(say("LIST_SEPARATOR"), times))


def _look_into_explained(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    """What units explained of their own figures; the marks are those of the annex."""
    asked = [one for one in tell_notes(town_return, plan) if one.number]
    names = [_name_notes(list(notes), plan) for _, notes in groupby(asked, key=lambda one: one.category)]
    if names:
        yield tell(
            "SUGGEST_EXPLAINED",
            count=count(len(asked), "notes"),
            names=join(say("LIST_SEPARATOR"), names),
            annex=numbering(_ANNEX_OF_CURRENT),
        )


def _name_notes(notes: Sequence[ToldNote], plan: Plan) -> Prose:
    """「食品药品保健品①至⑤」: those of a category are numbered on end."""
    first, last = notes[0], notes[-1]
    category = from_plan(plan.category_by_code[first.category].name)
    if first.mark == last.mark:
        return category + note_mark(first)
    return category + tell("SUGGEST_EXPLAINED_RANGE", first=note_mark(first), last=note_mark(last))


def _look_after_areas(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    for code, rows in (
        ("SUGGEST_RELAPSED", list_relapsed(town_return, plan)),
        ("SUGGEST_STALE", list_stale(town_return, plan)),
    ):
        if rows:
            yield tell(code, count=count_areas(rows), names=name_areas(rows, plan))


def _go_on_with_measures(plan: Plan) -> Iterator[Prose]:
    measures = [from_plan(one.rstrip("。；")) for one in plan.general_measures]
    if measures:
        yield tell("SUGGEST_MEASURES", measures=join(say("CLAUSE_SEPARATOR_STRONG"), measures))
