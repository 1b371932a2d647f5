"""The opening of 总体情况: how complete it is, where it goes on the whole, and the year to date."""

from collections.abc import Mapping

from townreturn.domain.form import Across
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.comparison_sentences import say_comparison, say_incomparable
from townreturn.publishing.completeness_sentences import say_completeness
from townreturn.publishing.highlight_sentences import tell_both_sides
from townreturn.publishing.highlights import Movement, choose_strongest, find_highlights, find_movement
from townreturn.publishing.listed_figures import amount_in, choose_listed, list_figures, tell_basis
from townreturn.publishing.origins import count_moves, count_standings, from_plan
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.standing_words import name_exempted, name_missing
from townreturn.wording import say

_COMPARED = (Measure.MONTH_ON_MONTH, Measure.YEAR_ON_YEAR)


def say_overview(town_return: TownReturn, plan: Plan) -> Prose:
    """How many categories are in, and which reported zero, which are exempted and which missing; above the town
    how many subordinates.
    """
    if plan.subordinates:
        told = tell("OVERVIEW_ABOVE", text=say_completeness(town_return, plan))
        return told + (tell("OVERVIEW_ABOVE_INCOMPLETE") if town_return.missing else Prose())
    reported, exempted = [one for one in town_return.standings if one.is_in], town_return.exempted
    owed = [one for one in town_return.standings if one not in exempted]
    values = {"reported": count_standings(reported), "expected": count_standings(owed)}
    told = tell("OVERVIEW_COUNT", **values)
    zeros = [one for one in reported if one.zero_return]
    if zeros:
        names = from_plan(say("LIST_SEPARATOR").join(plan.category_by_code[one.category].name for one in zeros))
        told += tell("OVERVIEW_ZERO", count=count_standings(zeros), names=names)
    if exempted:
        names = from_plan(name_exempted(town_return, plan))
        told += tell("OVERVIEW_EXEMPTED", count=count_standings(exempted), names=names)
    if town_return.missing:
        names = from_plan(name_missing(town_return, plan))
        values = {"count": count_standings(town_return.missing), "names": names, "reported": values["reported"]}
        told += tell("OVERVIEW_MISSING" if reported else "OVERVIEW_ALL_MISSING", **values)
    return told


def say_summary(town_return: TownReturn, plan: Plan) -> Prose:
    """总的看: how many headlines rose and fell, which moved most; what is not compared, and why."""
    amounts = [amount_in(town_return, TOTAL, one, Measure.CURRENT) for one in plan.form.indicators]
    known = [one for one in amounts if one is not None and one.value is not None]
    told = Prose() if any(one.value for one in known) or not known else tell("SUMMARY_ALL_ZERO")
    for measure in _COMPARED:
        told += _say_tendency(town_return, plan, measure)
    told += say_incomparable(town_return, TOTAL, _COMPARED)
    return tell("SUMMARY", text=told) if told else Prose()


def _say_tendency(town_return: TownReturn, plan: Plan, measure: Measure) -> Prose:
    """「与上期相比，16项主要指标9项上升、5项下降、2项持平，升多降少，变动最大的是……。」."""
    headlines = [one for one in plan.form.indicators if one.code in plan.form.headlines and one.across is Across.SUM]
    found = {one.code: find_movement(town_return, TOTAL, one, measure) for one in headlines}
    moves = {code: one for code, one in found.items() if one is not None and (one.value or one.base)}
    if not moves:
        return Prose()
    compared = count_moves(list(moves), "compared", measure)
    code = "SUMMARY_MONTH" if measure is Measure.MONTH_ON_MONTH else "SUMMARY_YEAR"
    told = tell(code, count=compared, tally=_tell_tally(moves, measure))
    strongest = choose_strongest(find_highlights(town_return, plan, TOTAL, headlines, measure), 1)
    if strongest:
        told += tell("SUMMARY_STRONGEST", move=tell_both_sides(strongest[0]))
    return tell("SENTENCE", text=told)


def _tell_tally(moves: Mapping[str, Movement], measure: Measure) -> Prose:
    """「9项上升、5项下降、2项持平，升多降少」."""
    rising = [code for code, one in moves.items() if one.value > one.base]
    falling = [code for code, one in moves.items() if one.value < one.base]
    level = [code for code, one in moves.items() if one.value == one.base]
    ways = ((rising, "rising", "TALLY_RISING"), (falling, "falling", "TALLY_FALLING"), (level, "level", "TALLY_LEVEL"))
    told = [tell(code, count=count_moves(codes, of, measure)) for codes, of, code in ways if codes]
    tendency = "TENDENCY_UP" if len(rising) > len(falling) else "TENDENCY_DOWN"
    tendency = "TENDENCY_EVEN" if len(rising) == len(falling) else tendency
    return join(say("LIST_SEPARATOR"), told) + (tell(tendency) if rising and falling else Prose())


def say_year_to_date(town_return: TownReturn, plan: Plan) -> Prose:
    """The totals of the year to date, and what moved most against last year's; nothing in a year's first period."""
    shown, _ = choose_listed(town_return, plan, TOTAL, Measure.YTD)
    if not shown or Period(town_return.period).month == 1:
        return Prose()
    figures = list_figures(town_return, TOTAL, shown, Measure.YTD)
    told = tell("TOTALS_YTD", basis=tell_basis(town_return, plan, shown, Measure.YTD), figures=figures)
    return told + say_comparison(town_return, plan, TOTAL, shown, Measure.YTD_YEAR_ON_YEAR)
