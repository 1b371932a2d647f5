"""A history comes out of PostgreSQL as it went in, and the exponent of a known power is that power."""

import pytest
from bench.drawn_figures import draw_periods
from bench.history import FIRST, compare_with_drawn, compare_with_returns, load_history, read_history
from bench.scale import Row, exponent, extrapolate, sizes_of
from bench.town_workers import STAGES

from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan_book import PlanBook
from townreturn.store.engine import connect

TOWNS, PERIODS = 5, periods_between(FIRST, Period.of(FIRST.year, 14))


def test_a_history_is_read_as_it_was_loaded(plans: PlanBook, postgres_url: str) -> None:
    plan = plans.plans[0]
    drawn = draw_periods(plan, TOWNS, PERIODS, seed=3)
    columns = drawn[0].columns
    engine = connect(postgres_url)
    connection = engine.raw_connection().driver_connection
    assert connection is not None
    count = load_history(connection, drawn, TOWNS)
    figures = read_history(connection, columns, TOWNS, PERIODS)
    connection.close()
    engine.dispose()
    assert count == figures[1].sum() > 10_000
    compare_with_drawn(drawn, figures)
    compare_with_returns(plan, columns, PERIODS, figures)
    figures[0][4, 2, 9] += 1
    with pytest.raises(AssertionError):
        compare_with_drawn(drawn, figures)


def test_sizes_double_and_the_exponent_is_fitted() -> None:
    assert sizes_of(1_585) == [198, 396, 792, 1_585]
    assert exponent([50, 100, 200], [1, 2, 4]) == pytest.approx(1)
    assert exponent([50, 100, 200], [1, 4, 16]) == pytest.approx(2)


def test_what_was_not_run_is_told_by_the_fitted_growth() -> None:
    rows = [
        Row(stage, towns, wall=towns / 10, cpu=2e-4 * towns**2, database_cpu=1, memory=300)
        for stage in ("write", *STAGES)
        for towns in (100, 200, 400)
    ]
    told = [line.split(" | ") for line in extrapolate(rows, 4_000)]
    assert [line[1:5] for line in told] == [["4000", "400", "3200", "1"]] * len(told)
    assert len(told) == 1 + len(STAGES)
