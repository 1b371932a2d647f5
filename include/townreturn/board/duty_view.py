"""方案材料: what units owe under a period's plan as a whole, and how each of it stands."""

from dataclasses import dataclass
from datetime import datetime

from townreturn.chasing.deliveries import Duty
from townreturn.domain.obligation import ObligationKind, ObligationState, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.month.plan_duties import duties_in
from townreturn.office import Office
from townreturn.store.engine import reading


@dataclass(frozen=True)
class DutyLine:
    """One thing owed; times in the town's zone. ``due``: the last second in time, as extended.

    ``note``: why the last document was returned, or nothing is owed. ``is_delivered``: it is here and counts.
    """

    unit: str
    unit_name: str
    kind: ObligationKind
    state: ObligationState
    timeliness: Timeliness
    due: datetime
    received_at: datetime | None
    is_delivered: bool
    document_count: int
    note: str


@dataclass(frozen=True)
class DutiesView:
    """``lines`` is empty while the plan does not say when it was issued; ``owed_count`` without what is exempted."""

    plan: str
    delivered_count: int
    owed_count: int
    lines: tuple[DutyLine, ...]


def view_duties(office: Office, period: Period, now: datetime) -> DutiesView:
    """How everything owed under the period's plan stands now; Misuse when no plan is in force."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        lines = tuple(_line(plan, one) for one in duties_in(tx, plan, now))
    owed = [one for one in lines if one.state is not ObligationState.EXEMPTED]
    return DutiesView(plan.title, sum(one.is_delivered for one in owed), len(owed), lines)


def _line(plan: Plan, duty: Duty) -> DutyLine:
    standing, zone = duty.standing, plan.calendar.zone
    return DutyLine(
        unit=duty.unit,
        unit_name=plan.unit_by_code[duty.unit].name,
        kind=duty.kind,
        state=standing.state,
        timeliness=standing.timeliness,
        due=plan.calendar.last_second(duty.obligation.due_at),
        received_at=standing.received_at and standing.received_at.astimezone(zone),
        is_delivered=standing.is_delivered,
        document_count=len(duty.documents),
        note=duty.returned_for or standing.note,
    )
