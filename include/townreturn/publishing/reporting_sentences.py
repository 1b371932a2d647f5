"""Sentences on how the units reported and how good the figures are (报送情况通报, 数据质量)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from townreturn.domain.obligation import Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, ChangeStatus, TownReturn
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.naming import say_day
from townreturn.publishing.sentences import end_sentence
from townreturn.publishing.standing_words import name_missing, name_obligation
from townreturn.publishing.texts import one_line
from townreturn.wording import say

MOST_NOTES_A_CATEGORY = 3
"""As many as a meeting listens to; the return has them all."""


def say_reporting(town_return: TownReturn, plan: Plan) -> str:
    """Who reported on time, late, as a backfill, or not at all; and when it was due."""
    due = plan.calendar.shown_due(Period(town_return.period))
    parts = [say("REPORTING_DUE", day=say_day(due.date()), time=due.strftime("%H:%M:%S"))]
    reported = [one for one in town_return.standings if one.is_in]
    on_time = sum(one.timeliness is Timeliness.ON_TIME for one in reported)
    parts.append(say("REPORTING_COUNT", expected=len(town_return.standings), reported=len(reported), on_time=on_time))
    for timeliness, code in ((Timeliness.LATE, "REPORTING_LATE"), (Timeliness.BACKFILLED, "REPORTING_BACKFILLED")):
        found = [one for one in reported if one.timeliness is timeliness]
        if found:
            parts.append(say(code, count=len(found), names=_name_all(found, plan)))
    missing = [one for one in town_return.standings if not one.is_in]
    if missing:
        parts.append(say("REPORTING_MISSING", count=len(missing), names=_name_all(missing, plan)))
    return "".join(parts)


def list_quality(town_return: TownReturn, plan: Plan) -> list[str]:
    """One sentence for each thing a reader must know before trusting the figures, explanations apart."""
    found = list(_quality(town_return, plan))
    return found or [say("QUALITY_COMPLETE" if town_return.notes else "QUALITY_NOTHING")]


def list_explanations(town_return: TownReturn, plan: Plan) -> list[str]:
    """What units explained, one text a category; of many notes the first, and how many more there are."""
    asked = [note for note in tell_notes(town_return, plan) if note.number]
    return [_say_explanations(list(notes), plan) for _, notes in groupby(asked, key=lambda note: note.category)]


def _say_explanations(notes: Sequence[ToldNote], plan: Plan) -> str:
    """The notes of one category."""
    category, unit = plan.category_by_code[notes[0].category].name, plan.unit_by_code[notes[0].unit].name
    told = [_say_note(note) for note in notes[:MOST_NOTES_A_CATEGORY]]
    if len(notes) > len(told):
        told.append(say("QUALITY_EXPLAINED_MORE", count=len(notes) - len(told)))
    return say("ATTRIBUTED", unit=unit, category=category, text="".join(told))


def _say_note(note: ToldNote) -> str:
    question = one_line(note.question).rstrip("。")
    return end_sentence(
        say("QUALITY_NOTE_EXPLAINED", mark=note.mark, question=question, text=one_line(note.explanation))
    )


def _quality(town_return: TownReturn, plan: Plan) -> Iterator[str]:
    missing = name_missing(town_return, plan)
    if missing:
        yield say("QUALITY_INCOMPLETE", names=missing)
    totals = [cell for cell in town_return.cells if cell.category == TOTAL]
    month = sum(cell.month_on_month.status is ChangeStatus.INCOMPARABLE for cell in totals)
    year = sum(cell.year_on_year.status is ChangeStatus.INCOMPARABLE for cell in totals)
    if month or year:
        yield say("QUALITY_INCOMPARABLE", totals=len(totals), month=month, year=year)
    repeated = [one for one in town_return.standings if one.revision > 1]
    if repeated:
        names = [say("REVISIONS_OF", name=name_obligation(one, plan), count=one.revision) for one in repeated]
        yield say("QUALITY_REPEATED", names=say("LIST_SEPARATOR").join(names))
    for standing in town_return.standings:
        if standing.note:
            note = one_line(standing.note)
            yield end_sentence(say("QUALITY_NOTE", name=name_obligation(standing, plan), note=note))


def _name_all(standings: Iterable[Standing], plan: Plan) -> str:
    return say("LIST_SEPARATOR").join(name_obligation(one, plan) for one in standings)
