"""The map of timeliness: a mark a category and period, the same count as the league's."""

from collections import Counter
from dataclasses import replace

import pytest

from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.past_standings import PastStanding
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.charts.timeliness_map import Mark, judge_mark, timeliness_map


@pytest.mark.parametrize(
    ("state", "timeliness", "mark"),
    [
        (ObligationState.ACCEPTED, Timeliness.ON_TIME, Mark.ON_TIME),
        (ObligationState.LATE_ACCEPTED, Timeliness.LATE, Mark.LATE),
        (ObligationState.ACCEPTED, Timeliness.BACKFILLED, Mark.BACKFILLED),
        (ObligationState.ACCEPTED, Timeliness.EXEMPTED, Mark.EXEMPTED),
        (ObligationState.EXEMPTED, Timeliness.EXEMPTED, Mark.EXEMPTED),
        (ObligationState.RETURNED, Timeliness.LATE, Mark.RETURNED),
        (ObligationState.RETURNED, Timeliness.BACKFILLED, Mark.RETURNED),
        (ObligationState.MISSING, Timeliness.NOT_RECEIVED, Mark.MISSING),
        (ObligationState.OPEN, Timeliness.NOT_RECEIVED, Mark.OPEN),
    ],
)
def test_marks_of_standings(state: ObligationState, timeliness: Timeliness, mark: Mark) -> None:
    assert judge_mark(PastStanding("2018-02", "tobacco", state, timeliness)) is mark


def test_the_map_begins_with_the_first_period_that_is_known(charted_return: TownReturn, plan: Plan) -> None:
    drawn = timeliness_map(charted_return, plan)
    assert [one.key for one in drawn.periods] == ["2017-12", "2018-01", "2018-02", "2018-03"]
    marks = {row.category: [one and one.value for one in row.marks] for row in drawn.rows}
    assert marks == {
        "food_drug": ["backfilled", "on_time", "on_time", "on_time"],
        "building": ["backfilled", "on_time", "on_time", "exempted"],
        "tobacco": ["backfilled", "on_time", "on_time", "on_time"],
        "agricultural": ["backfilled", "on_time", "on_time", "on_time"],
        "children": ["backfilled", "on_time", "on_time", "returned"],
        "appliances": ["backfilled", "on_time", "on_time", "missing"],
        "ecommerce": ["backfilled", "on_time", "late", "late"],
    }
    assert drawn.marks == (
        Mark.ON_TIME, Mark.LATE, Mark.RETURNED, Mark.MISSING, Mark.BACKFILLED, Mark.EXEMPTED
    )  # fmt: skip


def test_the_map_counts_as_the_league(charted_return: TownReturn, plan: Plan) -> None:
    drawn = timeliness_map(charted_return, plan)
    year = [place for place, one in enumerate(drawn.periods) if one.key in charted_return.league.periods]
    for unit in charted_return.league.units:
        led = [row for row in drawn.rows if plan.lead_of(row.category).code == unit.unit]
        found = Counter(row.marks[place] for row in led for place in year)
        assert (found[Mark.ON_TIME], found[Mark.LATE]) == (unit.on_time, unit.late)
        assert found[Mark.MISSING] + found[Mark.RETURNED] == unit.missing
        assert found[Mark.EXEMPTED] == unit.exempted


def test_what_nobody_knows_has_no_mark(charted_return: TownReturn, plan: Plan) -> None:
    january = tuple(one for one in charted_return.past_standings if one.period == "2018-01")
    drawn = timeliness_map(replace(charted_return, past_standings=january[1:]), plan)
    assert [one.key for one in drawn.periods] == ["2018-01", "2018-02", "2018-03"]
    assert drawn.rows[0].marks == (None, None, Mark.ON_TIME)
