"""Standings as published → how the plan's categories stood in earlier periods."""

from collections.abc import Mapping, Sequence

from townreturn.domain.obligation import Standing
from townreturn.domain.past_standings import PastStanding
from townreturn.domain.plan import Plan


def compile_past_standings(plan: Plan, standings: Mapping[str, Sequence[Standing]]) -> tuple[PastStanding, ...]:
    """By period ascending, then in the plan's order; ``standings`` by period key.

    Those of categories that the plan has no more are not part of it.
    """
    order = [one.code for one in plan.categories]
    told = (
        PastStanding(key, one.category, one.state, one.timeliness) for key, found in standings.items() for one in found
    )
    kept = (one for one in told if one.category in order)
    return tuple(sorted(kept, key=lambda one: (one.period, order.index(one.category))))
