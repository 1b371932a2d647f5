"""Sentences on what is owed under the plan as a whole (工作方案、重点区域方案、信息报送员)."""

from collections.abc import Iterator, Sequence

from townreturn.domain.obligation import ObligationKind, ObligationState, Standing, Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.origins import count_duties, from_plan, working_days
from townreturn.publishing.prose import Prose, join, tell
from townreturn.wording import say


def say_duties(town_return: TownReturn, plan: Plan) -> Prose:
    """How many work plans are in, whether the area plan is, who has named no reporter; empty while nothing is owed."""
    return join("", _sentences(town_return, plan))


def _sentences(town_return: TownReturn, plan: Plan) -> Iterator[Prose]:
    work_plans, area_plans, reporters = (
        [one for one in town_return.duties if one.kind is kind and one.state is not ObligationState.EXEMPTED]
        for kind in (ObligationKind.WORK_PLAN, ObligationKind.AREA_PLAN, ObligationKind.REPORTER)
    )
    if work_plans:
        yield tell("DUTIES_ASKED", days=working_days(plan))
        yield from _say_work_plans(work_plans, plan)
    for one in area_plans:
        yield tell("DUTIES_AREA_PLAN", unit=_names([one], plan), standing=tell(_code_of(one)))
    missing = [one for one in reporters if not one.is_delivered]
    if missing:
        yield tell("DUTIES_NO_REPORTER", count=count_duties(missing), names=_names(missing, plan))
    elif reporters:
        yield tell("DUTIES_ALL_REPORTERS", count=count_duties(reporters))


def _say_work_plans(owed: Sequence[Standing], plan: Plan) -> Iterator[Prose]:
    delivered = [one for one in owed if one.is_delivered]
    late = [one for one in delivered if one.timeliness is Timeliness.LATE]
    missing = [one for one in owed if not one.is_delivered]
    yield tell("DUTIES_WORK_PLANS", expected=count_duties(owed), delivered=count_duties(delivered))
    if late:
        yield tell("DUTIES_WORK_PLANS_LATE", count=count_duties(late), names=_names(late, plan))
    if missing:
        yield tell("DUTIES_WORK_PLANS_MISSING", count=count_duties(missing), names=_names(missing, plan))
    yield tell("DUTIES_STOP")


def _code_of(one: Standing) -> str:
    """按时报送, 迟报, 退回 or 未报送."""
    if one.is_delivered:
        return "DUTY_IS_LATE" if one.timeliness is Timeliness.LATE else "DUTY_IS_IN"
    return "DUTY_IS_RETURNED" if one.state is ObligationState.RETURNED else "DUTY_IS_OUT"


def _names(standings: Sequence[Standing], plan: Plan) -> Prose:
    return from_plan(say("LIST_SEPARATOR").join(plan.unit_by_code[one.unit].name for one in standings))
