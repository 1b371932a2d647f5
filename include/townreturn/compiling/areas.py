"""What units told of key areas (重点区域) in earlier periods → one status an area, category and period."""

from collections.abc import Iterable

from townreturn.domain.areas import NAME, NATURE, STATUS, AreaStatus
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry


def compile_areas(plan: Plan, told: Iterable[tuple[str, ReturnEntry]]) -> tuple[AreaStatus, ...]:
    """By period, then as the plan has the categories, then as told; ``told`` are (period, text row)."""
    order = {category.code: category.number for category in plan.categories}
    rows = [(period, one) for period, one in told if one.category in order and one.values.get(NAME, "").strip()]
    return tuple(_status(plan, *row) for row in sorted(rows, key=lambda row: (row[0], order[row[1].category])))


def _status(plan: Plan, period: str, entry: ReturnEntry) -> AreaStatus:
    unit = plan.answering_for(entry.category, entry.unit).code
    name, nature, status = (entry.values.get(field, "").strip() for field in (NAME, NATURE, STATUS))
    return AreaStatus(period, entry.category, unit, name, nature, status)
