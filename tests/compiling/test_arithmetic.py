"""Adding up and comparing; every expected figure was worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townreturn.compiling import compile_cells
from townreturn.compiling.arithmetic import add_up, compare
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Change, ChangeStatus, ReturnCell
from townreturn.store.reports import StoredFigure

INCOMPARABLE = Change(ChangeStatus.INCOMPARABLE)
ZERO_BASE = Change(ChangeStatus.ZERO_BASE)


@pytest.fixture(scope="module")
def plan(plans: PlanBook) -> Plan:
    return plans.plans[0]


def reported(value: str, parts: int = 1) -> Amount:
    return Amount(Decimal(value), AmountStatus.REPORTED, parts, parts)


def figure(period: str, category: str, indicator: str, value: str, zero: bool = False) -> StoredFigure:
    return StoredFigure(period, category, indicator, Decimal(value), zero)


def cell_of(plan: Plan, period: str, figures: list[StoredFigure], category: str, indicator: str) -> ReturnCell:
    cells = compile_cells(plan, Period(period), figures)
    (cell,) = [one for one in cells if (one.category, one.indicator) == (category, indicator)]
    return cell


def pct(cell_change: Change) -> str:
    assert cell_change.status is ChangeStatus.RATIO
    return str(cell_change.pct)


@pytest.mark.parametrize(
    ("now", "base", "expected"),
    [
        ("110", "100", "10.0"),
        ("90", "100", "-10.0"),
        ("100", "100", "0.0"),
        ("0", "8", "-100.0"),
        ("409", "400", "2.3"),  # 2.25 → 2.3, half up
        ("391", "400", "-2.3"),  # −2.25 → −2.3, away from zero on both sides
        ("2049", "2000", "2.5"),  # 2.45 → 2.5: half even would give 2.4
        ("2041", "2000", "2.1"),  # 2.05 → 2.1
        ("4", "3", "33.3"),
        ("5", "3", "66.7"),
        ("1.11", "1.10", "0.9"),  # 0.909…
        ("0.3", "0.1", "200.0"),  # no float: 0.30000000000000004 would show
        ("999999999999", "0.01", "9999999999989900.0"),
    ],
)
def test_percentages_of_one_decimal_half_up(now: str, base: str, expected: str) -> None:
    assert pct(compare(reported(now), reported(base))) == expected


@pytest.mark.parametrize("now", ["0", "5"])
def test_a_zero_base_gives_no_number(now: str) -> None:
    assert compare(reported(now), reported("0")) == ZERO_BASE


def test_an_incomplete_side_is_incomparable() -> None:
    partial = Amount(Decimal(5), AmountStatus.INCOMPLETE, 6, 7)
    missing = Amount(None, AmountStatus.MISSING, 0, 1)
    for left, right in ((partial, reported("5")), (reported("5"), partial), (missing, reported("5")),
                        (reported("5"), missing), (missing, missing), (partial, reported("0"))):  # fmt: skip
        assert compare(left, right) == INCOMPARABLE


def test_adding_up() -> None:
    missing = Amount(None, AmountStatus.MISSING, 0, 1)
    zero = Amount(Decimal(0), AmountStatus.ZERO, 1, 1)
    assert add_up([reported("0.1"), reported("0.2")]) == Amount(Decimal("0.3"), AmountStatus.REPORTED, 2, 2)
    assert add_up([reported("3"), missing]) == Amount(Decimal(3), AmountStatus.INCOMPLETE, 1, 2)
    assert add_up([missing, missing]) == Amount(None, AmountStatus.MISSING, 0, 2)
    assert add_up([zero, zero]) == Amount(Decimal(0), AmountStatus.ZERO, 2, 2)
    assert add_up([zero, reported("0")]) == Amount(Decimal(0), AmountStatus.REPORTED, 2, 2)
    assert add_up([zero, missing]) == Amount(Decimal(0), AmountStatus.INCOMPLETE, 1, 2)
    half = Amount(Decimal(2), AmountStatus.INCOMPLETE, 1, 3)
    assert add_up([half, reported("1")]) == Amount(Decimal(3), AmountStatus.INCOMPLETE, 1, 2)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**14)), min_size=1, max_size=12))
def test_totals_are_exact_and_never_take_missing_for_zero(fen: list[int | None]) -> None:
    parts = [Amount(None, AmountStatus.MISSING, 0, 1) if one is None else reported(str(Decimal(one).scaleb(-2)))
             for one in fen]  # fmt: skip
    known = [one for one in fen if one is not None]
    total = add_up(parts)
    assert (total.reported, total.expected) == (len(known), len(fen))
    assert total.value == (Decimal(sum(known)).scaleb(-2) if known else None)
    assert total.is_complete == (len(known) == len(fen))


# Three months of two categories. 建材 did not report February.
FLOWS = [
    figure("2018-01", "food_drug", "cases_filed", "4"),
    figure("2018-02", "food_drug", "cases_filed", "6"),
    figure("2018-03", "food_drug", "cases_filed", "5"),
    figure("2018-01", "building", "cases_filed", "1"),
    figure("2018-03", "building", "cases_filed", "2"),
]


def test_year_to_date_adds_flows(plan: Plan) -> None:
    cell = cell_of(plan, "2018-03", FLOWS, "food_drug", "cases_filed")
    assert cell.current == reported("5")
    assert cell.ytd == reported("15", 3)  # 4 + 6 + 5
    assert cell.ytd_previous == reported("10", 2)  # 4 + 6
    assert pct(cell.month_on_month) == "-16.7"  # (5 − 6) / 6 = −16.66…
    assert cell.year_on_year == cell.ytd_year_on_year == INCOMPARABLE


def test_a_missing_month_makes_the_year_incomplete(plan: Plan) -> None:
    cell = cell_of(plan, "2018-03", FLOWS, "building", "cases_filed")
    assert cell.current == reported("2")
    assert cell.ytd == Amount(Decimal(3), AmountStatus.INCOMPLETE, 2, 3)  # 1 + 2, February is missing
    assert cell.previous == Amount(None, AmountStatus.MISSING, 0, 1)
    assert cell.month_on_month == INCOMPARABLE


def test_the_total_says_how_many_categories_are_in_it(plan: Plan) -> None:
    total = cell_of(plan, "2018-03", FLOWS, TOTAL, "cases_filed")
    assert total.current == Amount(Decimal(7), AmountStatus.INCOMPLETE, 2, 7)  # 5 + 2
    # 15 + 3 = 18; only 食品药品's year is complete.
    assert total.ytd == Amount(Decimal(18), AmountStatus.INCOMPLETE, 1, 7)
    assert total.previous == Amount(Decimal(6), AmountStatus.INCOMPLETE, 1, 7)


def test_a_category_that_never_reported_is_missing_not_zero(plan: Plan) -> None:
    cell = cell_of(plan, "2018-03", FLOWS, "tobacco", "cases_filed")
    assert cell.current == Amount(None, AmountStatus.MISSING, 0, 1)
    assert cell.ytd == Amount(None, AmountStatus.MISSING, 0, 3)


def test_stocks_are_not_added_over_time(plan: Plan) -> None:
    figures = [
        figure("2018-01", "tobacco", "cases_open_at_start", "8"), figure("2018-01", "tobacco", "cases_pending", "9"),
        figure("2018-02", "tobacco", "cases_open_at_start", "9"), figure("2018-02", "tobacco", "cases_pending", "12"),
    ]  # fmt: skip
    opening = cell_of(plan, "2018-02", figures, "tobacco", "cases_open_at_start")
    closing = cell_of(plan, "2018-02", figures, "tobacco", "cases_pending")
    assert (opening.current, opening.ytd) == (reported("9"), reported("8"))  # the year's opening is January's
    assert (closing.current, closing.ytd) == (reported("12"), reported("12"))  # the year's closing is February's
    assert pct(closing.month_on_month) == "33.3"  # (12 − 9) / 9


def test_stocks_add_across_categories(plan: Plan) -> None:
    figures = [figure("2018-01", one.code, "cases_pending", str(one.number)) for one in plan.categories]
    assert cell_of(plan, "2018-01", figures, TOTAL, "cases_pending").current == reported("28", 7)  # 1 + … + 7


def test_memo_indicators_and_extras_have_no_total(plan: Plan) -> None:
    totals = {one.indicator for one in compile_cells(plan, Period("2018-01"), []) if one.category == TOTAL}
    extras = {one.code for rows in plan.form.extras.values() for one in rows}
    assert totals == {one.code for one in plan.form.indicators} - {"markets_inspected", "key_areas_rectified"}
    assert not totals & extras


def test_every_category_has_its_cells_and_no_others(plan: Plan) -> None:
    cells = compile_cells(plan, Period("2018-01"), [])
    # 28 indicators × 7 categories + 26 totals + 18 extras
    assert len(cells) == 28 * 7 + 26 + sum(map(len, plan.form.extras.values()))
    assert len({(one.category, one.indicator) for one in cells}) == len(cells)
    assert all(one.current.value is None for one in cells)


def test_january_looks_back_across_the_year(plan: Plan) -> None:
    figures = [figure(key, "tobacco", "cases_filed", value)
               for key, value in (("2017-01", "2"), ("2017-12", "5"), ("2018-01", "4"))]  # fmt: skip
    cell = cell_of(plan, "2018-01", figures, "tobacco", "cases_filed")
    assert pct(cell.month_on_month) == "-20.0"  # 4 against December's 5
    assert pct(cell.year_on_year) == "100.0"  # 4 against 2
    assert cell.ytd == reported("4")
    assert pct(cell.ytd_year_on_year) == "100.0"
    assert cell.ytd_previous.value == 0


def test_the_year_to_date_against_last_years(plan: Plan) -> None:
    months = {"2017-01": "10", "2017-02": "30", "2018-01": "20", "2018-02": "25"}
    figures = [figure(key, "tobacco", "goods_value", value) for key, value in months.items()]
    cell = cell_of(plan, "2018-02", figures, "tobacco", "goods_value")
    assert pct(cell.ytd_year_on_year) == "12.5"  # 45 against 40
    assert pct(cell.year_on_year) == "-16.7"  # 25 against 30


def test_a_zero_return_is_a_confirmed_zero(plan: Plan) -> None:
    figures = [figure("2018-01", "tobacco", "cases_filed", "0", zero=True)]
    cell = cell_of(plan, "2018-01", figures, "tobacco", "cases_filed")
    assert cell.current == cell.ytd == Amount(Decimal(0), AmountStatus.ZERO, 1, 1)


def test_a_complete_total_compares(plan: Plan) -> None:
    figures = [figure(key, one.code, "cases_filed", str(value * one.number))
               for key, value in (("2018-01", 1), ("2018-02", 2)) for one in plan.categories]  # fmt: skip
    total = cell_of(plan, "2018-02", figures, TOTAL, "cases_filed")
    assert (total.current, total.ytd) == (reported("56", 7), reported("84", 7))  # 2 × 28, and + 28
    assert pct(total.month_on_month) == "100.0"
