"""Opening (下发报表): every lead unit is sent its workbook once, pre-filled from what was accepted last period."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.chasing.backfilling import is_backfilled
from townreturn.chasing.standing_now import obligations_of
from townreturn.domain.errors import Refused
from townreturn.domain.message import Letter
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.posting import post
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.reporters import reporters_of
from townreturn.store.reports import accepted_histories
from townreturn.store.returns import find_publications


def hand_out_workbooks(office: Office, period: Period, now: datetime, units: Sequence[str] = ()) -> tuple[Letter, ...]:
    """Write the opening message of every lead unit, or of those named; gives those written now.

    Said again, nothing is sent twice; and nothing at all where ``why_not_handed_out`` has a reason,
    nor to a unit that is exempted from all it owes. Raises Misuse when no plan is in force, and as
    ``templates.lead_unit`` for a unit named.
    """
    # brings xlsxwriter, which most commands never need
    from townreturn.month.opening_message import opening_message
    from townreturn.templates import lead_unit
    from townreturn.templates.assignment import Assignment

    plan = office.plans.in_force(period)
    chosen = [lead_unit(plan, one) for one in units] or list(plan.reporting_units)
    with writing(office.engine, f"{plan.town_code}/{period.key}") as tx:
        if _refusal(tx, plan, period, now):
            return ()
        histories, named = accepted_histories(tx, plan, period), reporters_of(tx, plan.town_code)
        owed = [one for one in obligations_of(tx, plan, period) if not one.is_exempted]
        mine = {unit: [one for one in owed if one.unit == unit.code] for unit in chosen}
        openings = [
            opening_message(Assignment(plan, period, unit, histories.of(unit.code)), own, named)
            for unit, own in mine.items()
            if own
        ]
        return post(tx, office, plan, openings, now)


def prefilled_workbook(office: Office, period: Period, unit: str) -> tuple[str, bytes]:
    """Name and bytes of a lead unit's workbook as it would be sent now, whenever that is.

    Raises Misuse when no plan is in force, and as ``templates.lead_unit``.
    """
    from townreturn.templates import blank_workbook, lead_unit, workbook_name
    from townreturn.templates.assignment import Assignment

    plan = office.plans.in_force(period)
    chosen = lead_unit(plan, unit)
    with reading(office.engine) as tx:
        history = accepted_histories(tx, plan, period).of(unit)
    return workbook_name(period, chosen), blank_workbook(Assignment(plan, period, chosen, history))


def why_not_handed_out(office: Office, period: Period, now: datetime) -> Refused | None:
    """Why a period's workbooks are not sent: it is not over, 补录 or published; None when they are."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        return _refusal(tx, plan, period, now)


def _refusal(tx: Connection, plan: Plan, period: Period, now: datetime) -> Refused | None:
    if now < plan.calendar.end(period):
        return Refused("HAND_OUT_TOO_EARLY", period=period, last=plan.calendar.last_day(period))
    if find_publications(tx, plan.town_code, [period.key]):
        return Refused("HAND_OUT_PUBLISHED", period=period)
    return Refused("HAND_OUT_BACKFILLED", period=period) if is_backfilled(tx, plan, period, now) else None
