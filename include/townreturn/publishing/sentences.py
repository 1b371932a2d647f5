"""Sentences of the briefing, composed by rule; every figure in them comes from a cell of the return."""

from collections.abc import Sequence

from townreturn.domain.form import Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    Measure,
    ReturnEntry,
    TownReturn,
)
from townreturn.publishing.origins import count, count_standings, figure, from_form, from_plan, quoted, standing_note
from townreturn.publishing.prose import Prose, join, tell
from townreturn.publishing.standing_words import name_exempted, name_missing
from townreturn.publishing.texts import one_line
from townreturn.wording import say

_COMPARED_WITH = {
    Measure.MONTH_ON_MONTH: "COMPARED_MONTH_ON_MONTH",
    Measure.YEAR_ON_YEAR: "COMPARED_YEAR_ON_YEAR",
    Measure.YTD_YEAR_ON_YEAR: "COMPARED_YTD_YEAR_ON_YEAR",
}
_BASIS = {
    Measure.CURRENT: ("BASIS_COMPLETE", "BASIS_INCOMPLETE"),
    Measure.YTD: ("BASIS_COMPLETE_YTD", "BASIS_INCOMPLETE_YTD"),
}
_STOPS, _CLOSING_QUOTES = ("。", "！", "？", "…", "!", "?"), "”’」』"
_COMPARISONS_OF_CURRENT = (Measure.MONTH_ON_MONTH, Measure.YEAR_ON_YEAR)


def say_amount(amount: Amount, indicator: Indicator) -> str:
    """「11宗」, 「1,037.88万元」 or 未报; decimals as the form has them."""
    if amount.value is None:
        return say("AMOUNT_MISSING")
    return f"{amount.value:,.{indicator.decimals}f}{indicator.unit}"


def say_change(change: Change) -> str:
    """「增长12.5%」, 「下降3.0%」 or 「持平」; nothing where there is no percentage to tell."""
    if change.pct is None or change.status is not ChangeStatus.RATIO:
        return ""
    if change.pct == 0:
        return say("CHANGE_LEVEL")
    return say("CHANGE_RISE" if change.pct > 0 else "CHANGE_FALL", pct=f"{abs(change.pct):,.1f}")


def say_overview(town_return: TownReturn, plan: Plan) -> Prose:
    """How many categories are in, and which reported zero, which are exempted and which missing."""
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
        told += tell("OVERVIEW_MISSING", **values)
    return told


def say_totals(town_return: TownReturn, indicators: Sequence[Indicator], measure: Measure) -> Prose:
    """The totals of some indicators: 「已报6类合计：立案11宗，……。」; nothing when there are none."""
    told = _tell_amounts(town_return, TOTAL, indicators, measure)
    if not told:
        return Prose()
    worst = min(_amounts(town_return, TOTAL, indicators, measure), key=lambda amount: amount.reported)
    complete, incomplete = _BASIS[measure]
    if worst.is_complete and _is_of_changed_scope(town_return, TOTAL, indicators, measure):
        complete = "BASIS_CHANGED_YTD"
    basis = tell(complete if worst.is_complete else incomplete, **_counts(worst, "categories"))
    return tell("TOTALS_SENTENCE", basis=basis, figures=told)


def say_category(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """The current figures of one category; 未报, 免报 and 零申报 are said, never shown as figures."""
    standing = next((one for one in town_return.standings if one.category == category), None)
    unit = from_plan(plan.lead_of(category).name)
    if standing in town_return.exempted:
        return tell("CATEGORY_EXEMPTED", unit=unit, reason=standing_note(standing))
    if standing is None or not standing.is_in:
        return tell("CATEGORY_NOT_IN", unit=unit)
    if standing.zero_return:
        return tell("CATEGORY_ZERO", unit=unit)
    indicators = plan.form.indicators_of(category)
    told = _tell_amounts(town_return, category, indicators, Measure.CURRENT)
    if not told:
        return tell("CATEGORY_ALL_ZERO", unit=unit)
    amounts = _amounts(town_return, category, indicators, Measure.CURRENT)
    return tell("CATEGORY_FIGURES" if all(one.value for one in amounts) else "CATEGORY_FIGURES_REST_ZERO", figures=told)


def say_category_ytd(town_return: TownReturn, plan: Plan, category: str) -> Prose:
    """The year to date of one category; says how many periods it lacks."""
    indicators = plan.form.indicators_of(category)
    told = _tell_amounts(town_return, category, indicators, Measure.YTD)
    if not told:
        return Prose()
    lacking = [one for one in _amounts(town_return, category, indicators, Measure.YTD) if not one.is_complete]
    if not lacking:
        is_changed = _is_of_changed_scope(town_return, category, indicators, Measure.YTD)
        return tell("CATEGORY_YTD_CHANGED" if is_changed else "CATEGORY_YTD", figures=told)
    worst = min(lacking, key=lambda amount: amount.reported)
    return tell("CATEGORY_YTD_INCOMPLETE", figures=told, **_counts(worst, "periods"))


def say_comparisons(
    town_return: TownReturn,
    category: str,
    indicators: Sequence[Indicator],
    measures: Sequence[Measure] = _COMPARISONS_OF_CURRENT,
) -> Prose:
    """「环比：立案增长12.5%，……。」 for each measure that has a percentage; 不可比 says nothing."""
    told = Prose()
    for measure in measures:
        changes = [
            from_form(indicator.label) + figure(say_change(change), category, indicator.code, measure)
            for indicator, change in _changes(town_return, category, indicators, measure)
            if say_change(change)
        ]
        if changes:
            told += tell(_COMPARED_WITH[measure], changes=join(say("CLAUSE_SEPARATOR"), changes))
    return told


def say_entry(plan: Plan, entry: ReturnEntry) -> Prose:
    """A text row in one sentence: its first field, then the others as 「地点：……」."""
    first, *others = plan.form.section(entry.section).fields
    told = [
        tell("LABELLED", label=from_form(field.label), text=_field_of(entry, field.code))
        for field in others
        if entry.values.get(field.code, "").strip()
    ]
    return end_sentence(join(say("CLAUSE_SEPARATOR_STRONG"), [_field_of(entry, first.code), *told]))


def _field_of(entry: ReturnEntry, field: str) -> Prose:
    return quoted(one_line(entry.values.get(field, "")).rstrip("。"), entry, field)


def end_sentence(told: Prose) -> Prose:
    """The text with a 。 unless it ends in a stop of its own, if need be within closing quotation marks."""
    ends = told.text.rstrip(_CLOSING_QUOTES).endswith(_STOPS)
    return told if ends else tell("SENTENCE", text=told)


def _tell_amounts(town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure) -> Prose:
    """Label and amount of every indicator that is not zero, in form order."""
    told = []
    for indicator in indicators:
        cell = town_return.cell(category, indicator.code)
        amount: Amount | None = None if cell is None else getattr(cell, measure.value)
        if amount is not None and amount.value:
            said = figure(say_amount(amount, indicator), category, indicator.code, measure)
            told.append(from_form(indicator.label) + said)
    return join(say("CLAUSE_SEPARATOR"), told)


def _is_of_changed_scope(
    town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure
) -> bool:
    told = _amounts(town_return, category, indicators, measure)
    return any(one.status is AmountStatus.CHANGED_SCOPE for one in told)


def _counts(amount: Amount, of: str) -> dict[str, Prose]:
    """How many parts of an amount were reported, of how many."""
    return {"reported": count(amount.reported, of), "expected": count(amount.expected, of)}


def _amounts(town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure) -> list[Amount]:
    cells = [town_return.cell(category, indicator.code) for indicator in indicators]
    amounts = [getattr(cell, measure.value) for cell in cells if cell is not None]
    return [amount for amount in amounts if amount.status is not AmountStatus.MISSING]


def _changes(
    town_return: TownReturn, category: str, indicators: Sequence[Indicator], measure: Measure
) -> list[tuple[Indicator, Change]]:
    pairs = [(indicator, town_return.cell(category, indicator.code)) for indicator in indicators]
    return [(indicator, getattr(cell, measure.value)) for indicator, cell in pairs if cell is not None]
