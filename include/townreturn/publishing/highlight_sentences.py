"""How a movement, a run, a lead or a rate is said; every number of it with its origin."""

from collections.abc import Iterator
from fractions import Fraction

from townreturn.domain.form import Indicator
from townreturn.domain.percentages import in_pct
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Amount, ChangeStatus, Measure, TownReturn
from townreturn.publishing import origins
from townreturn.publishing.amounts import say_amount, say_pct, say_share
from townreturn.publishing.floors import LEAST_TESTED
from townreturn.publishing.highlights import BASES, Highlight, Lead, Movement, sides_of
from townreturn.publishing.naming import name_period
from townreturn.publishing.origins import base_of, difference, figure, from_form, from_plan, run_of, share_of_total
from townreturn.publishing.prose import OriginKind, Prose, join, tell
from townreturn.publishing.runs import Record, Run, Streak
from townreturn.wording import say

_LEVEL = {Measure.MONTH_ON_MONTH: "MOVE_LEVEL_MONTH", Measure.YEAR_ON_YEAR: "MOVE_LEVEL_YEAR"}
_RISE = {Measure.MONTH_ON_MONTH: "MOVE_RISE_MONTH", Measure.YEAR_ON_YEAR: "MOVE_RISE_YEAR"}
_FALL = {Measure.MONTH_ON_MONTH: "MOVE_FALL_MONTH", Measure.YEAR_ON_YEAR: "MOVE_FALL_YEAR"}
_FROM_ZERO = {Measure.MONTH_ON_MONTH: "MOVE_FROM_ZERO_MONTH", Measure.YEAR_ON_YEAR: "MOVE_FROM_ZERO_YEAR"}
_TO_ZERO = {Measure.MONTH_ON_MONTH: "MOVE_TO_ZERO_MONTH", Measure.YEAR_ON_YEAR: "MOVE_TO_ZERO_YEAR"}


def tell_amount(amount: Amount, category: str, indicator: Indicator, measure: Measure) -> Prose:
    """「立案11宗」; 「立案为零」 where there is none."""
    label = from_form(indicator.label)
    if not amount.value:
        return label + figure(say("AMOUNT_IS_ZERO"), category, indicator.code, measure)
    return label + figure(say_amount(amount.value, indicator), category, indicator.code, measure)


def tell_move(movement: Movement, category: str, indicator: Indicator) -> Prose:
    """「比上期增加3宗（增长37.5%）」, 「与上期持平」, 「上期为零」 – after the figure itself."""
    measure, place = movement.measure, (category, indicator.code, movement.measure)
    base = base_of(say_amount(movement.base, indicator), *place)
    if movement.value == movement.base:
        return tell(_LEVEL[measure])
    if not movement.base:
        return tell(_FROM_ZERO[measure])
    if not movement.value:
        return tell(_TO_ZERO[measure], base=base)
    moved = movement.value - movement.base
    by = difference(say_amount(abs(moved), indicator), *place)
    return tell((_RISE if moved > 0 else _FALL)[measure], by=by) + _tell_pct(movement, place)


def tell_both_sides(highlight: Highlight) -> Prose:
    """「立案由8宗增至11宗（增长37.5%），连续3期上升」."""
    movement, indicator = highlight.movement, highlight.indicator
    place = (highlight.category, indicator.code, movement.measure)
    base = base_of(say_amount(movement.base, indicator) if movement.base else say("ZERO"), *place)
    now = figure(
        say_amount(movement.value, indicator) if movement.value else say("ZERO"),
        highlight.category, indicator.code, BASES[movement.measure][0],
    )  # fmt: skip
    code = "BOTH_LEVEL" if movement.value == movement.base else "BOTH_ROSE"
    code = "BOTH_FELL" if movement.value < movement.base else code
    told = tell(code, label=from_form(indicator.label), base=base, value=now) + _tell_pct(movement, place)
    return join(say("CLAUSE_SEPARATOR"), [told, *tell_runs(highlight)])


def _tell_pct(movement: Movement, place: tuple[str, str, Measure]) -> Prose:
    if not movement.pct:
        return Prose()
    code = "MOVE_RISE_PCT" if movement.pct > 0 else "MOVE_FALL_PCT"
    return tell(code, pct=figure(say_pct(movement.pct), *place))


def tell_runs(highlight: Highlight) -> Iterator[Prose]:
    """「连续3期上升」, 「为近8期最高」, 「为2018年3月以来首次」."""
    for run in highlight.runs:
        kind, text = _name_run(run)
        periods = [period for period, _ in run.points]
        yield run_of(text, kind, highlight.category, highlight.indicator.code, periods)


def _name_run(run: Run) -> tuple[OriginKind, str]:
    if isinstance(run, Streak):
        return OriginKind.STREAK, say("RUN_RISING" if run.rises else "RUN_FALLING", count=run.count)
    if isinstance(run, Record):
        return OriginKind.RECORD, say("RUN_HIGHEST" if run.highest else "RUN_LOWEST", count=len(run.points))
    return OriginKind.FIRST, say("RUN_FIRST", period=name_period(Period(run.points[0][0])))


def tell_lead(plan: Plan, lead: Lead) -> Prose:
    """「其中烟草制品3宗，占27.3%，居各类之首」 – after the total."""
    return tell(
        "LEAD_OF_TOTAL",
        category=from_plan(plan.category_by_code[lead.category].name),
        amount=figure(say_amount(lead.value, lead.indicator), lead.category, lead.indicator.code, Measure.CURRENT),
        share=share_of_total(say_share(lead.share), lead.category, lead.indicator.code),
    )


def tell_rate(town_return: TownReturn, category: str, indicator: Indicator) -> Prose:
    """「不合格率3.2%，比上期下降1.4个百分点」; nothing without a rate, or where too few were tested."""
    now, before = _find_rates(town_return, category, indicator)
    if now is None or indicator.rate is None or not (now or before):
        return Prose()
    place = (category, indicator.code, indicator.rate.of)
    told = from_form(indicator.rate.label) + origins.rate_of(say_share(now), *place)
    if before is None:
        return told
    moved = in_pct(now) - in_pct(before)
    if not moved:
        return told + tell("RATE_LEVEL") if now == before else told
    points = origins.points_of_rate(f"{abs(moved):.1f}", *place)
    return told + tell("RATE_ROSE" if moved > 0 else "RATE_FELL", points=points)


def _find_rates(
    town_return: TownReturn, category: str, indicator: Indicator
) -> tuple[Fraction | None, Fraction | None]:
    """This period's rate and last period's; each None where it is not to be told."""
    part = town_return.cell(category, indicator.code)
    whole = town_return.cell(category, indicator.rate.of) if indicator.rate else None
    if part is None or whole is None:
        return None, None
    sides = zip(sides_of(part, Measure.MONTH_ON_MONTH), sides_of(whole, Measure.MONTH_ON_MONTH), strict=True)
    now, before = (_divide(*one) for one in sides)
    is_comparable = part.month_on_month.status is not ChangeStatus.INCOMPARABLE
    return now, before if is_comparable else None


def _divide(part: Amount, whole: Amount) -> Fraction | None:
    is_complete = part.is_complete and whole.is_complete
    if part.value is None or whole.value is None or not is_complete or whole.value < LEAST_TESTED:
        return None
    return Fraction(part.value) / Fraction(whole.value)
