"""What a rejection may send back: the reports that the approver has seen, as long as they stand."""

from sqlalchemy import Connection

from townreturn.domain.errors import Refused
from townreturn.domain.plan import Plan
from townreturn.store.inputs import inputs_by_category
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import Compilation


def is_stale(tx: Connection, plan: Plan, compilation: Compilation, sent_back: tuple[str, ...]) -> bool:
    """Whether one of the categories stands by another report now than the one in the return."""
    period = compilation.town_return.period
    used = inputs_by_category(tx, compilation.id, period)
    accepted = accepted_ids(tx, plan.town_code, [period])
    return any(accepted.get((period, one)) not in (None, used.get(one)) for one in sent_back)


def require_returnable(tx: Connection, plan: Plan, compilation: Compilation, sent_back: tuple[str, ...]) -> None:
    """Raises Refused for what was never accepted, or what a correction leaves as it was published.

    Who never reported is chased, not rejected. That a report was excluded can be rejected, though
    there is none to go back.
    """
    town_return = compilation.town_return
    headings = {code: category.heading for code, category in plan.category_by_code.items()}
    corrected = {one.category for one in town_return.changes if one.period == town_return.period}
    accepted = accepted_ids(tx, plan.town_code, [town_return.period])
    for one in sent_back:
        if town_return.issue and one not in corrected:
            raise Refused("CORRECTION_LEAVES_AS_IT_IS", category=headings[one], period=town_return.period)
        if not town_return.issue and (town_return.period, one) not in accepted:
            raise Refused("NOTHING_TO_SEND_BACK", category=headings[one], period=town_return.period)
