"""Figures one after the other: which of them are told, and on how many categories or periods they rest."""

from collections.abc import Sequence
from itertools import groupby

from townreturn.domain.form import Indicator, Kind
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Measure, TownReturn
from townreturn.publishing.highlight_sentences import tell_amount
from townreturn.publishing.origins import count, from_plan
from townreturn.publishing.prose import Prose, join, tell
from townreturn.wording import say

_BASIS = {
    Measure.CURRENT: ("BASIS_COMPLETE", "BASIS_INCOMPLETE"),
    Measure.YTD: ("BASIS_COMPLETE_YTD", "BASIS_INCOMPLETE_YTD"),
}


def amount_in(town_return: TownReturn, category: str, indicator: Indicator, measure: Measure) -> Amount | None:
    """The amount of a measure; None where the form has no such cell."""
    cell = town_return.cell(category, indicator.code)
    return None if cell is None else getattr(cell, measure.value)


def choose_listed(
    town_return: TownReturn, plan: Plan, category: str, measure: Measure
) -> tuple[list[Indicator], list[Indicator]]:
    """Those that are told, headlines and what only this category reports; and all that are not zero.

    Where no headline is left, everything that is not zero is told.
    """
    indicators = plan.form.indicators_of(category)
    filled = [one for one in indicators if (amount := amount_in(town_return, category, one, measure)) and amount.value]
    if measure is Measure.YTD:
        filled = [one for one in filled if not one.is_stock]
    extras = plan.form.extras.get(category, ())
    told = [one for one in filled if one.code in plan.form.headlines or one in extras]
    return told or filled, filled


def choose_few(plan: Plan, category: str, told: Sequence[Indicator]) -> list[Indicator]:
    """Of those told the first of each group, all money, and what only this category reports."""
    firsts = {one.group: one.code for one in reversed(told)}.values()
    extras = plan.form.extras.get(category, ())
    return [one for one in told if one.code in firsts or one.kind is Kind.MONEY or one in extras]


def list_figures(town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure) -> Prose:
    """「立案11宗，涉案货值1,037.88万元；抽检60批次」: groups of the form apart."""
    groups = []
    for _, members in groupby(indicators, key=lambda one: one.group):
        amounts = ((one, amount_in(town_return, category, one, measure)) for one in members)
        told = [tell_amount(amount, category, one, measure) for one, amount in amounts if amount is not None]
        groups.append(join(say("CLAUSE_SEPARATOR"), told))
    return join(say("CLAUSE_SEPARATOR_STRONG"), groups)


def find_worst(
    town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure
) -> Amount | None:
    """The amount that lacks most, among those that were reported at all."""
    amounts = [amount_in(town_return, category, one, measure) for one in indicators]
    known = [one for one in amounts if one is not None and one.status is not AmountStatus.MISSING]
    return min(known, key=lambda one: one.reported - one.expected, default=None)


def count_parts(amount: Amount, of: str) -> dict[str, Prose]:
    """How many parts of an amount were reported, of how many."""
    return {"reported": count(amount.reported, of), "expected": count(amount.expected, of)}


def is_of_changed_scope(
    town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure
) -> bool:
    """Whether any of them adds up what was gathered in two ways."""
    amounts = [amount_in(town_return, category, one, measure) for one in indicators]
    return any(one is not None and one.status is AmountStatus.CHANGED_SCOPE for one in amounts)


def tell_basis(town_return: TownReturn, plan: Plan, indicators: Sequence[Indicator], measure: Measure) -> Prose:
    """Of what totals are: 「全镇」, or where something lacks 「已报6类合计」."""
    worst = find_worst(town_return, TOTAL, indicators, measure)
    whole = say("WHOLE_OF", level=plan.town[-1]) if plan.town[-1] in say("LEVELS") else say("WHOLE")
    complete, incomplete = _BASIS[measure]
    if worst is not None and not worst.is_complete:
        if plan.subordinates:
            return tell(f"ABOVE_{incomplete}")
        return tell(incomplete, **count_parts(worst, "categories"))
    if is_of_changed_scope(town_return, TOTAL, indicators, measure):
        return tell("BASIS_CHANGED_YTD", whole=from_plan(whole))
    return tell(complete, whole=from_plan(whole))
