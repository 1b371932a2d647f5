"""Returns of a few figures given by hand, compiled and published without reports and files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from stored_reports import on_time
from ten_years import publish_return
from townreturn.compiling import compile_cells
from townreturn.domain.breaks import Break
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import league_of
from townreturn.domain.town_return import TownReturn
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.reports import StoredFigure

Given = Mapping[tuple[str, str, str], str]
"""(period, category, indicator) → value; what is not given was not reported."""


def compile_small(plan: Plan, period: str, given: Given, breaks: Sequence[Break] = ()) -> TownReturn:
    """The return of a period from figures of it and of earlier ones."""
    figures = [StoredFigure(*place, Decimal(value), False) for place, value in given.items()]
    standings = tuple(_standing(plan, period, one.code, given) for one in plan.categories)
    return TownReturn(
        plan.town, plan.town_code, period, plan.code, plan.form.edition, 0,
        compile_cells(plan, Period(period), figures, breaks), standings, (), (),
        league=league_of(plan.units, {period: standings}),
    )  # fmt: skip


def _standing(plan: Plan, period: str, category: str, given: Given) -> Standing:
    lead = plan.category_by_code[category].lead
    if any(place[:2] == (period, category) for place in given):
        return Standing(category, lead, ObligationState.ACCEPTED, Timeliness.ON_TIME, 1, on_time(plan, period))
    return Standing(category, lead, ObligationState.MISSING, Timeliness.NOT_RECEIVED)


def publish_all(office: Office, returns: Sequence[tuple[datetime, TownReturn]]) -> None:
    """In that order, each at its time."""
    with writing(office.engine) as tx:
        for at, one in returns:
            publish_return(tx, office.plans.in_force(Period(one.period)), one, at)
