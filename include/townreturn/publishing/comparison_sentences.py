"""Comparisons in one sentence each: what moved most against another period, or why nothing is compared."""

from collections.abc import Sequence

from townreturn.domain.form import Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, ChangeStatus, Measure, ReturnCell, TownReturn
from townreturn.publishing.floors import MOST_MOVES
from townreturn.publishing.highlight_sentences import tell_both_sides
from townreturn.publishing.highlights import choose_strongest, find_highlights, sides_of
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.prose import Prose, join, plain, tell
from townreturn.wording import say

_COMPARED = {
    Measure.MONTH_ON_MONTH: "COMPARED_MONTH_ON_MONTH",
    Measure.YEAR_ON_YEAR: "COMPARED_YEAR_ON_YEAR",
    Measure.YTD_YEAR_ON_YEAR: "COMPARED_YTD_YEAR_ON_YEAR",
}
_SIDES = {Measure.MONTH_ON_MONTH: "SIDE_MONTH", Measure.YEAR_ON_YEAR: "SIDE_YEAR"}


def say_comparison(
    town_return: TownReturn, plan: Plan, category: str, indicators: Sequence[Indicator], measure: Measure
) -> Prose:
    """「与上期相比，立案由8宗增至11宗（增长37.5%），……。」 of the strongest movements; nothing where there is none."""
    found = choose_strongest(find_highlights(town_return, plan, category, indicators, measure), MOST_MOVES)
    changes = join(say("CLAUSE_SEPARATOR_STRONG"), map(tell_both_sides, found))
    return tell(_COMPARED[measure], changes=changes) if found else Prose()


def say_incomparable(town_return: TownReturn, category: str, measures: Sequence[Measure]) -> Prose:
    """「上期数据不完整，不作比较。」: why a category's figures, or the totals, are not compared at all."""
    cells = [cell for cell in town_return.cells if cell.category == category]
    lacking = [
        one for one in measures if all(getattr(cell, one.value).status is ChangeStatus.INCOMPARABLE for cell in cells)
    ]
    if not cells or not lacking:
        return Prose()
    reasons: dict[str, list[str]] = {}
    for measure in lacking:
        reasons.setdefault(_find_reason(cells, measure), []).append(say(_SIDES[measure]))
    separator = say("LIST_SEPARATOR")
    told = [tell(code, sides=plain(separator.join(sides))) for code, sides in reasons.items()]
    names = plain(separator.join(map(measure_name, lacking)))
    code = "INCOMPARABLE_TOTALS" if category == TOTAL else "INCOMPARABLE_CATEGORY"
    return tell(code, reasons=join(say("CLAUSE_SEPARATOR"), told), measures=names)


def _find_reason(cells: Sequence[ReturnCell], measure: Measure) -> str:
    """What is the matter: this period's figures, those compared with, or a break between complete ones."""
    sides = [sides_of(cell, measure) for cell in cells]
    if not any(now.is_complete for now, _ in sides):
        return "REASON_INCOMPLETE"
    if all(base.value is None for _, base in sides):
        return "REASON_NO_BASE"
    return "REASON_BREAK" if any(base.is_complete for _, base in sides) else "REASON_BASE_INCOMPLETE"
