"""Figures of many towns as arrays: drawn at once, by seed, holding every mandatory rule where no fault is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from townreturn.domain.form import Form, Indicator
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Chances = NDArray[np.float64]

QUIET, LATE, FAULTY = 0.03, 1 / 6, 0.02
"""Shares: categories in which nothing ever happens, files that come late, files with either fault."""
_TYPICAL = {
    "enforcement_actions": 12, "officers_deployed": 60, "premises_inspected": 90, "samples_tested": 30,
    "complaints_received": 12, "complaints_resolved": 12, "rewards_paid": 800, "fake_cigarettes": 4, "cut_tobacco": 35,
    "children_items_seized": 260, "appliance_items_seized": 90, "building_items_seized": 120,
    "online_shops_inspected": 130, "illegal_posts_deleted": 22,
}  # fmt: skip
_ORDINARY = 2
MOST_MAJOR_CASES = 3


class Fault(IntEnum):
    """What is wrong with a file: nothing, a balance that does not add up, inspections without officers unexplained."""

    NONE = 0
    MANDATORY = 1
    VERIFYING = 2


class Columns:
    """Where each figure of a town stands in a row: (category, indicator) by the plan's order."""

    def __init__(self, plan: Plan) -> None:
        self.form: Form = plan.form
        self.categories = tuple(one.code for one in plan.categories)
        self.units = tuple(one.code for one in plan.reporting_units)
        self.unit_of = np.array([self.units.index(one.lead) for one in plan.categories])
        self.cells: tuple[tuple[str, Indicator], ...] = tuple(
            (category, indicator) for category in self.categories for indicator in plan.form.indicators_of(category)
        )
        self.category_of = np.array([self.categories.index(category) for category, _ in self.cells])
        self.place = {(category, one.code): column for column, (category, one) in enumerate(self.cells)}

    def of(self, indicator: str) -> NDArray[np.intp]:
        """The columns of a common indicator, by category."""
        return np.array([self.place[category, indicator] for category in self.categories])


@dataclass(frozen=True)
class Drawn:
    """A period of all towns. ``written``: town × column, as it stands in the files, in the last decimal that its
    indicator allows; ``quiet``: town × category, declared 零申报; ``faults`` and ``late``: town × unit."""

    period: Period
    columns: Columns
    written: Numbers
    quiet: Flags
    faults: NDArray[np.int8]
    late: Flags

    @property
    def accepted(self) -> Flags:
        """Town × category: all but the one category that a faulty file has wrong."""
        faulty = self.faults[:, self.columns.unit_of] != Fault.NONE
        return ~(faulty & _firsts(self.columns))


def _firsts(columns: Columns) -> Flags:
    """Category → whether it is the first that its unit leads."""
    return np.array([list(columns.unit_of).index(unit) == place for place, unit in enumerate(columns.unit_of)])


def draw_periods(plan: Plan, towns: int, periods: Sequence[Period], seed: int) -> list[Drawn]:
    """The periods in their order, each opening balance the closing one before. The first towns are the same
    however many there are."""
    columns = Columns(plan)
    sizes = 0.5 + _chances(seed, 0, 0, towns, 1)
    quiet = _chances(seed, 0, 1, towns, len(columns.categories)) < QUIET
    typical = np.array([_TYPICAL.get(one.code, _ORDINARY) * 10**one.decimals for _, one in columns.cells])
    drawn: list[Drawn] = []
    for number, period in enumerate(periods, 1):
        chance = _chances(seed, number, 0, towns, len(columns.cells))
        opening = drawn[-1] if drawn else None
        figures = np.rint(typical * sizes * (0.9 + 0.2 * chance)).astype(np.int64)
        _make_consistent(figures, columns, chance, opening)
        mishaps = (_chances(seed, number, what, towns, len(columns.units)) for what in (1, 2))
        drawn.append(_with_mishaps(figures, columns, period, quiet, *mishaps))
    return drawn


def _chances(seed: int, period: int, what: int, towns: int, count: int) -> Chances:
    """From 0 to 1, by town; a stream of its own for each thing, so that more towns move nothing of the first."""
    return np.random.default_rng([seed, period, what]).uniform(size=(towns, count))


def _make_consistent(figures: Numbers, columns: Columns, chance: Chances, before: Drawn | None) -> None:
    """The mandatory rules of the form, in place; the figures that they hang on stay as drawn."""
    form, at = columns.form, columns.of
    figures[:, at("officers_deployed")] = np.maximum(figures[:, at("officers_deployed")], 1)
    if before is not None:
        figures[:, at(form.opening_stock)] = _true_closing(before)
    filed = figures[:, at("cases_filed")] = figures[:, at("cases_filed")] + (chance[:, at("cases_filed")] < 0.3)
    open_cases = figures[:, at(form.opening_stock)] + filed
    closed = (open_cases * (0.35 + 0.2 * chance[:, at("cases_closed")])).astype(np.int64)
    withdrawn = ((chance[:, at("cases_withdrawn")] < 0.08) & (closed < open_cases)).astype(np.int64)
    figures[:, at("cases_closed")], figures[:, at("cases_withdrawn")] = closed, withdrawn
    figures[:, at(form.closing_stock)] = open_cases - closed - withdrawn
    figures[:, at("cases_investigated")] = filed + figures[:, at("cases_investigated")]
    major = (chance[:, at(form.major_cases)] * (MOST_MAJOR_CASES + 1)).astype(np.int64)
    figures[:, at(form.major_cases)] = np.minimum(major, filed)
    figures[:, at("fines_confiscations")] *= closed > 0
    figures[:, at("samples_failed")] = np.minimum(figures[:, at("samples_failed")], figures[:, at("samples_tested")])
    figures[:, at("cases_transferred")] = np.minimum(figures[:, at("cases_transferred")], open_cases)


def _true_closing(before: Drawn) -> Numbers:
    """What the balances would be without the fault in them, which the unit mends before it goes on."""
    form, at = before.columns.form, before.columns.of
    kept = before.written[:, at(form.opening_stock)] + before.written[:, at("cases_filed")]
    return kept - before.written[:, at("cases_closed")] - before.written[:, at("cases_withdrawn")]


def _with_mishaps(
    figures: Numbers, columns: Columns, period: Period, quiet: Flags, chance: Chances, lateness: Chances
) -> Drawn:  # fmt: skip
    is_flow = np.array([not one.is_stock for _, one in columns.cells])
    figures[quiet[:, columns.category_of] & is_flow] = 0
    opening, closing = columns.of(columns.form.opening_stock), columns.of(columns.form.closing_stock)
    figures[:, closing] = np.where(quiet, figures[:, opening], figures[:, closing])
    faults = np.where(chance < FAULTY, Fault.MANDATORY, np.where(chance < 2 * FAULTY, Fault.VERIFYING, Fault.NONE))
    first = np.flatnonzero(_firsts(columns))[np.argsort(columns.unit_of[_firsts(columns)])]
    faults[quiet[:, first] & (faults == Fault.VERIFYING)] = Fault.NONE
    figures[:, closing[first]] += faults == Fault.MANDATORY
    figures[:, columns.of("officers_deployed")[first]] *= faults != Fault.VERIFYING
    return Drawn(period, columns, figures, quiet, faults.astype(np.int8), lateness < LATE)
