"""What the nodes of a tree are called, and how their values are told."""

from decimal import Decimal

from townreturn.domain.categories import name_reporting
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, ChangeStatus, Measure
from townreturn.tracing.tree import Node, NodeKind, Place
from townreturn.wording import say

_SIDES = {
    Measure.MONTH_ON_MONTH: ("TRACE_SIDE_CURRENT", "TRACE_SIDE_PREVIOUS"),
    Measure.YEAR_ON_YEAR: ("TRACE_SIDE_CURRENT", "TRACE_SIDE_YEAR_AGO"),
    Measure.YTD_YEAR_ON_YEAR: ("TRACE_SIDE_YTD", "TRACE_SIDE_YTD_YEAR_AGO"),
}


def name_node(plans: PlanBook, place: Place, node: Node, parent: Node | None) -> str:
    """What tells a node from its siblings: the side of a comparison, the period, the category with its
    unit of that period, a subordinate, or the return of an office below."""
    if node.town:
        return say("TRACE_BELOW", town=node.town, period=_name_period(node))
    if node.unit:
        return node.unit
    plan = _plan_of(plans, node)
    if parent is None:
        return say("TRACE_ROOT", category=name_category(plan, node.category), indicator=place.indicator.label,
                   measure=say(f"MEASURE_{node.measure.name}"))  # fmt: skip
    if parent.kind is NodeKind.COMPARISON:
        side = say(_SIDES[parent.measure][parent.children.index(node)])
        return say("TRACE_SIDE", side=side, period=_name_period(node))
    if parent.category == TOTAL and node.category != TOTAL:
        return say(
            "CATEGORY_OF_UNIT", category=name_category(plan, node.category), unit=name_reporting(plan, node.category)
        )
    return _name_period(node)


def _plan_of(plans: PlanBook, node: Node) -> Plan:
    """The plan of the node's period, or the first later one that has its category."""
    later = (one for one in plans.plans if one.validity.last >= node.period)
    return next((one for one in later if node.category in (TOTAL, *one.category_by_code)), plans.plans[-1])


def say_value(place: Place, node: Node) -> str:
    """「5宗」, 「+12.5%」, or the word that stands for no number; a sum says how many of its parts are in."""
    if node.kind is NodeKind.COMPARISON and node.status is ChangeStatus.ZERO_BASE:
        return say("CHANGE_ZERO_BASE")
    if node.kind is NodeKind.COMPARISON and node.value is None:
        return say("CHANGE_INCOMPARABLE")
    text = _say_number(place, node.value, is_comparison=node.kind is NodeKind.COMPARISON)
    reported, expected = sum(one.value is not None for one in node.children), len(node.children)
    if any(one.unit for one in node.children):
        reported, expected = node.reported, node.expected
    if node.kind is NodeKind.SUM and reported < expected:
        return say("TRACE_INCOMPLETE", value=text, reported=reported, expected=expected)
    return text


def say_published(place: Place, value: Decimal | None) -> str:
    """One side of a correction; a comparison's may have had no number for several reasons."""
    is_comparison = place.measure not in (Measure.CURRENT, Measure.YTD)
    if value is None and is_comparison:
        return say("CHANGE_WITHOUT_RATIO")
    return _say_number(place, value, is_comparison=is_comparison)


def _say_number(place: Place, value: Decimal | None, *, is_comparison: bool) -> str:
    if value is None:
        return say("AMOUNT_MISSING")
    if is_comparison:
        return f"{value:+,.1f}%" if value else "0.0%"
    return f"{value:,.{place.indicator.decimals}f}{place.indicator.unit}"


def name_category(plan: Plan, code: str) -> str:
    """「1.食品药品保健品」, 合计."""
    return say("TOTAL_COLUMN") if code == TOTAL else plan.category_by_code[code].heading


def name_issue(issue: int | None) -> str:
    """原发布, 第N次更正, or 未发布."""
    if issue is None:
        return say("TRACE_NEVER_PUBLISHED")
    return say("CORRECTION_NAMED", issue=issue) if issue else say("TRACE_ORIGINAL")


def _name_period(node: Node) -> str:
    period = Period(node.period)
    named = say("PERIOD_NAMED", year=period.year, month=period.month)
    return say("TRACE_PERIOD", period=named, issue=name_issue(node.issue))
