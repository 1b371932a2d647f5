"""How an obligation's standing is said in the return and the briefing."""

from collections.abc import Iterable
from datetime import datetime

from townreturn.domain.completeness import name_by_unit
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import UnitTimeliness
from townreturn.domain.town_return import Measure, TownReturn
from townreturn.wording import Tell, say

_TIMELINESS_CODES = {
    Timeliness.ON_TIME: "TIMELINESS_IS_ON_TIME",
    Timeliness.LATE: "TIMELINESS_IS_LATE",
    Timeliness.BACKFILLED: "TIMELINESS_IS_BACKFILLED",
    Timeliness.EXEMPTED: "TIMELINESS_IS_EXEMPTED",
    Timeliness.NOT_RECEIVED: "TIMELINESS_IS_NOT_RECEIVED",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def say_state(standing: Standing, tell: Tell = say) -> str:
    """已报, 零申报, 免报 or 未报; one that was returned and not sent again counts as 未报."""
    if standing.state is ObligationState.EXEMPTED:
        return tell("STANDING_EXEMPTED")
    if not standing.is_in:
        returned = standing.state is ObligationState.RETURNED
        return tell("STANDING_RETURNED") if returned else tell("AMOUNT_MISSING")
    return tell("STANDING_ZERO_RETURN") if standing.zero_return else tell("STANDING_REPORTED")


def say_timeliness(standing: Standing) -> str:
    """按时, 迟报, 补录, 免报, 未收到, or 未通过 of what was returned: that is neither in time nor late yet."""
    if standing.state is ObligationState.RETURNED:
        return say("TIMELINESS_NOT_ACCEPTED")
    return say(_TIMELINESS_CODES[standing.timeliness])


def say_received(standing: Standing, plan: Plan) -> str:
    """The received time in the plan's zone, to the second; 未收到 when nothing was received."""
    if standing.received_at is None:
        return say("TIMELINESS_IS_NOT_RECEIVED")
    return f"{standing.received_at.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M:%S}"


def extended_to(standing: Standing, plan: Plan) -> datetime | None:
    """The last whole second that was in time by an extension, in the plan's zone; None without one."""
    return standing.due_at and plan.calendar.last_second(standing.due_at)


def say_extended(standing: Standing, plan: Plan) -> str:
    """That instant to the second; nothing without an extension."""
    last = extended_to(standing, plan)
    return f"{last:%Y-%m-%d %H:%M:%S}" if last else ""


def say_late_by(standing: Standing) -> str:
    """By how much the first acceptable report was late; nothing when it was not, or nobody noted it."""
    return say_duration(standing.late_seconds) if standing.late_seconds else ""


def say_duration(seconds: int, tell: Tell = say) -> str:
    """「2天3小时」, 「45分钟」: the two greatest units that it has, rounded down.

    ``tell`` says it in another language.
    """
    amounts = (
        ("DURATION_DAYS", seconds // _DAY),
        ("DURATION_HOURS", seconds % _DAY // _HOUR),
        ("DURATION_MINUTES", seconds % _HOUR // _MINUTE),
    )
    first = next((place for place, (_, number) in enumerate(amounts) if number), len(amounts))
    told = [tell(code, number=number) for code, number in amounts[first : first + 2] if number]
    return "".join(told) or tell("DURATION_LESS")


def say_reported_of(town_return: TownReturn, tell: Tell = say) -> str:
    """「已报 6/7」: the categories that a total adds up, and how many of the others owed nothing."""
    counts = {"reported": town_return.reported_count, "expected": len(town_return.standings)}
    if not town_return.exempted:
        return tell("REPORTED_OF", **counts)
    return tell("REPORTED_OF_EXEMPTED", exempted=len(town_return.exempted), **counts)


def say_category_state(town_return: TownReturn, category: str, tell: Tell = say) -> str:
    """How a category stands; above the town 「已报 31/33」 of its subordinates. Empty where nothing is owed for it."""
    owed = [one for one in town_return.standings if one.category == category]
    if len(owed) < 2:
        return say_state(owed[0], tell) if owed else ""
    counts = {"reported": sum(one.is_in for one in owed), "expected": len(owed)}
    exempted = sum(one.state is ObligationState.EXEMPTED for one in owed)
    return tell("REPORTED_OF_EXEMPTED", exempted=exempted, **counts) if exempted else tell("REPORTED_OF", **counts)


def absent_word(town_return: TownReturn, category: str, measure: Measure) -> str:
    """What stands for a category's amount that is not there: 未报, or 免报 where nothing was owed."""
    return say("STANDING_EXEMPTED" if is_exempted(town_return, category, measure) else "AMOUNT_MISSING")


def is_exempted(town_return: TownReturn, category: str, measure: Measure) -> bool:
    """Whether an amount that is not there was not owed.

    Of a year to date only if the category's unit left nothing out in the year's other periods.
    """
    owed = [one for one in town_return.standings if one.category == category]
    is_exempted_now = bool(owed) and all(one.state is ObligationState.EXEMPTED for one in owed)
    if not is_exempted_now or measure is Measure.CURRENT:
        return is_exempted_now
    units = {one.unit for one in owed}
    return not any(_left_out(one) for one in town_return.league.units if one.unit in units)


def _left_out(unit: UnitTimeliness) -> bool:
    """Whether a figure may be wanting that was owed; of backfilled periods nobody counted it."""
    return bool(unit.missing or unit.backfilled)


def name_missing(town_return: TownReturn, plan: Plan) -> str:
    """The categories that are owed and not in, each with its unit: 「建材（镇住建局）」; empty when all are in."""
    return _name_all(town_return.missing, plan)


def name_exempted(town_return: TownReturn, plan: Plan) -> str:
    """The same for those that are not owed."""
    return _name_all(town_return.exempted, plan)


def _name_all(standings: Iterable[Standing], plan: Plan) -> str:
    if plan.subordinates:
        return name_by_unit(standings, plan)
    return say("LIST_SEPARATOR").join(name_obligation(one, plan) for one in standings)


def name_obligation(standing: Standing, plan: Plan) -> str:
    """A category with the unit that owes it."""
    category, unit = plan.category_by_code[standing.category], plan.unit_by_code[standing.unit]
    return say("CATEGORY_OF_UNIT", category=category.name, unit=unit.name)
