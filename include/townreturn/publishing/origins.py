"""The origins that numbers in the briefing have: one function a kind."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from townreturn.domain.areas import SECTION, AreaStatus
from townreturn.domain.obligation import Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import FigureChange, Measure, ReturnEntry, TownReturn
from townreturn.publishing.data_notes import ToldNote
from townreturn.publishing.naming import issue_name, name_period, say_day
from townreturn.publishing.prose import OriginKind, Prose, cite, plain
from townreturn.publishing.standing_words import say_late_by
from townreturn.publishing.texts import one_line
from townreturn.publishing.trimming import trim
from townreturn.wording import say

_DIGIT = re.compile(r"\d")


def figure(text: str, category: str, indicator: str, measure: Measure) -> Prose:
    """A figure of the return, or what its change is called."""
    return cite(text, OriginKind.FIGURE, category=category, indicator=indicator, measure=measure.value)


def base_of(text: str, category: str, indicator: str, measure: Measure) -> Prose:
    """What a comparison compares with: the figure of last period, or of last year."""
    return cite(text, OriginKind.BASE, category=category, indicator=indicator, measure=measure.value)


def difference(text: str, category: str, indicator: str, measure: Measure) -> Prose:
    """A figure less what a comparison compares it with."""
    return cite(text, OriginKind.DIFFERENCE, category=category, indicator=indicator, measure=measure.value)


def share_of_total(text: str, category: str, indicator: str) -> Prose:
    """A category's figure as a share of the total, in per cent."""
    return cite(text, OriginKind.SHARE, category=category, indicator=indicator)


def rate_of(text: str, category: str, indicator: str, of: str) -> Prose:
    """A figure as a share of another one of the same category, in per cent."""
    return cite(text, OriginKind.RATE, category=category, indicator=indicator, of=of)


def points_of_rate(text: str, category: str, indicator: str, of: str) -> Prose:
    """The rate less last period's, both as rounded, in percentage points."""
    return cite(text, OriginKind.POINTS, category=category, indicator=indicator, of=of)


def run_of(text: str, kind: OriginKind, category: str, indicator: str, periods: Sequence[str]) -> Prose:
    """A streak, a record or a first, with the periods over which it is one."""
    return cite(text, kind, category=category, indicator=indicator, periods=list(periods))


def changed_figure(text: str, change: FigureChange, side: str) -> Prose:
    """One side of a correction: old, new or difference."""
    return cite(
        text,
        OriginKind.CHANGE,
        side=side,
        changed_period=change.period,
        category=change.category,
        indicator=change.indicator,
        measure=change.measure.value if change.measure else None,
    )


def count(number: int, of: str) -> Prose:
    """How many there are of something in the return."""
    return cite(str(number), OriginKind.COUNT, of=of)


def count_moves(indicators: Sequence[str], of: str, measure: Measure) -> Prose:
    """How many totals move in a certain way against what a comparison compares them with, and which."""
    details = {"of": of, "measure": measure.value, "indicators": list(indicators)}
    return cite(str(len(indicators)), OriginKind.COUNT, **details)


def count_standings(standings: Sequence[Standing]) -> Prose:
    """How many obligations stand in a certain way (报送情况), and which."""
    categories = [one.category for one in standings]
    return cite(str(len(standings)), OriginKind.COUNT, of="standings", categories=categories)


def count_subordinates(units: Sequence[str]) -> Prose:
    """How many offices of the level below stand in a certain way, and which."""
    return cite(str(len(units)), OriginKind.COUNT, of="subordinates", units=list(units))


def count_duties(standings: Sequence[Standing]) -> Prose:
    """How many of what is owed under the plan as a whole stand in a certain way, and whose."""
    units = [one.unit for one in standings]
    kinds = sorted({one.kind.value for one in standings})
    return cite(str(len(standings)), OriginKind.COUNT, of="duties", obligations=kinds, units=units)


def working_days(plan: Plan) -> Prose:
    """Within how many working days of its issue the plan wants work plans."""
    return cite(str(plan.work_plans.working_days), OriginKind.PLAN, key="work_plans.working_days")


def revision_of(standing: Standing) -> Prose:
    """Which report of its obligation the accepted one is."""
    return cite(str(standing.revision), OriginKind.COUNT, of="revisions", category=standing.category)


def returned_count_of(standing: Standing) -> Prose:
    """How many reports of an obligation were returned before an acceptable one."""
    return cite(str(standing.returned_count), OriginKind.COUNT, of="returned", category=standing.category)


def late_by(standing: Standing) -> Prose:
    """By how much an obligation was late."""
    details = {"category": standing.category, "late_seconds": standing.late_seconds}
    return cite(say_late_by(standing), OriginKind.DURATION, **details)


def of_league(text: str, field: str, unit: str = "") -> Prose:
    """A number of the league (报送排名): a unit's, or without one all units' together."""
    return cite(text, OriginKind.LEAGUE, field=field, unit=unit)


def standing_note(standing: Standing) -> Prose:
    """Why an obligation was extended or exempted (备注), on one line."""
    return cite(one_line(standing.note).rstrip("。"), OriginKind.REMARK, category=standing.category)


def day(value: date) -> Prose:
    """A day of the plan's calendar, or of issue."""
    return cite(say_day(value), OriginKind.DATE, day=value.isoformat())


def deadline(text: str, due: datetime) -> Prose:
    """A part of the deadline as people are told it."""
    return cite(text, OriginKind.DEADLINE, shown_due=due.isoformat())


def period_of(town_return: TownReturn) -> Prose:
    """「2018年3月」, the return's own."""
    return named_period(Period(town_return.period))


def named_period(period: Period) -> Prose:
    """「2018年3月」, any period."""
    return cite(name_period(period), OriginKind.PERIOD, period=period.key)


def issue_of(town_return: TownReturn) -> Prose:
    """「第1次更正」, or nothing for the original."""
    return cite(issue_name(town_return), OriginKind.ISSUE, issue=town_return.issue)


def quoted(text: str, entry: ReturnEntry, field: str) -> Prose:
    """What a unit wrote in one field of a text row, on one line and trimmed."""
    return _quote(text, section=entry.section, field=field, category=entry.category, unit=entry.unit)


def told_before(text: str, area: AreaStatus, field: str) -> Prose:
    """What a unit told of a key area in an earlier period, on one line."""
    details = {"section": SECTION, "field": field, "category": area.category, "unit": area.unit}
    return cite(one_line(text), OriginKind.QUOTED, **details, period=area.period)


def explained(note: ToldNote, section: str) -> Prose:
    """What a unit explained about a figure, on one line and trimmed."""
    place = {"section": section, "field": "explanation", "category": note.category, "unit": note.unit}
    return _quote(note.explanation, **place, number=note.number)


def _quote(text: str, **place: Any) -> Prose:
    """The origin says of how many characters how many were kept, where the text was trimmed."""
    trimmed = trim(one_line(text))
    if trimmed.is_whole:
        return cite(trimmed.text, OriginKind.QUOTED, **place)
    details = {**place, "trimmed": {"kept": trimmed.kept, "of": trimmed.of}}
    return cite(say("TRIMMED", text=trimmed.text), OriginKind.QUOTED, **details)


def question(text: str, note: ToldNote) -> Prose:
    """What a rule asked about a figure."""
    return cite(
        text, OriginKind.QUESTION, rule=note.rule, category=note.category, indicator=note.indicator, number=note.number
    )


def note_mark(note: ToldNote) -> Prose:
    """The mark that a note has in tables."""
    return cite(note.mark, OriginKind.NOTE, number=note.number)


def reason_of(change: FigureChange) -> Prose:
    """Why a figure was corrected, on one line."""
    return cite(
        one_line(change.reason), OriginKind.REASON, changed_period=change.period, category=change.category,
        indicator=change.indicator,
    )  # fmt: skip


def numbering(text: str) -> Prose:
    """A number that counts headings, paragraphs or tables and says nothing about the month."""
    return cite(text, OriginKind.NUMBERING)


def from_plan(text: str) -> Prose:
    """Names and texts of the plan; their origin is told where they hold a number."""
    return cite(text, OriginKind.PLAN) if _DIGIT.search(text) else plain(text)


def from_form(text: str) -> Prose:
    """Labels of the form, likewise: 「案值5万元以上案件」."""
    return cite(text, OriginKind.FORM) if _DIGIT.search(text) else plain(text)
