"""What is owed under a plan as a whole: work plans, the bureau's plan for key areas, the names of reporters."""

from datetime import date, datetime, timedelta

from townreturn.chasing.obligations import Adjustments, adjusted
from townreturn.domain.obligation import Obligation, ObligationKind
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook


def owed_under(plan: Plan, adjustments: Adjustments) -> tuple[Obligation, ...]:
    """Work plans in the order of lead units, the area plan, reporters in the order of units [plan 二（二）、（四）].

    ``period`` and ``category`` are empty. Nothing is owed while the plan does not say when it was
    issued. Everything opens at the first instant of that day and is due with the work plans: the
    source sets no time for naming a reporter.
    """
    if not plan.work_plans.issued_on:
        return ()
    opens_at, due_at = plan.calendar.midnight(_issued_on(plan)), work_plans_due_at(plan)
    return tuple(
        adjusted(Obligation(kind, unit, "", "", opens_at, due_at), adjustments) for kind, unit in _who_owes(plan)
    )


def is_owed(plan: Plan, kind: ObligationKind, unit: str) -> bool:
    """Whether a unit owes this under the plan as a whole."""
    return bool(plan.work_plans.issued_on) and (kind, unit) in _who_owes(plan)


def work_plans_due_at(plan: Plan) -> datetime:
    """The midnight after the last working day in time, the day of issue not counted; the plan must name that day.

    Years that the calendar does not know count as Monday to Friday, see ``assumed_years``.
    """
    return plan.calendar.midnight(_last_day_in_time(plan) + timedelta(days=1))


def assumed_years(plan: Plan) -> tuple[int, ...]:
    """The years whose holidays the due instant would need and the calendar does not know."""
    if not plan.work_plans.issued_on:
        return ()
    needed = range(_issued_on(plan).year, _last_day_in_time(plan).year + 1)
    return tuple(year for year in needed if year not in plan.calendar.working_days.years)


def plan_asking(plans: PlanBook, received_at: datetime) -> Plan | None:
    """The plan that something received then is meant for: the newest issued by then, else the first to be issued.

    None when no plan names its day of issue.
    """
    issued = sorted((one for one in plans.plans if one.work_plans.issued_on), key=_issued_on)
    by_then = [one for one in issued if one.calendar.midnight(_issued_on(one)) <= received_at]
    return by_then[-1] if by_then else next(iter(issued), None)


def _who_owes(plan: Plan) -> list[tuple[ObligationKind, str]]:
    return [
        *((ObligationKind.WORK_PLAN, unit.code) for unit in plan.reporting_units),
        (ObligationKind.AREA_PLAN, plan.coordinating_unit),
        *((ObligationKind.REPORTER, unit.code) for unit in plan.units),
    ]


def _issued_on(plan: Plan) -> date:
    return date.fromisoformat(plan.work_plans.issued_on)


def _last_day_in_time(plan: Plan) -> date:
    days = plan.calendar.working_days.or_weekdays()
    return days.shift(_issued_on(plan), plan.work_plans.working_days)
