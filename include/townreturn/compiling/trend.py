"""Accepted figures of earlier periods → the trend (走势) of every category's indicators."""

from collections.abc import Iterable

from townreturn.compiling.ledger import AcceptedFigure, build_ledger
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.trend import Series, Trend, trend_periods


def compile_trend(plan: Plan, period: Period, figures: Iterable[AcceptedFigure]) -> Trend:
    """What the plan's categories reported in the periods before one; nothing where nothing is known.

    Figures of categories and indicators that plan and form have no more are not part of it, nor sums that lack
    a part.
    """
    amounts = build_ledger(plan, figures).amounts
    values = {place: amount.value for place, amount in amounts.items() if amount.is_complete}
    known = {key for key, _, _ in values}
    back = [one.key for one in trend_periods(period)]
    periods = tuple(back[next((place for place, key in enumerate(back) if key in known), len(back)) :])
    series = (
        Series(
            category.code, indicator.code, tuple(values.get((key, category.code, indicator.code)) for key in periods)
        )
        for category in plan.categories
        for indicator in plan.form.indicators_of(category.code)
    )
    told = tuple(one for one in series if any(value is not None for value in one.values))
    return Trend(periods, told) if told else Trend()
