"""Figures that a later correction of an earlier period states otherwise, while their own return stays as it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from townreturn.board.history_view import ChangeLine, tell_lines
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import FigureChange, Measure, TownReturn
from townreturn.store.stated_figures import StatedReturn

Moved = Mapping[tuple[str, str], TownReturn]
"""(period, category) of a figure → the correction that states it otherwise, with that change only."""


def find_moved(stated: Sequence[StatedReturn], measure: Measure) -> Moved:
    """By corrections published after the newest issue of the figure's own period; of several, by the last."""
    published = {one.town_return.period: one.published_at for one in stated}
    corrections = sorted((one for one in stated if one.town_return.issue), key=lambda one: one.published_at)
    return {
        (change.period, change.category): replace(one.town_return, changes=(change,))
        for one in corrections
        for change in _of_others(one.town_return, measure)
        if change.period in published and one.published_at > published[change.period]
    }


def _of_others(town_return: TownReturn, measure: Measure) -> Iterator[FigureChange]:
    return (one for one in town_return.changes if one.measure is measure and one.period != town_return.period)


def tell_moved(plans: PlanBook, moved: Moved, categories: Collection[str]) -> Iterator[ChangeLine]:
    """Those of some columns, as the corrections' own lists say it; periods ascending."""
    for period, category in sorted(moved):
        if category in categories:
            yield from tell_lines(moved[period, category], plans.find(Period(period)) or plans.plans[-1])
