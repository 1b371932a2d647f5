"""Sentences on how the units reported and how good the figures are (报送情况通报, 数据质量)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from townreturn.domain.breaks import tell_breaks
from townreturn.domain.obligation import Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, ChangeStatus, TownReturn
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.naming import say_day
from townreturn.publishing.origins import (
    count,
    count_standings,
    deadline,
    explained,
    from_plan,
    note_mark,
    question,
    revision_of,
    standing_note,
)
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.sentences import end_sentence
from townreturn.publishing.standing_words import name_missing, name_obligation
from townreturn.publishing.texts import one_line
from townreturn.wording import say

MOST_NOTES_A_CATEGORY = 3
"""As many as a meeting listens to; the return has them all."""


def say_reporting(town_return: TownReturn, plan: Plan) -> Prose:
    """Who reported on time, late, as a backfill, or not at all; and when it was due."""
    due = plan.calendar.shown_due(Period(town_return.period))
    day, time = deadline(say_day(due.date()), due), deadline(due.strftime("%H:%M:%S"), due)
    reported = [one for one in town_return.standings if one.is_in]
    on_time = [one for one in reported if one.timeliness is Timeliness.ON_TIME]
    told = tell("REPORTING_DUE", day=day, time=time) + tell(
        "REPORTING_COUNT",
        expected=count_standings(town_return.standings),
        reported=count_standings(reported),
        on_time=count_standings(on_time),
    )
    late = [one for one in reported if one.timeliness is Timeliness.LATE]
    backfilled = [one for one in reported if one.timeliness is Timeliness.BACKFILLED]
    missing = [one for one in town_return.standings if not one.is_in]
    for code, found in (
        ("REPORTING_LATE", late),
        ("REPORTING_BACKFILLED", backfilled),
        ("REPORTING_MISSING", missing),
    ):
        if found:
            told += tell(code, count=count_standings(found), names=_name_all(found, plan))
    return told


def list_quality(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """One sentence for each thing a reader must know before trusting the figures, explanations apart."""
    found = list(_quality(town_return, plan))
    return found or [tell("QUALITY_COMPLETE" if town_return.notes else "QUALITY_NOTHING")]


def list_explanations(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """What units explained, one text a category; of many notes the first, and how many more there are."""
    asked = [note for note in tell_notes(town_return, plan) if note.number]
    return [_say_explanations(list(notes), plan) for _, notes in groupby(asked, key=lambda note: note.category)]


def _say_explanations(notes: Sequence[ToldNote], plan: Plan) -> Prose:
    """The notes of one category."""
    category, unit = plan.category_by_code[notes[0].category].name, plan.unit_by_code[notes[0].unit].name
    told = join("", (_say_note(note, plan) for note in notes[:MOST_NOTES_A_CATEGORY]))
    if len(notes) > MOST_NOTES_A_CATEGORY:
        told += tell("QUALITY_EXPLAINED_MORE", count=count(len(notes) - MOST_NOTES_A_CATEGORY, "notes"))
    return tell("ATTRIBUTED", unit=from_plan(unit), category=from_plan(category), text=told)


def _say_note(note: ToldNote, plan: Plan) -> Prose:
    asked = question(one_line(note.question).rstrip("。"), note)
    text = explained(note, plan.form.explanations)
    return end_sentence(tell("QUALITY_NOTE_EXPLAINED", mark=note_mark(note), question=asked, text=text))


def _quality(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    missing = name_missing(town_return, plan)
    if missing:
        yield tell("QUALITY_INCOMPLETE", names=from_plan(missing))
    totals = [cell for cell in town_return.cells if cell.category == TOTAL]
    month = sum(cell.month_on_month.status is ChangeStatus.INCOMPARABLE for cell in totals)
    year = sum(cell.year_on_year.status is ChangeStatus.INCOMPARABLE for cell in totals)
    if month or year:
        yield tell(
            "QUALITY_INCOMPARABLE_BREAK" if town_return.breaks else "QUALITY_INCOMPARABLE",
            totals=count(len(totals), "totals"),
            month=count(month, "month_on_month_incomparable"),
            year=count(year, "year_on_year_incomparable"),
        )
    yield from map(from_plan, tell_breaks(plan, town_return.breaks))
    repeated = [one for one in town_return.standings if one.revision > 1]
    if repeated:
        names = [tell("REVISIONS_OF", name=_name(one, plan), count=revision_of(one)) for one in repeated]
        yield tell("QUALITY_REPEATED", names=join(say("LIST_SEPARATOR"), names))
    for standing in town_return.standings:
        if standing.note:
            note = standing_note(standing)
            yield end_sentence(tell("QUALITY_NOTE", name=_name(standing, plan), note=note))


def _name(standing: Standing, plan: Plan) -> Prose:
    return from_plan(name_obligation(standing, plan))


def _name_all(standings: Iterable[Standing], plan: Plan) -> Prose:
    return from_plan(say("LIST_SEPARATOR").join(name_obligation(one, plan) for one in standings))
