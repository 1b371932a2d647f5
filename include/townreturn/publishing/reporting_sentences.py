"""Sentences on how the units reported and how good the figures are (报送情况通报, 数据质量)."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from townreturn.domain.breaks import tell_breaks
from townreturn.domain.completeness import name_by_unit
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, ChangeStatus, Measure, ReturnCell, TownReturn
from townreturn.publishing.completeness_sentences import say_completeness
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.naming import say_day
from townreturn.publishing.origins import (
    count,
    count_standings,
    deadline,
    explained,
    from_plan,
    late_by,
    note_mark,
    question,
    returned_count_of,
    revision_of,
    standing_note,
)
from townreturn.publishing.prose import Prose, join, plain, tell
from townreturn.publishing.sentences import end_sentence
from townreturn.publishing.standing_words import extended_to, name_exempted, name_missing, name_obligation
from townreturn.publishing.texts import one_line
from townreturn.wording import say

_TIME = "%H:%M:%S"
_COMPARED_WITH = {Measure.MONTH_ON_MONTH: "previous", Measure.YEAR_ON_YEAR: "year_ago"}
"""Measure → the amount of a cell that it compares with."""
MOST_NOTES_A_CATEGORY = 3
"""As many as a meeting listens to; the return has them all."""


def say_reporting(town_return: TownReturn, plan: Plan) -> Prose:
    """When it was due, how many reported on time and at the first attempt; who was late, out, returned, let off."""
    due = plan.calendar.shown_due(Period(town_return.period))
    told = tell("REPORTING_DUE", day=deadline(say_day(due.date()), due), time=deadline(due.strftime(_TIME), due))
    if plan.subordinates:
        return told + say_completeness(town_return, plan) + _say_above(town_return, plan)
    told += tell("REPORTING_COUNT", **_counts(town_return))
    for code, found, say_detail in _groups(town_return, plan):
        if found:
            names = join(say("LIST_SEPARATOR"), (_name_with(one, plan, say_detail(one)) for one in found))
            told += tell(code, count=count_standings(found), names=names)
    return told


def _counts(town_return: TownReturn) -> dict[str, Prose]:
    reported = [one for one in town_return.standings if one.is_in]
    return {
        "expected": count_standings(
            [one for one in town_return.standings if one.state is not ObligationState.EXEMPTED]
        ),
        "reported": count_standings(reported),
        "on_time": count_standings([one for one in reported if one.timeliness is Timeliness.ON_TIME]),
        "first_pass": count_standings([one for one in reported if not one.returned_count]),
    }


def _say_above(town_return: TownReturn, plan: Plan) -> Prose:
    """The same where every subordinate reports every category: by subordinates, for there are hundreds of obligations.

    Who is out is told before, with how complete the return is.
    """
    told = tell("ABOVE_REPORTING_COUNT", **_counts(town_return))
    for code, found, _ in _groups(town_return, plan):
        if found and code != "REPORTING_MISSING":
            names = from_plan(name_by_unit(found, plan))
            told += tell(f"ABOVE_{code}", count=count_standings(found), names=names)
    return told


def _name_with(standing: Standing, plan: Plan, detail: Prose) -> Prose:
    """「烟草制品（市烟草专卖局第五分局，退回2次）」."""
    if not detail:
        return _name(standing, plan)
    category, unit = plan.category_by_code[standing.category].name, plan.unit_by_code[standing.unit].name
    return tell("CATEGORY_OF_UNIT_WITH", category=from_plan(category), unit=from_plan(unit), detail=detail)


def _groups(town_return: TownReturn, plan: Plan) -> Iterator[tuple[str, list[Standing], Callable[[Standing], Prose]]]:
    """What is told of single obligations: the text's code, which they are, and what is said of each."""
    reported = [one for one in town_return.standings if one.is_in]
    for code, timeliness, say_detail in (
        ("REPORTING_LATE", Timeliness.LATE, _say_late),
        ("REPORTING_BACKFILLED", Timeliness.BACKFILLED, lambda _: Prose()),
        ("REPORTING_EXEMPTED_IN", Timeliness.EXEMPTED, _say_reason),
    ):
        yield code, [one for one in reported if one.timeliness is timeliness], say_detail
    yield "REPORTING_MISSING", list(town_return.missing), _say_still_returned
    yield "REPORTING_RETURNED", [one for one in reported if one.returned_count], _say_returned
    extended = [one for one in town_return.standings if one.due_at]
    yield "REPORTING_EXTENDED", extended, lambda one: _say_extended(one, plan)
    yield "REPORTING_EXEMPTED", list(town_return.exempted), _say_reason


def _say_late(standing: Standing) -> Prose:
    return tell("STANDING_LATE_BY", duration=late_by(standing)) if standing.late_seconds else Prose()


def _say_returned(standing: Standing) -> Prose:
    return tell("STANDING_RETURNED_TIMES", count=returned_count_of(standing))


def _say_still_returned(standing: Standing) -> Prose:
    is_returned = standing.state is ObligationState.RETURNED and standing.returned_count
    return tell("STANDING_STILL_RETURNED", count=returned_count_of(standing)) if is_returned else Prose()


def _say_extended(standing: Standing, plan: Plan) -> Prose:
    last = extended_to(standing, plan)
    if last is None:
        return Prose()
    due = deadline(say_day(last.date()), last) + deadline(last.strftime(_TIME), last)
    return tell("STANDING_EXTENDED_TO", due=due, reason=standing_note(standing))


def _say_reason(standing: Standing) -> Prose:
    return tell("STANDING_REASON", reason=standing_note(standing)) if standing.note else Prose()


def list_quality(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """One sentence for each thing a reader must know before trusting the figures, explanations apart."""
    found = list(_quality(town_return, plan))
    return found or [tell("QUALITY_COMPLETE" if town_return.notes else "QUALITY_NOTHING")]


def list_explanations(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """What units explained, one text a category and unit; of many notes the first, and how many more there are."""
    asked = [note for note in tell_notes(town_return, plan) if note.number]
    return [
        _say_explanations(list(notes), plan) for _, notes in groupby(asked, key=lambda note: (note.category, note.unit))
    ]


def _say_explanations(notes: Sequence[ToldNote], plan: Plan) -> Prose:
    """The notes of one category, above the town of one subordinate's."""
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
    exempted = name_exempted(town_return, plan)
    if exempted:
        yield tell("QUALITY_EXEMPTED", names=from_plan(exempted))
    totals = [cell for cell in town_return.cells if cell.category == TOTAL]
    measures = (_say_incomparable(town_return, totals, one) for one in _COMPARED_WITH)
    if parts := [one for one in measures if one]:
        separator = say("CLAUSE_SEPARATOR")
        yield tell("QUALITY_INCOMPARABLE", totals=count(len(totals), "totals"), parts=join(separator, parts))
    yield from map(from_plan, tell_breaks(plan, town_return.breaks))
    repeated = [one for one in town_return.standings if one.revision > 1]
    if repeated:
        names = [tell("REVISIONS_OF", name=_name(one, plan), count=revision_of(one)) for one in repeated]
        yield tell("QUALITY_REPEATED", names=join(say("LIST_SEPARATOR"), names))


def _say_incomparable(town_return: TownReturn, totals: Sequence[ReturnCell], measure: Measure) -> Prose:
    """How many totals cannot be compared, and why; nothing when all can."""
    lacking = [one for one in totals if getattr(one, measure.value).status is ChangeStatus.INCOMPARABLE]
    if not lacking:
        return Prose()
    reason = "QUALITY_REASON_BREAK" if town_return.breaks else "QUALITY_REASON_INCOMPLETE"
    if all(getattr(one, _COMPARED_WITH[measure]).value is None for one in lacking):
        reason = "QUALITY_REASON_NO_BASE"
    number, name = count(len(lacking), f"{measure}_incomparable"), plain(measure_name(measure))
    return tell("QUALITY_INCOMPARABLE_OF", measure=name, count=number, reason=plain(say(reason)))


def _name(standing: Standing, plan: Plan) -> Prose:
    return from_plan(name_obligation(standing, plan))
