"""One category in sentences: its figures, what leads among the categories, what moved, its year to date."""

from collections.abc import Sequence

from townreturn.domain.categories import name_reporting
from townreturn.domain.obligation import ObligationState, Standing
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.amounts import say_share
from townreturn.publishing.comparison_sentences import say_comparison, say_incomparable
from townreturn.publishing.floors import MOST_MOVES
from townreturn.publishing.highlight_sentences import tell_rate
from townreturn.publishing.highlights import find_lead
from townreturn.publishing.listed_figures import (
    choose_few,
    choose_listed,
    count_parts,
    find_worst,
    is_of_changed_scope,
    list_figures,
)
from townreturn.publishing.origins import count_subordinates, from_form, from_plan, share_of_total, standing_note
from townreturn.publishing.prose import Prose, join, tell
from townreturn.wording import say


def say_category(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """The current figures of one category; 未报, 免报 and 零申报 are said, never shown as figures."""
    owed = [one for one in town_return.standings if one.category == category]
    reported = [one for one in owed if one.is_in]
    unit, is_zero = from_plan(name_reporting(plan, category)), all(one.zero_return for one in reported)
    if owed and all(one.state is ObligationState.EXEMPTED for one in owed):
        return tell("CATEGORY_EXEMPTED", unit=unit, reason=standing_note(owed[0]))
    if not reported:
        return tell("CATEGORY_NOT_IN", unit=unit)
    parts = tell("CATEGORY_PARTS", **_counts(owed, reported)) if len(reported) < len(owed) else Prose()
    told, _ = choose_listed(town_return, plan, category, Measure.CURRENT)
    if not told:
        return tell("CATEGORY_ZERO" if is_zero else "CATEGORY_ALL_ZERO", unit=unit + parts)
    figures = list_figures(town_return, category, told, Measure.CURRENT)
    if is_zero:  # of flows; cases of before may be open all the same
        return tell("CATEGORY_ZERO_BUT_OPEN", unit=unit + parts, figures=figures)
    return tell("CATEGORY_FIGURES", figures=figures + parts) + _say_rates(town_return, plan, category)


def _counts(owed: Sequence[Standing], reported: Sequence[Standing]) -> dict[str, Prose]:
    """Of the subordinates that report the category."""
    units = ([one.unit for one in found] for found in (owed, reported))
    return dict(zip(("expected", "reported"), map(count_subordinates, units), strict=True))


def _say_rates(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """「不合格率1.1%，比上期下降1.9个百分点。」."""
    told = (tell_rate(town_return, category, one) for one in plan.form.indicators_of(category))
    return join("", (tell("SENTENCE", text=one) for one in told if one))


def say_category_lead(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """「立案居各类之首，占合计的45.5%。」 of the headlines in which it leads most."""
    headlines = [one for one in plan.form.indicators if one.code in plan.form.headlines]
    leads = [lead for one in headlines if (lead := find_lead(town_return, plan, one)) and lead.category == category]
    first = sorted(leads, key=lambda one: -one.share)[:MOST_MOVES]
    told = [one for one in leads if one in first]
    if not told:
        return Prose()
    labels = [from_form(one.indicator.label) for one in told]
    shares = [share_of_total(say_share(one.share), category, one.indicator.code) for one in told]
    separator = say("LIST_SEPARATOR")
    code = "CATEGORY_LEADS_ONE" if len(told) == 1 else "CATEGORY_LEADS_MANY"
    return tell(code, labels=join(separator, labels), shares=join(separator, shares))


def say_category_changes(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """What moved most against last period and against last year; why nothing is compared with last period.

    Nothing where nothing was reported, or all is zero: that is said already.
    """
    indicators = plan.form.indicators_of(category)
    if not choose_listed(town_return, plan, category, Measure.CURRENT)[0]:
        return Prose()
    told = say_comparison(town_return, plan, category, indicators, Measure.MONTH_ON_MONTH)
    told += say_comparison(town_return, plan, category, indicators, Measure.YEAR_ON_YEAR)
    return told + _say_why_not(town_return, category)


def _say_why_not(town_return: TownReturn, category: str) -> Prose:
    """Nothing where the totals have said already that there is nothing before this period."""
    has_base = any(cell.previous.value is not None for cell in town_return.cells if cell.category == TOTAL)
    return say_incomparable(town_return, category, [Measure.MONTH_ON_MONTH]) if has_base else Prose()


def say_category_ytd(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """The year to date of one category, with what moved most against last year; says how many periods it lacks.

    Nothing in the first period of a year, when it is the current figures again.
    """
    told, filled = choose_listed(town_return, plan, category, Measure.YTD)
    if not told or Period(town_return.period).month == 1:
        return Prose()
    figures = list_figures(town_return, category, choose_few(plan, category, told), Measure.YTD)
    worst = find_worst(town_return, category, filled, Measure.YTD)
    if worst is not None and not worst.is_complete:
        return tell("CATEGORY_YTD_INCOMPLETE", figures=figures, **count_parts(worst, "periods"))
    is_changed = is_of_changed_scope(town_return, category, filled, Measure.YTD)
    code = "CATEGORY_YTD_CHANGED" if is_changed else "CATEGORY_YTD"
    moved = say_comparison(town_return, plan, category, told, Measure.YTD_YEAR_ON_YEAR)
    return tell(code, figures=figures) + moved
