"""What is owed: the statistics of a period, each category by the units that report it, as the plan in force says."""

from collections.abc import Mapping

from townreturn.domain.obligation import Adjustment, Obligation, ObligationKind
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan

Adjustments = Mapping[tuple[ObligationKind, str, str], Adjustment]
"""(kind, unit, category) → what is in force."""


def statistics_owed(plan: Plan, period: Period, adjustments: Adjustments) -> tuple[Obligation, ...]:
    """One obligation for each slot, in plan order, due as the plan says or as extended."""
    calendar, opens_at = plan.calendar, plan.calendar.end(period)
    return tuple(
        adjusted(
            Obligation(
                ObligationKind.STATISTICS,
                plan.unit_of(slot).code,
                slot.category,
                period.key,
                opens_at,
                calendar.due_at(period),
            ),
            adjustments,
        )
        for slot in plan.slots
    )


def adjusted(obligation: Obligation, adjustments: Adjustments) -> Obligation:
    """The obligation with what is in force for it."""
    found = adjustments.get((obligation.kind, obligation.unit, obligation.category))
    due_at = found.due_at if found and found.due_at else obligation.due_at
    return Obligation(
        obligation.kind, obligation.unit, obligation.category, obligation.period, obligation.opens_at, due_at, found
    )
