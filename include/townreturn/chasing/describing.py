"""How a period stands, in a line for people."""

from collections.abc import Iterable, Sequence

from townreturn.domain.completeness import completeness_of, name_by_unit
from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.wording import say


def describe_standings(plan: Plan, period: Period, standings: Sequence[Standing]) -> str:
    """One line for people: town, period, how many are in and who is out."""
    exempted = [one for one in standings if one.state is ObligationState.EXEMPTED]
    values = {"town": plan.town, "year": period.year, "month": period.month}
    reported = sum(standing.is_in for standing in standings)
    line = say("STANDINGS_LINE", reported=reported, total=len(standings) - len(exempted), **values)
    if plan.subordinates:
        found = completeness_of(plan, standings)
        line = say("STANDINGS_LINE_ABOVE", reported=found.reported, total=found.expected, **values)
        line += say("STANDINGS_PARTLY", count=len(found.partly)) if found.partly else ""
    waiting = name_outstanding(plan, standings)
    line += say("STANDINGS_OUT", units="、".join(waiting)) if waiting else say("STANDINGS_ALL_IN")
    return line + (say("STANDINGS_EXEMPTED", units="、".join(_names(plan, exempted))) if exempted else "")


def name_outstanding(plan: Plan, standings: Iterable[Standing]) -> list[str]:
    """Whose part is neither in nor exempted."""
    return _names(plan, [one for one in standings if not (one.is_in or one.state is ObligationState.EXEMPTED)])


def _names(plan: Plan, standings: Iterable[Standing]) -> list[str]:
    """Each on its own; above the town, where there may be hundreds, by subordinates."""
    if plan.subordinates:
        return [name] if (name := name_by_unit(standings, plan)) else []
    return [
        say(
            "OBLIGATION_RETURNED" if one.state is ObligationState.RETURNED else "OBLIGATION_OUT",
            unit=plan.unit_by_code[one.unit].name,
            category=plan.category_by_code[one.category].name,
        )
        for one in standings
    ]
