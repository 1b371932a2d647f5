"""What a rejection may send back: the reports that the approver has seen, as long as they stand."""

from sqlalchemy import Connection

from townreturn.domain.categories import name_slot
from townreturn.domain.errors import Refused
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot, read_slot
from townreturn.store.chains import StoredChain, read_chains
from townreturn.store.inputs import inputs_by_slot
from townreturn.store.reports import accepted_ids
from townreturn.store.returns import Compilation, find_issue


def that_go_back(
    tx: Connection, plan: Plan, compilation: Compilation, sent_back: tuple[str, ...]
) -> tuple[str, ...]:  # fmt: skip
    """Those of the slots, by their keys, whose unit has sent what is rejected, and has to send it again.

    Of a correction, what changed because the office excluded a file, or let it count again, is the
    office's own doing: the report that would stand instead was there before.
    """
    town_return = compilation.town_return
    if not town_return.issue:
        return sent_back
    town, period = plan.town_code, town_return.period
    published = find_issue(tx, town, period, town_return.issue - 1)
    before = inputs_by_slot(tx, published.id, period) if published else {}
    used = inputs_by_slot(tx, compilation.id, period)
    slots = [read_slot(one) for one in sent_back]
    chains = read_chains(tx, town, [period], slots)
    return tuple(
        one.key for one in slots if _is_news(chains.get((period, one), StoredChain()), used.get(one), before.get(one))
    )


def _is_news(chain: StoredChain, used: int | None, published: int | None) -> bool:
    """Whether a report came after the published one, and not merely counts again."""
    link, before = chain.link_of(used), chain.link_of(published)
    if link is None or used == published or link.readmission is not None:
        return False
    return before is None or link.position >= before.position


def is_stale(tx: Connection, plan: Plan, compilation: Compilation, sent_back: tuple[str, ...]) -> bool:
    """Whether one of the slots stands by another report now than the one in the return."""
    period = compilation.town_return.period
    used = inputs_by_slot(tx, compilation.id, period)
    accepted = accepted_ids(tx, plan.town_code, [period])
    return any(accepted.get((period, one)) not in (None, used.get(one)) for one in map(read_slot, sent_back))


def require_returnable(tx: Connection, plan: Plan, compilation: Compilation, sent_back: tuple[str, ...]) -> None:
    """Raises Refused for what was never accepted, or what a correction leaves as it was published.

    Who never reported is chased, not rejected. That a report was excluded can be rejected, though
    there is none to go back.
    """
    town_return = compilation.town_return
    corrected = corrected_slots(tx, plan, compilation)
    accepted = accepted_ids(tx, plan.town_code, [town_return.period])
    for one in map(read_slot, sent_back):
        named = {"category": name_slot(plan, one), "period": town_return.period}
        if town_return.issue and one not in corrected:
            raise Refused("CORRECTION_LEAVES_AS_IT_IS", **named)
        if not town_return.issue and (town_return.period, one) not in accepted:
            raise Refused("NOTHING_TO_SEND_BACK", **named)


def corrected_slots(tx: Connection, plan: Plan, compilation: Compilation) -> set[Slot]:
    """What a correction states otherwise; above the town, of a category those parts that rest on another report."""
    town_return = compilation.town_return
    categories = {one.category for one in town_return.changes if one.period == town_return.period}
    published = find_issue(tx, plan.town_code, town_return.period, town_return.issue - 1)
    before = inputs_by_slot(tx, published.id, town_return.period) if published else {}
    used = inputs_by_slot(tx, compilation.id, town_return.period)
    corrected = (slot for slot in plan.slots if slot.category in categories)
    return {slot for slot in corrected if not slot.subordinate or used.get(slot) != before.get(slot)}
