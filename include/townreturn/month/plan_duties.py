"""What is owed under a plan as a whole, and how it stands."""

from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.deliveries import Duty, judge_duties
from townreturn.chasing.plan_duties import owed_under, plan_asking
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.plan import Plan, PlanBook
from townreturn.office import Office
from townreturn.store.adjustments import adjustments_of
from townreturn.store.documents import list_documents
from townreturn.store.engine import reading
from townreturn.store.reporters import first_named


def scope_of(town: str) -> str:
    """What a transaction that writes to what is owed under a town's plans has to name; see ``store.engine.writing``."""
    return f"{town}/"


def duties_of(office: Office, plan: Plan, now: datetime) -> tuple[Standing, ...]:
    """How everything owed under a plan stands; empty while the plan does not say when it was issued."""
    with reading(office.engine) as tx:
        return tuple(one.standing for one in duties_in(tx, plan, now))


def duties_in(tx: Connection, plan: Plan, now: datetime) -> tuple[Duty, ...]:
    """The same with what is owed and the documents that came, in a transaction."""
    town = plan.town_code
    owed = owed_under(plan, adjustments_of(tx, town, "", plan=plan.code))
    return judge_duties(plan, owed, list_documents(tx, town, plan.code), first_named(tx, town, plan.code), now)


def duties_asked(tx: Connection, plan: Plan, now: datetime) -> tuple[Standing, ...]:
    """How they stand once the plan has been issued; empty before, when nobody owes anything yet."""
    standings = [one.standing for one in duties_in(tx, plan, now)]
    return () if any(one.state is ObligationState.NOT_OPEN for one in standings) else tuple(standings)


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
