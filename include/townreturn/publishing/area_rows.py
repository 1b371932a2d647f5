"""Key areas (重点区域) of the plan and of the units' reports, each with how it stood period by period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from townreturn.domain.areas import NAME, NATURE, SECTION, STATUS, AreaStatus, KeyArea, area_key
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Measure, ReturnEntry, TownReturn
from townreturn.publishing.origins import from_plan, quoted, told_before
from townreturn.publishing.prose import OriginKind, Prose, cite
from townreturn.publishing.standing_words import absent_word
from townreturn.wording import say

MOST_PERIODS = 6
"""Half a year is what a table on an upright page has room for."""


@dataclass(frozen=True)
class AreaRow:
    """One area of one category. ``told`` are the statuses by period key, joined where a report has it twice.

    ``entry`` is the row of this period's report; ``category`` and ``unit`` are empty when nobody has told of the
    area and the plan does not say whose it is.
    """

    name: Prose
    nature: str
    category: str
    unit: str
    told: Mapping[str, str] = field(default_factory=dict)
    entry: ReturnEntry | None = None
    is_planned: bool = False

    def last_before(self, period: str) -> str | None:
        """The newest status of an earlier period; None when nothing was told."""
        earlier = [key for key in self.told if key < period]
        return self.told[max(earlier)] if earlier else None


def list_areas(town_return: TownReturn, plan: Plan) -> list[AreaRow]:
    """Those of the plan and those told of in the periods shown; see ``list_all``."""
    shown = set(periods_of(town_return))
    return [one for one in list_all(town_return, plan) if one.is_planned or shown & one.told.keys()]


def list_all(town_return: TownReturn, plan: Plan) -> list[AreaRow]:
    """Those of the plan in its order, then the others by category and as first told; one area twice, of two
    categories that told of it.
    """
    groups = _group(town_return, plan)
    rows: list[AreaRow] = []
    for area in plan.key_areas:
        keys = [key for key, tellings in groups.items() if _is_of(area, key, tellings)]
        rows += [_row(town_return, groups.pop(key), area) for key in keys]
        if not keys:
            unit = area.unit or (plan.category_by_code[area.category].lead if area.category else "")
            rows.append(AreaRow(from_plan(area.name), area.nature, area.category, unit, is_planned=True))
    return rows + [_row(town_return, tellings) for tellings in groups.values()]


def name_teller(row: AreaRow, plan: Plan) -> str:
    """The unit's name, with the category where it leads several."""
    name = plan.unit_by_code[row.unit].name
    if not row.category or len(plan.categories_reported_by(row.unit)) < 2:
        return name
    return say("AREA_UNIT_AND_CATEGORY", unit=name, category=plan.category_by_code[row.category].name)


def count_areas(rows: Sequence[AreaRow]) -> Prose:
    """How many areas stand in a certain way, and which."""
    return cite(str(len(rows)), OriginKind.COUNT, of="areas", names=[one.name.text for one in rows])


def periods_of(town_return: TownReturn) -> list[str]:
    """The period and up to five before it, from the first that anything is known of."""
    earlier = sorted({*town_return.trend.periods, *(one.period for one in town_return.areas)})
    return [*earlier[1 - MOST_PERIODS :], town_return.period]


def standing_of(town_return: TownReturn, row: AreaRow, period: str) -> str:
    """「整治中」 as told; 未报 or 免报 when its unit reported nothing at all; — when it did, and not of the area."""
    if period in row.told:
        return row.told[period]
    if row.category and not is_category_in(town_return, row.category, period):
        return (
            absent_word(town_return, row.category, Measure.CURRENT)
            if period == town_return.period
            else say("AMOUNT_MISSING")
        )
    return say("CHANGE_ZERO_BASE")


def is_category_in(town_return: TownReturn, category: str, period: str) -> bool:
    """Whether a category was reported for a period."""
    if period == town_return.period:
        return any(one.category == category and one.is_in for one in town_return.standings)
    trend = town_return.trend
    if period not in trend.periods:
        return True  # nobody knows, and nobody is accused
    place = trend.periods.index(period)
    return any(one.values[place] is not None for one in trend.series if one.category == category)


_Telling = AreaStatus | ReturnEntry
_Groups = dict[tuple[str, str, str], list[_Telling]]


def _group(town_return: TownReturn, plan: Plan) -> _Groups:
    """Every telling, earliest first, by the area's key and category, above the town by its subordinate too; those by
    category, and as first told.
    """
    current = [one for one in town_return.entries_of(SECTION) if one.values.get(NAME, "").strip()]
    groups: _Groups = {}
    tellings: list[_Telling] = [*town_return.areas, *current]
    for one in tellings:
        unit = plan.slot_of(one.category, one.unit).subordinate
        groups.setdefault((area_key(_name(one)), one.category, unit), []).append(one)
    order = {category.code: category.number for category in plan.categories}
    return dict(sorted(groups.items(), key=lambda group: order.get(group[0][1], len(order) + 1)))


def _is_of(area: KeyArea, key: tuple[str, str, str], tellings: Iterable[_Telling]) -> bool:
    name, category, _ = key
    is_of_unit = not area.unit or any(one.unit == area.unit for one in tellings)
    return name == area_key(area.name) and area.category in ("", category) and is_of_unit


def _row(town_return: TownReturn, tellings: Sequence[_Telling], planned: KeyArea | None = None) -> AreaRow:
    last = tellings[-1]
    by_period = groupby(tellings, key=lambda one: one.period if isinstance(one, AreaStatus) else town_return.period)
    told = {period: _join(_status(one) for one in group) for period, group in by_period}
    natures = [_nature(one) for one in tellings if _nature(one)]
    return AreaRow(
        name=from_plan(planned.name) if planned else _quote_name(last),
        nature=(planned.nature if planned else "") or (natures[-1] if natures else ""),
        category=last.category,
        unit=last.unit,
        told=told,
        entry=last if isinstance(last, ReturnEntry) else None,
        is_planned=planned is not None,
    )


def _join(statuses: Iterable[str]) -> str:
    return say("LIST_SEPARATOR").join(dict.fromkeys(one or say("AREA_WITHOUT_STATUS") for one in statuses))


def _quote_name(one: _Telling) -> Prose:
    return quoted(_name(one), one, NAME) if isinstance(one, ReturnEntry) else told_before(one.name, one, NAME)


def _name(one: _Telling) -> str:
    return one.values.get(NAME, "") if isinstance(one, ReturnEntry) else one.name


def _nature(one: _Telling) -> str:
    return one.values.get(NATURE, "").strip() if isinstance(one, ReturnEntry) else one.nature


def _status(one: _Telling) -> str:
    return one.values.get(STATUS, "").strip() if isinstance(one, ReturnEntry) else one.status
