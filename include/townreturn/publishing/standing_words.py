"""How an obligation's standing is said in the return and the briefing."""

from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.wording import say

_TIMELINESS_CODES = {
    Timeliness.ON_TIME: "TIMELINESS_IS_ON_TIME",
    Timeliness.LATE: "TIMELINESS_IS_LATE",
    Timeliness.BACKFILLED: "TIMELINESS_IS_BACKFILLED",
    Timeliness.NOT_RECEIVED: "TIMELINESS_IS_NOT_RECEIVED",
}


def say_state(standing: Standing) -> str:
    """已报, 零申报 or 未报; one that was returned and not sent again counts as 未报."""
    if not standing.is_in:
        returned = standing.state is ObligationState.RETURNED
        return say("STANDING_RETURNED") if returned else say("AMOUNT_MISSING")
    return say("STANDING_ZERO_RETURN") if standing.zero_return else say("STANDING_REPORTED")


def say_timeliness(standing: Standing) -> str:
    """按时, 逾期, 补录 or 未收到."""
    return say(_TIMELINESS_CODES[standing.timeliness])


def say_received(standing: Standing, plan: Plan) -> str:
    """The received time in the plan's zone, to the second; 未收到 when nothing was received."""
    if standing.received_at is None:
        return say("TIMELINESS_IS_NOT_RECEIVED")
    return standing.received_at.astimezone(plan.calendar.zone).strftime("%Y-%m-%d %H:%M:%S")


def name_missing(town_return: TownReturn, plan: Plan) -> str:
    """The categories that are not in, each with its unit: 「建材（镇住建局）」; empty when all are in."""
    missing = [standing for standing in town_return.standings if not standing.is_in]
    return say("LIST_SEPARATOR").join(name_obligation(standing, plan) for standing in missing)


def name_obligation(standing: Standing, plan: Plan) -> str:
    """A category with the unit that owes it."""
    category, unit = plan.category_by_code[standing.category], plan.unit_by_code[standing.unit]
    return say("CATEGORY_OF_UNIT", category=category.name, unit=unit.name)
