"""How complete a return is above the town: so many of its subordinates, which left categories out, which are out."""

from collections.abc import Iterable

from townreturn.domain.completeness import completeness_of, name_parts
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.origins import count_subordinates, from_plan
from townreturn.publishing.prose import Prose, plain, tell
from townreturn.wording import say


def say_completeness(town_return: TownReturn, plan: Plan) -> Prose:
    """「应报33个下级单位，已报31个，其中3个有类别未报：清溪镇（建材）……；未报2个：……。」."""
    found = completeness_of(plan, town_return.standings)
    reported = [*found.whole, *(unit for unit, _ in found.partly)]
    told = tell(
        "ABOVE_COUNT",
        expected=count_subordinates([*reported, *found.absent]),
        reported=count_subordinates(reported),
    )
    if found.partly:
        names = _listed(name_parts(plan, unit, categories) for unit, categories in found.partly)
        told += tell("ABOVE_PARTLY", count=count_subordinates([unit for unit, _ in found.partly]), names=names)
    if found.absent:
        names = _listed(plan.unit_by_code[unit].name for unit in found.absent)
        told += tell("ABOVE_ABSENT", count=count_subordinates(found.absent), names=names)
    return told + plain(say("FULL_STOP"))


def _listed(names: Iterable[str]) -> Prose:
    return from_plan(say("LIST_SEPARATOR").join(names))
