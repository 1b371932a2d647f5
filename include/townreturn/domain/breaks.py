"""Breaks (口径变动): where figures stop being gathered as they were before, so that nothing compares across."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.wording import say


class BreakKind(StrEnum):
    """What is otherwise from a period on: a category's scope (口径调整), that there is such a category
    (新增), that there is none any more (取消); or the length of that one period (截止日变更)."""

    SCOPE = "scope"
    ADDED = "added"
    DROPPED = "dropped"
    LENGTH = "length"


@dataclass(frozen=True, order=True)
class Break:
    """From the period ``since`` on; ``category`` is empty where all are concerned."""

    since: str
    kind: BreakKind
    category: str = ""

    def divides(self, periods: Collection[Period]) -> bool:
        """Whether figures of these periods are not all of one kind: some lie before and some after, or one
        of several is the period of another length."""
        keys = {one.key for one in periods}
        if self.kind is BreakKind.LENGTH:
            return self.since in keys and len(keys) > 1
        return bool(keys) and min(keys) < self.since <= max(keys)


def find_breaks(plans: Sequence[Plan]) -> tuple[Break, ...]:
    """All breaks that the plans of a town, ascending, speak of or make; ascending, each once."""
    made = set(_between(plans))
    stated = {
        Break(one.comparable_from, BreakKind.SCOPE, one.code)
        for plan in plans
        for one in plan.categories
        if one.comparable_from and Break(one.comparable_from, BreakKind.ADDED, one.code) not in made
    }
    uneven = {Break(one.key, BreakKind.LENGTH) for plan in plans for one in plan.calendar.uneven_periods}
    return tuple(sorted(made | stated | uneven))


def breaks_around(plans: PlanBook, period: Period) -> tuple[Break, ...]:
    """Those that a figure of the period's return is compared across, or added up over."""
    first = period.year_ago.year_to_date[0].key
    return tuple(
        one
        for one in find_breaks(plans.plans)
        if first <= one.since <= period.key and (one.since > first or one.kind is BreakKind.LENGTH)
    )


def tell_breaks(plan: Plan, breaks: Sequence[Break]) -> Iterator[str]:
    """What each means for a reader of a return under a plan, a sentence for all of a kind in one period."""
    for (since, kind), group in groupby(breaks, key=lambda one: (one.since, one.kind)):
        codes = [one.category for one in group]
        if kind is BreakKind.LENGTH:
            yield _tell_length(plan, Period(since))
        elif kind is BreakKind.DROPPED:
            yield say("BREAK_DROPPED", period=_name(since), count=len(codes))
        elif headings := [one.heading for one in plan.categories if one.code in codes]:
            yield say(f"BREAK_{kind.name}", period=_name(since), names="、".join(headings))


def _tell_length(plan: Plan, period: Period) -> str:
    first, last = plan.calendar.first_day(period), plan.calendar.last_day(period)
    return say("BREAK_LENGTH", period=_name(period.key), first=first, last=last)


def _name(key: str) -> str:
    return say("PERIOD_NAMED", year=Period(key).year, month=Period(key).month)


def _between(plans: Sequence[Plan]) -> Iterator[Break]:
    """The categories that come and go between a plan and the next."""
    for earlier, later in pairwise(plans):
        before, after, since = set(earlier.category_by_code), set(later.category_by_code), later.validity.first
        yield from (Break(since, BreakKind.ADDED, one) for one in after - before)
        yield from (Break(since, BreakKind.DROPPED, one) for one in before - after)
