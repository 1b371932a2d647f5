"""What is owed under a plan as a whole, and how it stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.deliveries import Duty, judge_duties
from townreturn.chasing.plan_duties import owed_under, plan_asking
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.adjustments import adjustments_by_town
from townreturn.store.documents import documents_by_plan
from townreturn.store.engine import reading
from townreturn.store.reporters import first_named_by_plan


def scope_of(town: str) -> str:
    """What a transaction that writes to what is owed under a town's plans has to name; see ``store.engine.writing``."""
    return f"{town}/"


def duties_of(office: Office, plan: Plan, now: datetime) -> tuple[Standing, ...]:
    """How everything owed under a plan stands; empty while the plan does not say when it was issued."""
    with reading(office.engine) as tx:
        return tuple(one.standing for one in duties_in(tx, plan, now))


def duties_in(tx: Connection, plan: Plan, now: datetime) -> tuple[Duty, ...]:
    """The same with what is owed and the documents that came, in a transaction."""
    return _duties_by_town(tx, [plan], now)[plan.town_code]


def duties_asked(tx: Connection, plan: Plan, now: datetime) -> tuple[Standing, ...]:
    """How they stand once the plan has been issued; empty before, when nobody owes anything yet."""
    return duties_asked_by_town(tx, [plan], now)[plan.town_code]


def duties_asked_by_town(tx: Connection, plans: Sequence[Plan], now: datetime) -> dict[str, tuple[Standing, ...]]:
    """The same of many towns, each under its plan."""
    standings = {town: [one.standing for one in duties] for town, duties in _duties_by_town(tx, plans, now).items()}
    return {
        town: () if any(one.state is ObligationState.NOT_OPEN for one in found) else tuple(found)
        for town, found in standings.items()
    }


def _duties_by_town(tx: Connection, plans: Sequence[Plan], now: datetime) -> dict[str, tuple[Duty, ...]]:
    of = [(one.town_code, one.code) for one in plans]
    adjusted = adjustments_by_town(tx, [town for town, _ in of], "", plans=[code for _, code in of])
    documents, named = documents_by_plan(tx, of), first_named_by_plan(tx, of)
    return {
        town: judge_duties(plan, owed_under(plan, adjusted[town]), documents[town, code], named[town, code], now)
        for plan, (town, code) in zip(plans, of, strict=True)
    }


def choose_plan(plans: PlanBook, code: str, now: datetime) -> Plan:
    """The plan with a code; without one, that which what comes now is meant for.

    Raises Misuse for an unknown code, Refused when no plan names its day of issue.
    """
    if code:
        known = {one.code: one for one in plans.plans}
        if code not in known:
            raise Misuse("PLAN_UNKNOWN", value=code, known="、".join(known))
        return known[code]
    plan = plan_asking(plans, now)
    if plan is None:
        raise Refused("DUTIES_NOT_ASKED")
    return plan
