"""Which category or slot a person means, and how people are told of one: by code, number, name or heading."""

from unicodedata import normalize

from townreturn.domain.errors import Misuse
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.wording import say


def find_category(plan: Plan, text: str, *others: str) -> str:
    """The code. Misuse lists what there is, and ``others`` that could have been named as well."""
    wanted = _plain(text)
    for one in plan.categories:
        if wanted in map(_plain, (one.code, str(one.number), one.name, one.heading)):
            return one.code
    raise unknown_category(plan, text, *others)


def find_slot(plan: Plan, text: str) -> Slot:
    """The slot of 「建材」, above the town of 「建材@清溪镇」. Misuse for what the plan does not have."""
    category, _, named = text.partition("@")
    code = find_category(plan, category)
    for slot in (one for one in plan.slots if one.category == code):
        unit = plan.unit_of(slot)
        if _plain(named) in map(_plain, (slot.subordinate, unit.code, unit.name)):
            return slot
    if plan.lead_of(code) and not named:
        return Slot(code)
    raise unknown_subordinate(plan, code, named)


def name_slot(plan: Plan, slot: Slot) -> str:
    """「2.建材」; above the town 「清溪镇（建材）」."""
    category = plan.category_by_code[slot.category]
    if not slot.subordinate:
        return category.heading
    return say("OBLIGATION_OUT", unit=plan.unit_of(slot).name, category=category.name)


def name_reporting(plan: Plan, category: str) -> str:
    """Who reports a category: its lead unit; above the town how many subordinates do."""
    lead = plan.lead_of(category)
    return lead.name if lead else say("SUBORDINATES", count=len(plan.subordinates))


def unknown_subordinate(plan: Plan, category: str, named: str) -> Misuse:
    """What is said of a slot that the plan does not have."""
    names = say("LIST_SEPARATOR").join(unit.name for unit in plan.units_reporting(category))
    return Misuse("SUBORDINATE_UNKNOWN", value=named, category=plan.category_by_code[category].name, names=names)


def unknown_category(plan: Plan, text: str, *others: str) -> Misuse:
    """What is said of a category that the plan does not have."""
    names = (*(f"{one.heading}（{one.code}）" for one in plan.categories), *others)
    return Misuse("CATEGORY_UNKNOWN", value=text, names=say("LIST_SEPARATOR").join(names))


def _plain(text: str) -> str:
    """Full width or not, spaced or not."""
    return "".join(normalize("NFKC", text).split()).casefold()
