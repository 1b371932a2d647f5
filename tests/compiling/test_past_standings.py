"""How categories stood in earlier periods: in the plan's order, and only those that it still has."""

from townreturn.compiling.past_standings import compile_past_standings
from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.past_standings import PastStanding, recent_periods
from townreturn.domain.period import Period
from townreturn.plans import load_plan

LATE = (ObligationState.LATE_ACCEPTED, Timeliness.LATE)
MISSING = (ObligationState.MISSING, Timeliness.NOT_RECEIVED)


def test_past_standings_stand_in_the_order_of_periods_and_plan() -> None:
    published = {
        "2018-02": (
            Standing("tobacco", "yancao", *LATE, revision=2, late_seconds=60),
            Standing("given_up", "zhujian", *MISSING),
            Standing("food_drug", "shiyaojian", *MISSING),
        ),
        "2017-11": (Standing("ecommerce", "gongshang", *LATE),),
    }
    assert compile_past_standings(load_plan("qingxi-2018"), published) == (
        PastStanding("2017-11", "ecommerce", *LATE),
        PastStanding("2018-02", "food_drug", *MISSING),
        PastStanding("2018-02", "tobacco", *LATE),
    )


def test_a_year_of_periods_holds_the_year_to_date() -> None:
    keys = [one.key for one in recent_periods(Period("2018-03"))]
    assert keys == [*(f"2017-{number:02}" for number in range(4, 13)), "2018-01", "2018-02"]
    december = Period("2018-12")
    assert recent_periods(december) == december.year_to_date[:-1]
