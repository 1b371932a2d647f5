"""Completeness (报送完整性) above the town: how many subordinates reported, and which of them left categories out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.plan import Plan
from townreturn.wording import say


@dataclass(frozen=True)
class Completeness:
    """Subordinates by what is in of what they owe, by their codes in the plan's order.

    ``partly``: with the categories that are out. ``exempted`` owe nothing: they are neither reported nor expected.
    """

    whole: tuple[str, ...]
    partly: tuple[tuple[str, tuple[str, ...]], ...]
    absent: tuple[str, ...]
    exempted: tuple[str, ...] = ()

    @property
    def reported(self) -> int:
        """How many have at least one category in."""
        return len(self.whole) + len(self.partly)

    @property
    def expected(self) -> int:
        return self.reported + len(self.absent)


def completeness_of(plan: Plan, standings: Sequence[Standing]) -> Completeness:
    """By how the obligations of a period stand; what is exempted is not out."""
    own: dict[str, list[Standing]] = {unit.code: [] for unit in plan.subordinates}
    for one in standings:
        if one.unit in own and one.state is not ObligationState.EXEMPTED:
            own[one.unit].append(one)
    out = {unit: tuple(one.category for one in found if not one.is_in) for unit, found in own.items()}
    return Completeness(
        whole=tuple(unit for unit, found in own.items() if found and not out[unit]),
        partly=tuple((unit, out[unit]) for unit, found in own.items() if 0 < len(out[unit]) < len(found)),
        absent=tuple(unit for unit, found in own.items() if found and len(out[unit]) == len(found)),
        exempted=tuple(unit for unit, found in own.items() if not found),
    )


def name_by_unit(standings: Iterable[Standing], plan: Plan) -> str:
    """「清溪镇（建材、农资）、常平镇」: each unit once, with its categories unless they are all that it reports."""
    by_unit: dict[str, list[str]] = {}
    for one in standings:
        by_unit.setdefault(one.unit, []).append(one.category)
    return say("LIST_SEPARATOR").join(name_parts(plan, unit, found) for unit, found in by_unit.items())


def name_parts(plan: Plan, unit: str, categories: Sequence[str]) -> str:
    """A subordinate with some of its categories; alone where they are all."""
    name, own = plan.unit_by_code[unit].name, plan.categories_reported_by(unit)
    if len(categories) == len(own):
        return name
    listed = say("LIST_SEPARATOR").join(one.name for one in own if one.code in categories)
    return say("OBLIGATION_OUT", unit=name, category=listed)
