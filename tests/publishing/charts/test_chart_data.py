"""What charts show, worked out by hand: gaps are gaps, totals say what they lack, shares stand in order."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.form import Charts
from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.past_standings import PastStanding
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, TownReturn
from townreturn.domain.trend import Trend
from townreturn.publishing.charts.data import (
    Gap,
    Panel,
    Point,
    SharesChart,
    TrendChart,
    YearsChart,
    shares_charts,
    trend_chart,
    years_chart,
)


def drawn_trend(town_return: TownReturn, plan: Plan) -> TrendChart:
    chart = trend_chart(town_return, plan)
    assert chart is not None
    return chart


def panel(town_return: TownReturn, plan: Plan, category: str) -> Panel:
    return next(one for one in drawn_trend(town_return, plan).panels if one.category == category)


def drawn_years(town_return: TownReturn, plan: Plan) -> YearsChart:
    chart = years_chart(town_return, plan)
    assert chart is not None
    return chart


def test_a_trend_ends_with_the_own_period_and_keeps_its_gaps(charted_return: TownReturn, plan: Plan) -> None:
    chart = drawn_trend(charted_return, plan)
    assert [one.key for one in chart.periods] == ["2017-10", "2017-11", "2017-12", "2018-01", "2018-02", "2018-03"]
    assert [one.category for one in chart.panels] == [one.code for one in plan.categories]
    tobacco = panel(charted_return, plan, "tobacco")
    assert [one.value for one in tobacco.points] == [4, None, 2, 0, 6, 3]
    assert tobacco.places(Gap.MISSING) == (1,)
    assert {one.value for one in panel(charted_return, plan, "agricultural").points} == {Decimal(0)}


def test_what_was_not_owed_is_another_gap(charted_return: TownReturn, plan: Plan) -> None:
    """建材: February missing, March exempted; February too once its issue says so."""
    building = panel(charted_return, plan, "building")
    assert (building.places(Gap.MISSING), building.places(Gap.EXEMPTED)) == ((4,), (5,))
    exempted = PastStanding("2018-02", "building", ObligationState.EXEMPTED, Timeliness.EXEMPTED)
    told = replace(charted_return, past_standings=(*charted_return.past_standings, exempted))
    assert panel(told, plan, "building").places(Gap.EXEMPTED) == (4, 5)


def test_at_most_twelve_periods_are_drawn(charted_return: TownReturn, plan: Plan) -> None:
    keys = (*(f"2017-{number:02}" for number in range(1, 13)), "2018-01", "2018-02")
    series = tuple(replace(one, values=(*[Decimal(9)] * 9, *one.values)) for one in charted_return.trend.series)
    chart = drawn_trend(replace(charted_return, trend=Trend(keys, series)), plan)
    assert (len(chart.periods), chart.periods[0].key) == (12, "2017-04")
    assert [one.value for one in chart.panels[0].points] == [9, 9, 9, 9, 9, 9, 3, 5, 2, 4, 1, 5]


def test_breaks_stand_where_they_divide(charted_return: TownReturn, plan: Plan) -> None:
    breaks = (
        Break("2017-04", BreakKind.SCOPE, "tobacco"),
        Break("2017-12", BreakKind.LENGTH),
        Break("2018-01", BreakKind.ADDED, "ecommerce"),
        Break("2018-02", BreakKind.SCOPE, "tobacco"),
    )
    told = replace(charted_return, breaks=breaks)
    places = {one.category: one.breaks for one in drawn_trend(told, plan).panels}
    assert (places["tobacco"], places["ecommerce"], places["children"]) == ((2, 4), (2, 3), (2,))
    assert drawn_years(told, plan).breaks == (1, 2, 12)


def test_before_there_was_a_category_nothing_is_missing(charted_return: TownReturn, plan: Plan) -> None:
    series = tuple(
        replace(one, values=(None, None, None, *one.values[3:])) if one.category == "ecommerce" else one
        for one in charted_return.trend.series
    )
    told = replace(
        charted_return,
        trend=replace(charted_return.trend, series=series),
        breaks=(Break("2018-01", BreakKind.ADDED, "ecommerce"),),
    )
    assert panel(told, plan, "ecommerce").points[:4] == (Point(), Point(), Point(), Point(Decimal(1)))
    assert panel(told, plan, "tobacco").places(Gap.MISSING) == (1,)


def test_months_are_sums_and_say_what_they_lack(charted_return: TownReturn, plan: Plan) -> None:
    # October 3+1+4+0+1+0+2, November without 烟草 5+1+0+0+1+2, February without 建材 1+6+0+2+0+1.
    chart = drawn_years(charted_return, plan)
    told = [(one.period.key, one.value, one.is_complete) for one in chart.months]
    assert told == [
        ("2017-10", 11, True),
        ("2017-11", 9, False),
        ("2017-12", 9, True),
        ("2018-01", 8, True),
        ("2018-02", 10, False),
        ("2018-03", 11, False),
    ]
    assert [one.period.month for one in chart.of_year(2017)] == [10, 11, 12]


def test_shares_are_of_what_is_in_the_greatest_first(charted_return: TownReturn, plan: Plan) -> None:
    filed, value = shares_charts(charted_return, plan)
    assert [(one.category, one.point.value, one.share) for one in filed.shares] == [
        ("food_drug", 5, Fraction(5, 11)),
        ("tobacco", 3, Fraction(3, 11)),
        ("ecommerce", 2, Fraction(2, 11)),
        ("children", 1, Fraction(1, 11)),
        ("agricultural", 0, 0),
        ("appliances", 0, 0),
        ("building", None, None),
    ]
    assert filed.shares[-1].point.gap is Gap.EXEMPTED
    assert value.shares[0].share == Fraction("1025.33") / Fraction("1037.88")
    assert sum(one.share or 0 for one in value.shares) == 1


def test_charts_agree_with_the_cells(charted_return: TownReturn, plan: Plan) -> None:
    total = charted_return.cell(TOTAL, "cases_filed")
    assert total is not None
    shares: SharesChart = shares_charts(charted_return, plan)[0]
    assert sum(one.point.value or 0 for one in shares.shares) == total.current.value
    assert drawn_years(charted_return, plan).months[-1].value == total.current.value


@pytest.mark.parametrize("draw", [trend_chart, years_chart])
def test_a_first_month_has_nothing_to_be_compared_with(
    draw: type, town_return: TownReturn, plan: Plan
) -> None:  # fmt: skip
    assert draw(town_return, plan) is None


def test_a_form_may_draw_nothing(charted_return: TownReturn, plan: Plan) -> None:
    silent = replace(plan, form=replace(plan.form, charts=Charts()))
    assert trend_chart(charted_return, silent) is years_chart(charted_return, silent) is None
    assert shares_charts(charted_return, silent) == ()


def test_nothing_has_no_shares(charted_return: TownReturn, plan: Plan) -> None:
    zero = Amount(Decimal(0), AmountStatus.ZERO, 1, 1)
    cells = tuple(replace(one, current=zero) if one.indicator == "goods_value" else one for one in charted_return.cells)
    charts = shares_charts(replace(charted_return, cells=cells), plan)
    assert [one.indicator.code for one in charts] == ["cases_filed"]
