"""Sentences on what was corrected (数据更正), near the beginning of the briefing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from townreturn.domain.correction_policy import LaterPeriods
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.origins import (
    changed_figure,
    count,
    from_form,
    from_plan,
    issue_of,
    named_period,
    period_of,
    reason_of,
)
from townreturn.publishing.prose import Prose, join, plain, tell
from townreturn.publishing.sentences import end_sentence
from townreturn.publishing.told_changes import ToldChange, tell_changes
from townreturn.wording import say

MOST_CHANGES = 5
"""As many as a meeting listens to; the return's sheet 数据更正 has them all."""


def say_correction(town_return: TownReturn, plan: Plan) -> Prose:
    """How many of this return's own figures are stated otherwise now; nothing when none are."""
    own = [one for one in tell_changes(town_return, plan) if one.is_own]
    figures = [one for one in own if not one.is_text]
    current = [one for one in figures if _is_reported(one)]
    named = {"period": period_of(town_return), "issue": issue_of(town_return)}
    told = Prose()
    if figures:
        counts = {"count": count(len(figures), "changes"), "current": count(len(current), "current_changes")}
        rest = count(len(figures) - len(current), "other_changes")
        told += tell("CORRECTION_COUNT", **named, **counts, others=rest)
    texts = say("LIST_SEPARATOR").join(one.category for one in own if one.is_text)
    return told + tell("CORRECTION_TEXTS", **named, names=from_plan(texts)) if texts else told


def list_own_changes(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """The most important of this return's own changes in words, and how many more there are."""
    own = [one for one in tell_changes(town_return, plan) if one.is_own and not one.is_text]
    return _list([one for one in own if _is_reported(one)] or own, with_period=False)


def say_earlier(town_return: TownReturn, plan: Plan) -> Prose:
    """Leads in to corrections of earlier periods; nothing when there were none."""
    return tell("CORRECTION_EARLIER") if _earlier(town_return, plan) else Prose()


def list_earlier_changes(town_return: TownReturn, plan: Plan) -> list[Prose]:
    """Corrections of earlier periods that this return's 累计 and comparisons already hold."""
    return _list(_earlier(town_return, plan), with_period=True)


def say_later(town_return: TownReturn, plan: Plan) -> Prose:
    """The later returns whose figures move, and what becomes of them; nothing when there are none."""
    later = [one for one in tell_changes(town_return, plan) if one.change.period > town_return.period]
    if not later:
        return Prose()
    moved = [
        tell("CORRECTION_MOVED", period=named_period(Period(period)), count=count(len(list(found)), "changes"))
        for period, found in groupby(later, key=lambda one: one.change.period)
    ]
    is_reissued = plan.corrections.later_periods is LaterPeriods.REISSUE
    policy = tell("CORRECTION_LATER_REISSUED" if is_reissued else "CORRECTION_LATER_NOTED")
    return tell("CORRECTION_LATER", periods=join(say("LIST_SEPARATOR"), moved)) + policy


def _is_reported(told: ToldChange) -> bool:
    """Whether it is a figure that a unit reports, not one that follows from others."""
    return told.change.measure is Measure.CURRENT and told.change.category != TOTAL


def _earlier(town_return: TownReturn, plan: Plan) -> list[ToldChange]:
    earlier = [one for one in tell_changes(town_return, plan) if one.change.period < town_return.period]
    return [one for one in earlier if _is_reported(one)] or earlier


def _list(changes: Sequence[ToldChange], *, with_period: bool) -> list[Prose]:
    first = sorted(changes, key=_weight)[:MOST_CHANGES]
    told = list(_say_changes(first, with_period=with_period))
    if len(changes) > len(first):
        told.append(tell("CORRECTION_MORE", count=count(len(changes) - len(first), "changes")))
    return told


def _weight(told: ToldChange) -> tuple[bool, Decimal]:
    """What was or is no number comes first, then the greatest change in proportion."""
    old, difference = told.change.old, told.change.difference
    if difference is None or (not old and difference):
        return (False, -abs(difference or Decimal(0)))
    return (True, -abs(difference / old) if old else Decimal(0))


def _say_changes(changes: Sequence[ToldChange], *, with_period: bool) -> Iterator[Prose]:
    for one in changes:
        period = named_period(Period(one.change.period)) if with_period else Prose()
        measure = plain(one.measure) if one.change.measure is not Measure.CURRENT else Prose()
        subject = period + from_plan(one.category) + measure + from_form(one.label)
        sides = {"old": _say_side(one, "old"), "new": _say_side(one, "new")}
        code = "CORRECTION_FIGURE" if one.change.difference else "CORRECTION_RESTATED"
        told = tell(code, subject=subject, **sides, difference=_say_difference(one), reason=reason_of(one.change))
        yield end_sentence(told)


def _say_difference(told: ToldChange) -> Prose:
    """「增加1宗」, 「减少3.0个百分点」."""
    code = "CORRECTION_MORE_BY" if (told.change.difference or 0) > 0 else "CORRECTION_LESS_BY"
    text = say(code, number=told.difference.lstrip("+-") + told.unit)
    return changed_figure(text, told.change, "difference")


def _say_side(told: ToldChange, side: str) -> Prose:
    return changed_figure(getattr(told, side), told.change, side)
