"""Which units of a plan a text names, such as the name of a file."""

from unicodedata import normalize

from townreturn.domain.plan import Plan, Unit
from townreturn.wording import say


def units_named(plan: Plan, text: str) -> list[Unit]:
    """The units whose name stands in the text, with or without 镇 or 市 before it, in plan order.

    A name inside a longer one is not meant: of 「镇工商分局」 and 「镇工商分局第二所」 the longer.
    """
    plain = _plain(text)
    places = [(unit, span) for unit in plan.units for name in _names_of(unit) for span in _spans(plain, name)]
    outermost = [
        unit for unit, (start, end) in places
        if not any(first <= start and end <= last and last - first > end - start for _, (first, last) in places)
    ]  # fmt: skip
    return [unit for unit in plan.units if unit in outermost]


def _names_of(unit: Unit) -> set[str]:
    name = _plain(unit.name)
    shorter = {name.removeprefix(level) for level in say("UNIT_LEVELS").split()}
    return {one for one in {name, *shorter} if len(one) > 1}


def _spans(text: str, name: str) -> list[tuple[int, int]]:
    starts = [start for start in range(len(text)) if text.startswith(name, start)]
    return [(start, start + len(name)) for start in starts]


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())
