"""Who is believed to send for a unit: the mail addresses that are registered and the accounts, and for which units."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from townreturn.chasing.contacts import Named, addresses_of
from townreturn.domain.duties import Addressee
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook

_WHO = (Addressee.REPORTER, Addressee.HEAD)


def registered_senders(plans: PlanBook, named: Mapping[str, Named], now: datetime) -> dict[str, tuple[str, ...]]:
    """Address in small letters → the units whose reporter or head has it, in plan order; usually one.

    A unit's addresses are those of the plans in force in the running period and in the one that is
    reported now; of a unit that neither names any more, those of the last plan that did.
    """
    running = plans.calendar.containing(now)
    found: dict[str, dict[str, None]] = {}
    for plan, code in _believed(plans, running):
        for address in addresses_of(plan, named, code, _WHO):
            found.setdefault(address.casefold(), {})[code] = None
    return {address: tuple(codes) for address, codes in found.items()}


def units_of_account(plans: PlanBook, account: str, now: datetime) -> tuple[str, ...]:
    """The units whose reporter signs in by it, by the same plans as mail addresses; usually one or none."""
    believed = _believed(plans, plans.calendar.containing(now))
    return tuple(dict.fromkeys(code for plan, code in believed if account in plan.unit_by_code[code].accounts))


def _believed(plans: PlanBook, running: Period) -> Iterator[tuple[Plan, str]]:
    """Every unit with each of the plans that says who sends for it."""
    begun = [plan for plan in plans.plans if Period(plan.validity.first) <= running]
    reporting = {one.code for one in map(plans.find, (running.previous, running)) if one}
    for code in dict.fromkeys(code for plan in begun for code in plan.unit_by_code):
        naming = [plan for plan in begun if code in plan.unit_by_code]
        yield from ((plan, code) for plan in [one for one in naming if one.code in reporting] or naming[-1:])


def may_report_for(plans: PlanBook, units: Iterable[str]) -> frozenset[str]:
    """The units themselves and all whose work they go on with, through any number of plans."""
    allowed, waiting = set[str](), list(units)
    while waiting:
        code = waiting.pop()
        if code not in allowed:
            allowed.add(code)
            naming = (plan.unit_by_code[code] for plan in plans.plans if code in plan.unit_by_code)
            waiting += [one for unit in naming for one in unit.succeeds]
    return frozenset(allowed)
