"""Which of many texts a briefing tells: in a town all, above it the weightiest, for dozens of offices wrote them."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry
from townreturn.publishing.origins import count, count_subordinates, from_form, from_plan
from townreturn.publishing.prose import Prose, tell
from townreturn.publishing.sentences import say_entry
from townreturn.wording import say

MOST_ABOVE = 5
"""Of one section and category: as many as a meeting listens to; the return has them all."""


def choose_entries(plan: Plan, entries: Sequence[ReturnEntry]) -> tuple[list[ReturnEntry], Prose]:
    """Those that are told, in their order, and where the rest stands; nothing is said where there is none."""
    if not plan.subordinates or len(entries) <= MOST_ABOVE:
        return list(entries), Prose()
    weightiest = sorted(entries, key=lambda one: _weight(plan, one), reverse=True)[:MOST_ABOVE]
    told = [one for one in entries if one in weightiest][:MOST_ABOVE]
    sheet = plan.form.section(entries[0].section).sheet
    return told, tell("ENTRIES_MORE", count=count(len(entries) - len(told), "entries"), sheet=from_form(sheet))


def name_writers(plan: Plan, entries: Sequence[ReturnEntry]) -> Prose:
    """Whose they are; above the town how many offices'."""
    units = list(dict.fromkeys(one.unit for one in entries))
    if plan.subordinates:
        return tell("SUBORDINATES", count=count_subordinates(units))
    return from_plan(say("LIST_SEPARATOR").join(plan.unit_by_code[one].name for one in units))


def say_chosen(plan: Plan, entry: ReturnEntry) -> Prose:
    """The text; above the town with whose it is, for the head does not name them."""
    told = say_entry(plan, entry)
    if not plan.subordinates:
        return told
    return tell("REASON_OF_UNIT", unit=from_plan(plan.unit_by_code[entry.unit].name), reason=told)


def _weight(plan: Plan, entry: ReturnEntry) -> tuple[bool, Decimal]:
    """Major cases first, then by the value that is told."""
    try:
        value = Decimal(entry.values.get("value", "").replace(",", "") or 0)
    except InvalidOperation:
        value = Decimal(0)
    return entry.values.get("large") == plan.form.yes, value if value.is_finite() else Decimal(0)
