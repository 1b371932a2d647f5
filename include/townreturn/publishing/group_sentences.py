"""One group of the form (案件查处, 抽检, …) in 总体情况: its totals, and what stands out of them beside each."""

from collections.abc import Iterator, Sequence

from townreturn.domain.form import Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.floors import MOST_MOVES
from townreturn.publishing.highlight_sentences import tell_amount, tell_lead, tell_move, tell_rate, tell_runs
from townreturn.publishing.highlights import Highlight, choose_strongest, find_highlights, find_leads
from townreturn.publishing.listed_figures import amount_in, tell_basis
from townreturn.publishing.origins import from_form
from townreturn.publishing.prose import Prose, join, plain, tell
from townreturn.wording import say

_Chosen = dict[tuple[str, Measure], Highlight]


def say_group(town_return: TownReturn, plan: Plan, group: str, members: Sequence[Indicator]) -> Prose:
    """「案件查处方面，全镇立案11宗，比上期增加3宗（增长37.5%）；……。」; nothing where there is nothing to tell."""
    chosen = _choose(town_return, plan, members)
    shown = [one for one in members if _is_shown(town_return, plan, one, chosen)]
    if not shown:
        return Prose()
    head = tell("GROUP_HEAD", group=from_form(group), basis=tell_basis(town_return, plan, shown, Measure.CURRENT))
    return head + tell("SENTENCE", text=_join(list(_tell_figures(town_return, plan, shown, chosen))))


def _choose(town_return: TownReturn, plan: Plan, members: Sequence[Indicator]) -> _Chosen:
    """The strongest movements of the group, 环比 and 同比 each for itself."""
    chosen: _Chosen = {}
    for measure in (Measure.MONTH_ON_MONTH, Measure.YEAR_ON_YEAR):
        found = find_highlights(town_return, plan, TOTAL, members, measure)
        chosen |= {(one.indicator.code, measure): one for one in choose_strongest(found, MOST_MOVES)}
    return chosen


def _is_shown(town_return: TownReturn, plan: Plan, indicator: Indicator, chosen: _Chosen) -> bool:
    """Headlines that are not zero, and of the others, and of zeros, what was chosen for its movement."""
    amount = amount_in(town_return, TOTAL, indicator, Measure.CURRENT)
    is_told = indicator.code in plan.form.headlines and amount is not None and bool(amount.value)
    return is_told or any(code == indicator.code for code, _ in chosen)


def _tell_figures(
    town_return: TownReturn, plan: Plan, shown: Sequence[Indicator], chosen: _Chosen
) -> Iterator[tuple[Prose, list[Prose]]]:
    """Each total with what is said of it."""
    lead_by_code = {one.indicator.code: one for one in find_leads(town_return, plan)}
    for indicator in shown:
        amount = amount_in(town_return, TOTAL, indicator, Measure.CURRENT)
        if amount is None:
            continue
        said = list(_tell_highlights(indicator, chosen))
        said += [tell_lead(plan, lead)] if (lead := lead_by_code.get(indicator.code)) else []
        said += [rate] if (rate := tell_rate(town_return, TOTAL, indicator)) else []
        yield tell_amount(amount, TOTAL, indicator, Measure.CURRENT), said


def _tell_highlights(indicator: Indicator, chosen: _Chosen) -> Iterator[Prose]:
    for measure in (Measure.MONTH_ON_MONTH, Measure.YEAR_ON_YEAR):
        one = chosen.get((indicator.code, measure))
        if one is not None:
            yield tell_move(one.movement, TOTAL, indicator)
            yield from tell_runs(one)


def _join(figures: Sequence[tuple[Prose, list[Prose]]]) -> Prose:
    """A figure of which something is said ends in 「；」, and so does the one before it."""
    told = Prose()
    for place, (figure, said) in enumerate(figures):
        if place:
            is_apart = bool(said or figures[place - 1][1])
            told += plain(say("CLAUSE_SEPARATOR_STRONG" if is_apart else "CLAUSE_SEPARATOR"))
        told += join(say("CLAUSE_SEPARATOR"), [figure, *said])
    return told
