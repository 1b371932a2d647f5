"""Compiled over arrays, every cell is what compile_cells gives: amounts, statuses, completeness, per cent."""

from decimal import Decimal

import numpy as np
import pytest
from bench.dense_compile import DenseCells, add_towns, cell_of, compile_dense, join_shares
from bench.drawn_figures import Columns
from hypothesis import given, settings
from hypothesis import strategies as st

from townreturn.compiling import compile_cells
from townreturn.compiling.arithmetic import add_up, compare
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import ReturnCell
from townreturn.store.reports import StoredFigure

TOWNS = 3


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


class Case:
    """Small random figures, so that halves, zero bases and equal amounts are frequent; whole reports missing."""

    def __init__(self, plan: Plan, periods: tuple[Period, ...], seed: int) -> None:
        rng, self.columns = np.random.default_rng(seed), Columns(plan)
        self.plan, self.periods = plan, periods
        shape = len(periods), TOWNS, len(self.columns.cells)
        reports = len(periods), TOWNS, len(self.columns.categories)
        largest = rng.choice([1, 9, 200, 10**12], size=shape)
        is_in = rng.uniform(size=reports) < rng.choice([0.5, 0.9, 1.0], size=(len(periods), 1, 1))
        quiet = rng.uniform(size=reports) < 0.4
        self.reported = is_in[:, :, self.columns.category_of]
        self.values = rng.integers(0, largest, endpoint=True) * (rng.uniform(size=shape) < 0.8)
        is_flow = np.array([not one.is_stock for _, one in self.columns.cells])
        self.values[quiet[:, :, self.columns.category_of] & is_flow] = 0
        self.zero = quiet[:, :, self.columns.category_of] & (self.values == 0)

    def compiled(self) -> DenseCells:
        return compile_dense(self.columns, self.periods, self.values, self.reported, self.zero)

    def expected(self, number: int, town: int) -> tuple[ReturnCell, ...]:
        return compile_cells(self.plan, self.periods[number], list(self._figures(town)))

    def _figures(self, town: int) -> list[StoredFigure]:
        return [
            StoredFigure(
                period.key, category, one.code,
                Decimal(int(self.values[number, town, column])).scaleb(-one.decimals),
                bool(self.zero[number, town, column]),
            )
            for number, period in enumerate(self.periods)
            for column, (category, one) in enumerate(self.columns.cells)
            if self.reported[number, town, column]
        ]  # fmt: skip


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), start=st.sampled_from(["2016-01", "2016-05", "2016-12"]), at=st.integers(0, 29))
def test_every_cell_is_that_of_the_return(plan: Plan, seed: int, start: str, at: int) -> None:
    first = Period(start)
    case = Case(plan, periods_between(first, Period.of(first.year, first.month + 29)), seed)
    cells, town = case.compiled(), seed % TOWNS
    compiled = {(one.category, one.indicator): one for one in case.expected(at, town)}
    assert {name: cell_of(cells, at, town, column) for column, name in enumerate(cells.names)} == compiled


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), at=st.integers(12, 25))
def test_a_province_adds_up_its_towns(plan: Plan, seed: int, at: int) -> None:
    case = Case(plan, periods_between(Period("2016-01"), Period("2018-02")), seed)
    cells = case.compiled()
    province = add_towns(cells)
    towns = [{(one.category, one.indicator): one for one in case.expected(at, town)} for town in range(TOWNS)]
    for column, name in enumerate(cells.names):
        added = cell_of(province, at, 0, column)
        own = [one[name] for one in towns]
        current, year_ago = add_up([one.current for one in own]), add_up([one.year_ago for one in own])
        ytd, before = add_up([one.ytd for one in own]), add_up([one.ytd_year_ago for one in own])
        assert (added.current, added.ytd) == (current, ytd)
        assert (added.year_on_year, added.ytd_year_on_year) == (compare(current, year_ago), compare(ytd, before))


def test_towns_in_shares_add_up_to_the_same_province(plan: Plan) -> None:
    case = Case(plan, periods_between(Period("2016-01"), Period("2017-06")), 7)
    shares = [
        compile_dense(case.columns, case.periods, *(one[:, part] for one in (case.values, case.reported, case.zero)))
        for part in (slice(0, 1), slice(1, 3))
    ]
    whole, parted = add_towns(case.compiled()), join_shares([add_towns(one) for one in shares])
    for number in range(len(case.periods)):
        for column in range(len(whole.names)):
            assert cell_of(whole, number, 0, column) == cell_of(parted, number, 0, column)


def test_what_does_not_fit_a_comparison_is_refused(plan: Plan) -> None:
    case = Case(plan, periods_between(Period("2016-01"), Period("2016-02")), 1)
    case.values[0, 0, 0] = 2**60
    case.reported[0, 0, 0] = True
    with pytest.raises(OverflowError):
        case.compiled()
