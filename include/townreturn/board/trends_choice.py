"""What can be looked at over time: the indicators of all of the town's plans, and the columns that report one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from townreturn.domain.categories import unknown_category
from townreturn.domain.errors import Misuse
from townreturn.domain.form import Across, Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL
from townreturn.wording import say


@dataclass(frozen=True)
class IndicatorChoice:
    """An indicator by its newest name; ``heading``: its group, of an extra its category."""

    code: str
    label: str
    unit: str
    heading: str


@dataclass(frozen=True)
class Column:
    """A category by its newest name, or TOTAL."""

    category: str
    heading: str


def list_indicators(plans: PlanBook) -> tuple[IndicatorChoice, ...]:
    """Those of the newest plan in its form's order, the common ones first, then what only earlier ones have."""
    found: dict[str, IndicatorChoice] = {}
    for plan in reversed(plans.plans):
        for one in _indicators(plan):
            found.setdefault(one.code, one)
    return tuple(found.values())


def _indicators(plan: Plan) -> Iterator[IndicatorChoice]:
    for one in plan.form.indicators:
        yield IndicatorChoice(one.code, one.label, one.unit, one.group)
    for category in plan.categories:
        for one in plan.form.extras.get(category.code, ()):
            yield IndicatorChoice(one.code, one.label, one.unit, category.heading)


def find_indicator(plans: PlanBook, code: str) -> Indicator:
    """As the newest form that has it says; without a code, what that form draws over time, else its first.

    Raises Misuse for a code that no form has.
    """
    newest = plans.plans[-1].form
    wanted = code or newest.charts.trend or newest.indicators[0].code
    for plan in reversed(plans.plans):
        if wanted in plan.form.by_code:
            return plan.form.by_code[wanted]
    raise Misuse("BOARD_TRENDS_NO_INDICATOR", value=code)


def list_columns(plans: PlanBook, indicator: Indicator) -> tuple[Column, ...]:
    """The categories that report it under any plan, those of the newest first, then the total where there is one."""
    reporting = {
        one.code: Column(one.code, one.heading)
        for plan in plans.plans
        for one in plan.categories
        if indicator.code in {row.code for row in plan.form.indicators_of(one.code)}
    }
    newest = [one.code for one in plans.plans[-1].categories if one.code in reporting]
    ordered = [reporting[code] for code in dict.fromkeys([*newest, *reporting])]
    total = [Column(TOTAL, say("TOTAL_COLUMN"))] if indicator.across is Across.SUM else []
    return (*ordered, *total)


def choose_columns(plans: PlanBook, offered: Sequence[Column], asked: Collection[str]) -> tuple[Column, ...]:
    """Those asked for; all categories where nothing was asked or nothing is left.

    A category that does not report the indicator is left out, for indicators change while a choice of
    categories stays. Raises Misuse for one that no plan has.
    """
    known = {one.code for plan in plans.plans for one in plan.categories} | {TOTAL}
    if unknown := next((one for one in asked if one not in known), ""):
        raise unknown_category(plans.plans[-1], unknown, TOTAL)
    wanted = [one for one in offered if one.category in asked]
    return tuple(wanted or (one for one in offered if one.category != TOTAL))
