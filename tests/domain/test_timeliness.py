"""The league of units, worked out by hand for a quarter, and what holds of every league."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from townreturn.domain.obligation import ObligationState, Standing, Timeliness
from townreturn.domain.plan import Unit
from townreturn.domain.timeliness import UnitTimeliness, league_of, tally

JANUARY, FEBRUARY, MARCH = "2018-01", "2018-02", "2018-03"
TWO_DAYS_THREE_HOURS = (2 * 24 + 3) * 3600
UNTIL = datetime(2018, 3, 5, 16, tzinfo=UTC)
UNITS = (Unit("shiyaojian", "镇食药监分局"), Unit("zhujian", "镇住建局"), Unit("jingkexin", "经科信局"))


def standing(unit: str, category: str, state: ObligationState, timeliness: Timeliness) -> Standing:
    return Standing(category, unit, state, timeliness)


def on_time(unit: str, category: str, returned: int = 0) -> Standing:
    one = standing(unit, category, ObligationState.ACCEPTED, Timeliness.ON_TIME)
    return replace(one, returned_count=returned, revision=returned + 1)


def late(unit: str, category: str, seconds: int, returned: int = 0) -> Standing:
    one = standing(unit, category, ObligationState.LATE_ACCEPTED, Timeliness.LATE)
    return replace(one, late_seconds=seconds, returned_count=returned)


def missing(unit: str, category: str) -> Standing:
    return standing(unit, category, ObligationState.MISSING, Timeliness.NOT_RECEIVED)


def exempted(unit: str, category: str) -> Standing:
    return replace(standing(unit, category, ObligationState.EXEMPTED, Timeliness.EXEMPTED), note="机构撤并")


EMPTY_ON_TIME = replace(
    standing("jingkexin", "children", ObligationState.RETURNED, Timeliness.LATE), returned_count=1
)  # an empty file came in time, was returned, and nothing better by the due instant
QUARTER = {
    JANUARY: (
        on_time("shiyaojian", "food_drug"),
        late("zhujian", "building", TWO_DAYS_THREE_HOURS),
        on_time("jingkexin", "children", returned=2),
        on_time("jingkexin", "appliances"),
    ),
    FEBRUARY: (
        replace(on_time("shiyaojian", "food_drug"), due_at=UNTIL, note="系统停电"),
        exempted("zhujian", "building"),
        EMPTY_ON_TIME,
        missing("jingkexin", "appliances"),
    ),
    MARCH: (
        missing("shiyaojian", "food_drug"),
        late("zhujian", "building", 60, returned=1),
        on_time("jingkexin", "children"),
        late("jingkexin", "appliances", 3600),
    ),
}


def test_a_quarter_by_hand() -> None:
    """食药监: in, in as extended, out. 住建: late, let off, late. 经科信: of six three in time, one late, two out."""
    league = league_of(UNITS, QUARTER)
    assert (league.periods, league.backfilled) == ((JANUARY, FEBRUARY, MARCH), ())
    assert league.units == (
        UnitTimeliness(
            "shiyaojian", 1, on_time=2, late=0, missing=1, first_pass=2, returned_count=0, extended=1, exempted=0,
            backfilled=0, late_seconds=0, longest_late_seconds=0,
        ),
        UnitTimeliness(
            "jingkexin", 2, on_time=3, late=1, missing=2, first_pass=3, returned_count=3, extended=0, exempted=0,
            backfilled=0, late_seconds=3600, longest_late_seconds=3600,
        ),
        UnitTimeliness(
            "zhujian", 3, on_time=0, late=2, missing=0, first_pass=1, returned_count=1, extended=0, exempted=1,
            backfilled=0, late_seconds=TWO_DAYS_THREE_HOURS + 60, longest_late_seconds=TWO_DAYS_THREE_HOURS,
        ),
    )  # fmt: skip
    first, second, third = league.units
    assert (first.on_time_rate, first.completeness, first.first_pass_rate) == (Fraction(2, 3),) * 3
    assert (second.on_time_rate, second.completeness, second.first_pass_rate) == (
        Fraction(1, 2), Fraction(2, 3), Fraction(1, 2),
    )  # fmt: skip
    assert (third.on_time_rate, third.completeness, third.first_pass_rate) == (0, 1, Fraction(1, 2))


def test_a_backfilled_period_counts_for_nobody() -> None:
    """Neither who is in nor who is out of it; the period is named all the same."""
    backfilled = standing("shiyaojian", "food_drug", ObligationState.ACCEPTED, Timeliness.BACKFILLED)
    january = (backfilled, missing("zhujian", "building"), exempted("jingkexin", "children"))
    league = league_of(UNITS, {**QUARTER, JANUARY: january})
    assert league.backfilled == (JANUARY,)
    by_unit = {one.unit: one for one in league.units}
    assert [(by_unit[one.code].expected, by_unit[one.code].backfilled) for one in UNITS] == [(2, 1), (1, 1), (4, 0)]
    assert by_unit["jingkexin"].exempted == 1
    only = league_of(UNITS, {JANUARY: january})
    assert {(one.rank, one.on_time_rate, one.completeness, one.first_pass_rate) for one in only.units} == {(None,) * 4}


def test_what_is_still_open_does_not_count_yet_and_what_came_early_does() -> None:
    is_open = standing("zhujian", "building", ObligationState.OPEN, Timeliness.NOT_RECEIVED)
    returned_before_due = standing("jingkexin", "children", ObligationState.RETURNED, Timeliness.NOT_RECEIVED)
    league = league_of(UNITS, {MARCH: (on_time("shiyaojian", "food_drug"), is_open, returned_before_due)})
    assert [(one.unit, one.rank, one.expected) for one in league.units] == [
        ("shiyaojian", 1, 1), ("zhujian", None, 0), ("jingkexin", None, 0),
    ]  # fmt: skip


def test_what_came_though_it_was_exempted_is_not_judged() -> None:
    came = standing("zhujian", "building", ObligationState.ACCEPTED, Timeliness.EXEMPTED)
    (one,) = league_of(UNITS, {MARCH: (came,)}).units
    assert (one.rank, one.expected, one.exempted) == (None, 0, 1)


def test_equal_shares_have_equal_ranks_and_the_plans_order() -> None:
    """Two of two and one of one are the same share: 1, 1, 3."""
    standings = (missing("shiyaojian", "food_drug"), on_time("zhujian", "building"),
                 on_time("jingkexin", "children"), on_time("jingkexin", "appliances"))  # fmt: skip
    for units in (UNITS, UNITS[::-1]):
        league = league_of(units, {MARCH: standings})
        first, second, last = league.units
        assert [one.rank for one in league.units] == [1, 1, 3]
        assert [first.unit, second.unit] == [one.code for one in units if one.code != "shiyaojian"]
        assert last.unit == "shiyaojian"


def test_late_is_better_than_never_and_first_time_better_than_after_a_return() -> None:
    standings = (missing("shiyaojian", "food_drug"), late("zhujian", "building", 9, returned=1),
                 late("jingkexin", "children", 99))  # fmt: skip
    league = league_of(UNITS, {MARCH: standings})
    assert [(one.unit, one.rank) for one in league.units] == [("jingkexin", 1), ("zhujian", 2), ("shiyaojian", 3)]


def test_a_successor_answers_for_the_unit_it_succeeds() -> None:
    merged = (Unit("shichang", "镇市场监管分局", succeeds=("shiyaojian", "gongshang")), Unit("zhujian", "镇住建局"))
    league = league_of(merged, {**QUARTER, "2018-04": (on_time("shichang", "food_drug"),)})
    assert [(one.unit, one.expected, one.on_time) for one in league.units] == [("shichang", 4, 3), ("zhujian", 2, 0)]


def standings_of(unit: str) -> st.SearchStrategy[Standing]:
    return st.builds(
        Standing,
        category=st.sampled_from(["a", "b"]),
        unit=st.just(unit),
        state=st.sampled_from(ObligationState),
        timeliness=st.sampled_from([one for one in Timeliness if one is not Timeliness.BACKFILLED]),
        late_seconds=st.integers(0, 10**7),
        returned_count=st.integers(0, 9),
    )


def rates(one: UnitTimeliness) -> list[Fraction | None]:
    return [one.on_time_rate, one.completeness, one.first_pass_rate]


def in_per_cent(shares: Sequence[Fraction | None]) -> list[Fraction]:
    return [one * 100 if one is not None else Fraction(0) for one in shares]


@given(st.lists(standings_of("u"), max_size=12))
def test_rates_lie_between_nothing_and_everything(found: list[Standing]) -> None:
    counted = tally("u", found)
    assert all(0 <= one <= 100 for one in in_per_cent(rates(counted)))
    assert (rates(counted) == [None] * 3) == (counted.expected == 0)
    assert counted.expected + counted.exempted <= len(found)
    assert counted.on_time <= sum(one.is_in for one in found)


@given(st.lists(standings_of("u"), max_size=8).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_standings_plays_no_part(both: tuple[list[Standing], list[Standing]]) -> None:
    assert tally("u", both[0]) == tally("u", both[1])


@given(st.lists(standings_of("u"), max_size=12), st.integers(0, 3))
def test_one_more_in_time_lowers_no_rate(found: list[Standing], returned: int) -> None:
    before, after = tally("u", found), tally("u", [*found, on_time("u", "c", returned)])
    pairs = list(zip(in_per_cent(rates(before)), in_per_cent(rates(after)), strict=True))
    assert all(old <= new for old, new in (pairs if returned == 0 else pairs[:2]))


@given(st.lists(st.one_of(*(standings_of(one.code) for one in UNITS)), max_size=20))
def test_a_better_share_never_has_a_worse_rank(found: list[Standing]) -> None:
    ranked = [one for one in league_of(UNITS, {MARCH: found}).units if one.rank]
    for one in ranked:
        better = sum(in_per_cent(rates(other)) > in_per_cent(rates(one)) for other in ranked)
        assert one.rank == better + 1
