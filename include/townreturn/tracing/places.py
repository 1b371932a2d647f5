"""Which figure a person means: categories by code, number or name, indicators by code or label."""

from collections.abc import Iterable

from townreturn.domain.categories import find_category
from townreturn.domain.errors import Misuse
from townreturn.domain.form import Across, Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure
from townreturn.tracing.tree import Place
from townreturn.wording import say


def find_place(plan: Plan, category: str, indicator: str, measure: Measure) -> Place:
    """The figure; Misuse lists what there is when a category or indicator is not known."""
    code = _find_category(plan, category.strip())
    return Place(code, _find_indicator(plan, code, indicator.strip()), measure)


def _find_category(plan: Plan, text: str) -> str:
    if text in (TOTAL, say("TOTAL_COLUMN")):
        return TOTAL
    return find_category(plan, text, f"{say('TOTAL_COLUMN')}（{TOTAL}）")


def _find_indicator(plan: Plan, category: str, text: str) -> Indicator:
    """Of a total only what is added up across categories: memo indicators and extras have none."""
    known = plan.form.indicators_of(category)
    if category == TOTAL:
        known = tuple(one for one in plan.form.indicators if one.across is Across.SUM)
    for one in known:
        if text in (one.code, one.label):
            return one
    names = _listed(f"{one.label}（{one.code}）" for one in known)
    name = say("TOTAL_COLUMN") if category == TOTAL else plan.category_by_code[category].name
    raise Misuse("TRACE_INDICATOR_UNKNOWN", value=text, category=name, names=names)


def _listed(names: Iterable[str]) -> str:
    return say("LIST_SEPARATOR").join(names)
