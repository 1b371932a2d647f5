"""The trend: earlier periods' figures by hand, gaps kept as gaps, nothing before the first that is known."""

from decimal import Decimal

import pytest

from townreturn.compiling.trend import compile_trend
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.trend import Trend, trend_periods
from townreturn.plans import load_plan
from townreturn.store.reports import StoredFigure

MARCH = Period("2018-03")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("qingxi-2018")


def filed(period: str, category: str, value: str) -> StoredFigure:
    return StoredFigure(period, category, "cases_filed", Decimal(value), is_zero_return=False)


FIGURES = (
    filed("2017-11", "tobacco", "4"),
    filed("2018-01", "tobacco", "0"),
    filed("2018-02", "tobacco", "6"),
    filed("2018-02", "building", "2"),
    filed("2018-03", "tobacco", "99"),
    filed("2016-12", "tobacco", "77"),
    filed("2018-02", "given_up", "5"),
)


def test_a_trend_reaches_back_over_last_year() -> None:
    keys = [one.key for one in trend_periods(MARCH)]
    assert keys == [*(f"2017-{month:02}" for month in range(1, 13)), "2018-01", "2018-02"]
    assert len(trend_periods(Period("2018-12"))) == 23


def test_it_begins_with_the_first_period_known_and_keeps_gaps(plan: Plan) -> None:
    trend = compile_trend(plan, MARCH, FIGURES)
    assert trend.periods == ("2017-11", "2017-12", "2018-01", "2018-02")
    assert trend.values("tobacco", "cases_filed") == (Decimal(4), None, Decimal(0), Decimal(6))
    assert trend.values("building", "cases_filed") == (None, None, None, Decimal(2))
    assert [one.category for one in trend.series] == ["building", "tobacco"]


def test_what_nobody_reported_is_not_known(plan: Plan) -> None:
    assert compile_trend(plan, MARCH, ()) == Trend()
    assert compile_trend(plan, MARCH, FIGURES[4:]) == Trend()
    trend = compile_trend(plan, MARCH, FIGURES)
    assert trend.values("children", "cases_filed") == (None,) * 4


def test_a_total_is_known_only_when_every_category_is(plan: Plan) -> None:
    trend = compile_trend(plan, MARCH, FIGURES)
    assert trend.totals(["tobacco", "building"], "cases_filed") == (None, None, None, Decimal(8))
    assert trend.totals(["tobacco"], "cases_filed") == (Decimal(4), None, Decimal(0), Decimal(6))
    assert Trend().totals(["tobacco"], "cases_filed") == ()
