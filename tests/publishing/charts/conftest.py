"""The judged return with half a year of 立案 behind it and three months of standings, by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.past_standings import PastStanding
from townreturn.domain.town_return import TownReturn
from townreturn.domain.trend import Series, Trend

PERIODS = ("2017-10", "2017-11", "2017-12", "2018-01", "2018-02")
FILED = {
    "food_drug": "3 5 2 4 1",
    "building": "1 1 1 1 -",
    "tobacco": "4 - 2 0 6",
    "agricultural": "0 0 0 0 0",
    "children": "1 0 1 0 2",
    "appliances": "0 1 0 2 0",
    "ecommerce": "2 2 3 1 1",
}
BACKFILLED = (ObligationState.ACCEPTED, Timeliness.BACKFILLED)
ON_TIME = (ObligationState.ACCEPTED, Timeliness.ON_TIME)
LATE = (ObligationState.LATE_ACCEPTED, Timeliness.LATE)


def series(category: str, values: str, indicator: str = "cases_filed") -> Series:
    return Series(category, indicator, tuple(None if one == "-" else Decimal(one) for one in values.split()))


@pytest.fixture(scope="session")
def charted_return(judged_return: TownReturn) -> TownReturn:
    trend = Trend(PERIODS, tuple(series(category, values) for category, values in FILED.items()))
    stood = {("2018-02", "ecommerce"): LATE} | {("2017-12", category): BACKFILLED for category in FILED}
    past = tuple(
        PastStanding(period, category, *stood.get((period, category), ON_TIME))
        for period in PERIODS[2:]
        for category in FILED
    )
    return replace(judged_return, trend=trend, past_standings=past)
