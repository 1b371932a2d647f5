"""Figures over a change of plan. Every expected number was worked out by hand from these:

cases_filed of category number n a month: n in 2017, 2n until 2018-10, 3n in 2018-11, 4n in 2018-12, 5n in
2019, 6n in 2020. Categories 1–7 until 2018-10, 8 besides from 2018-11, 6 no more from 2019-01.
1+…+7 = 28, 1+…+8 = 36, without 6 it is 30.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from changing_plans import load_three
from townreturn.compiling import compile_cells
from townreturn.domain.breaks import Break, BreakKind, breaks_around, find_breaks, tell_breaks
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Change, ChangeStatus, ReturnCell
from townreturn.store.reports import StoredFigure

INCOMPARABLE = Change(ChangeStatus.INCOMPARABLE)
TIMES = {"2017": 1, "2018": 2, "2019": 5, "2020": 6} | {"2018-11": 3, "2018-12": 4}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PlanBook:
    return load_three(tmp_path_factory.mktemp("plans"))


def numbers(period: Period) -> dict[str, int]:
    """The categories that report in a period, with their numbers."""
    codes = ("food_drug", "building", "tobacco", "agricultural", "children", "appliances", "ecommerce", "beauty")
    of_period = {code: number for number, code in enumerate(codes, start=1)}
    gone = {"beauty"} if period < Period("2018-11") else {"appliances"} if period >= Period("2019-01") else set()
    return {code: number for code, number in of_period.items() if code not in gone}


def figures(indicator: str = "cases_filed") -> list[StoredFigure]:
    return [
        StoredFigure(
            one.key,
            code,
            indicator,
            Decimal(number * (TIMES.get(one.key) or TIMES[str(one.year)])),
            is_zero_return=False,
        )
        for one in periods_between(Period("2017-01"), Period("2020-12"))
        for code, number in numbers(one).items()
    ]


def cell(
    book: PlanBook, period: str, category: str, indicator: str = "cases_filed", plan: Plan | None = None
) -> ReturnCell:
    one = Period(period)
    in_force = plan or book.find(one) or book.plans[-1]
    cells = compile_cells(in_force, one, figures(indicator), breaks_around(book, one))
    (found,) = [each for each in cells if (each.category, each.indicator) == (category, indicator)]
    return found


def changes(one: ReturnCell) -> list[str | None]:
    """环比, 同比 and 累计同比; None where they are 不可比."""
    told = (one.month_on_month, one.year_on_year, one.ytd_year_on_year)
    assert all(change.status in (ChangeStatus.RATIO, ChangeStatus.INCOMPARABLE) for change in told)
    return [None if change.pct is None else str(change.pct) for change in told]


def amount(value: int, status: AmountStatus, reported: int, expected: int) -> Amount:
    return Amount(Decimal(value), status, reported, expected)


def test_a_figure_runs_on_where_another_unit_leads_the_category(book: PlanBook) -> None:
    """1 goes from 镇食药监分局 to its successor, 5 from one unit to another that was there before."""
    food, children = (cell(book, "2018-11", one) for one in ("food_drug", "children"))
    assert food.current == amount(3, AmountStatus.REPORTED, 1, 1)
    assert food.ytd == amount(23, AmountStatus.REPORTED, 11, 11)  # 10 × 2 + 3
    assert changes(food) == ["50.0", "200.0", "109.1"]  # 3 to 2; 3 to 1; 23 to 11: 12/11 = 109.09…
    assert children.ytd == amount(115, AmountStatus.REPORTED, 11, 11)  # 10 × 10 + 15
    assert changes(children) == ["50.0", "200.0", "109.1"]


def test_another_scope_is_not_compared_with_the_one_before(book: PlanBook) -> None:
    november, december = cell(book, "2018-11", "tobacco"), cell(book, "2018-12", "tobacco")
    assert november.current == amount(9, AmountStatus.REPORTED, 1, 1)
    assert november.previous.value == 6, "what was not compared with stands there all the same"
    assert changes(november) == [None, None, None]
    assert december.current.value == 12
    assert changes(december) == ["33.3", None, None]  # 12 to 9; December 2017 has the other scope


def test_a_year_to_date_over_two_scopes_is_told_and_marked(book: PlanBook) -> None:
    november, december = cell(book, "2018-11", "tobacco"), cell(book, "2018-12", "tobacco")
    assert november.ytd == amount(69, AmountStatus.CHANGED_SCOPE, 11, 11)  # 10 × 6 + 9
    assert december.ytd == amount(81, AmountStatus.CHANGED_SCOPE, 12, 12)  # 69 + 12
    assert december.ytd_previous == november.ytd
    assert november.ytd_year_ago == amount(33, AmountStatus.REPORTED, 11, 11), "all of 2017 has one scope"
    assert cell(book, "2018-10", "tobacco").ytd == amount(60, AmountStatus.REPORTED, 10, 10)


def test_a_scope_is_comparable_again_when_both_sides_have_it(book: PlanBook) -> None:
    october, november, december = (cell(book, f"2019-{month}", "tobacco") for month in (10, 11, 12))
    assert october.year_on_year == INCOMPARABLE
    assert str(november.year_on_year.pct) == "66.7"  # 15 to 9
    assert str(december.year_on_year.pct) == "25.0"  # 15 to 12
    assert december.ytd == amount(180, AmountStatus.REPORTED, 12, 12)
    assert december.ytd_year_on_year == INCOMPARABLE, "last year's sum is of two scopes"


def test_a_new_category_has_no_past_and_never_jumps_from_nothing(book: PlanBook) -> None:
    november, december = cell(book, "2018-11", "beauty"), cell(book, "2018-12", "beauty")
    assert november.current == amount(24, AmountStatus.REPORTED, 1, 1)
    assert november.previous == Amount(None, AmountStatus.MISSING, 0, 1)
    assert november.ytd == amount(24, AmountStatus.INCOMPLETE, 1, 11)
    assert changes(november) == [None, None, None]
    assert changes(december) == ["33.3", None, None]  # 32 to 24
    assert changes(cell(book, "2019-10", "beauty"))[1:] == [None, None]
    assert changes(cell(book, "2019-11", "beauty"))[1:] == [
        "66.7",
        None,
    ]  # 40 to 24; 2018's sum has one month of eleven


def test_a_total_is_not_compared_with_one_of_other_categories_or_scopes(book: PlanBook) -> None:
    november, december = cell(book, "2018-11", TOTAL), cell(book, "2018-12", TOTAL)
    assert november.current == amount(108, AmountStatus.REPORTED, 8, 8)  # 3 × 36
    assert november.ytd == amount(668, AmountStatus.INCOMPLETE, 7, 8)  # 20 × 28 + 3 × 36; 8 lacks ten months
    assert changes(november) == [None, None, None]
    assert december.current == amount(144, AmountStatus.REPORTED, 8, 8)  # 4 × 36
    assert changes(december) == ["33.3", None, None]  # 144 to 108, the same eight categories


def test_a_total_without_a_category_that_was_given_up(book: PlanBook) -> None:
    """6 is no more: December's total of the seven others is 4 × 30 = 120, but what was published then is 144."""
    january, february = cell(book, "2019-01", TOTAL), cell(book, "2019-02", TOTAL)
    assert january.current == amount(150, AmountStatus.REPORTED, 7, 7)  # 5 × 30
    assert changes(january) == [None, None, None]
    assert february.ytd == amount(300, AmountStatus.REPORTED, 7, 7)
    assert cell(book, "2020-02", TOTAL).year_on_year == Change(ChangeStatus.RATIO, Decimal("20.0"))  # 180 to 150


def test_a_category_given_up_within_the_year_is_in_no_sum_and_the_sum_is_marked(book: PlanBook) -> None:
    second = book.plans[1]
    kept = tuple(one for one in second.categories if one.code not in ("appliances", "beauty"))
    plan = replace(second, categories=kept)
    short = PlanBook((book.plans[0], plan))
    assert find_breaks(short.plans) == (
        Break("2018-11", BreakKind.DROPPED, "appliances"), Break("2018-11", BreakKind.SCOPE, "tobacco")
    )  # fmt: skip
    total = cell(short, "2018-11", TOTAL, plan=plan)
    assert total.current == amount(66, AmountStatus.REPORTED, 6, 6)  # 3 × (28 − 6)
    assert total.ytd == amount(506, AmountStatus.CHANGED_SCOPE, 6, 6)  # 20 × 22 + 66
    assert total.previous.value == 44, "the same six; October's return says 56"
    assert changes(total) == [None, None, None]
    assert changes(cell(short, "2018-11", "food_drug", plan=plan)) == ["50.0", "200.0", "109.1"]
    sentences = [*tell_breaks(plan, find_breaks(short.plans))]
    assert sentences[0] == (
        "自2018年11月起有1个类别不再报送，合计（包括本年累计）不含这些类别，与以前的合计不作比较。"
    )  # fmt: skip


def test_balances_of_another_scope(book: PlanBook) -> None:
    """A closing balance is that of one period: its year to date is of one scope, its comparison need not be."""
    closing = cell(book, "2018-11", "tobacco", "cases_pending")
    assert closing.ytd == amount(9, AmountStatus.REPORTED, 1, 1)
    assert changes(closing) == [None, None, None]
    assert changes(cell(book, "2019-11", "tobacco", "cases_pending"))[1:] == ["66.7", "66.7"]  # 15 to 9
    opening = cell(book, "2018-11", "tobacco", "cases_open_at_start")
    assert opening.ytd == amount(6, AmountStatus.REPORTED, 1, 1), "January's, of the scope before"
    assert opening.ytd_year_on_year == Change(ChangeStatus.RATIO, Decimal("100.0")), "and so is January 2017's, 3"


def test_the_period_after_a_change_of_cutoff_compares_with_nothing(book: PlanBook) -> None:
    """2019-01 runs from 26 December to 31 January; 4.农资 has no other break."""
    told = {period: changes(cell(book, period, "agricultural"))
            for period in ("2018-12", "2019-01", "2019-02", "2019-03", "2019-12")}  # fmt: skip
    assert told == {
        "2018-12": ["33.3", "300.0", "125.0"],  # 16 to 12; 16 to 4; 80 + 12 + 16 = 108 to 48
        "2019-01": [None, None, None],
        "2019-02": [None, "150.0", None],  # 20 to 8: a month each; the sums are of 37 + 28 days and of two months
        "2019-03": ["0.0", "150.0", None],
        "2019-12": ["0.0", "25.0", None],  # 20 to 16
    }
    assert cell(book, "2019-02", "agricultural").ytd == amount(40, AmountStatus.REPORTED, 2, 2), "a sum all the same"
    assert cell(book, "2019-03", TOTAL).month_on_month == Change(ChangeStatus.RATIO, Decimal("0.0"))


def test_a_year_later_only_that_period_and_the_sums_that_hold_it_do_not_compare(book: PlanBook) -> None:
    plan = book.plans[-1]
    told = {period: changes(cell(book, period, "agricultural", plan=plan)) for period in ("2020-01", "2020-02")}
    assert told == {
        "2020-01": ["20.0", None, None],  # 24 to 20; a year ago is the long period
        "2020-02": ["0.0", "20.0", None],
    }
    assert breaks_around(book, Period("2021-01")) == ()


def test_an_indicator_of_a_new_edition_has_no_past(book: PlanBook) -> None:
    """网上执法行动 is asked from 2019-01 on; nothing is known before, and nothing is 0."""
    asked = [one for one in figures("online_actions") if one.period >= "2019-01"]
    plan = book.plans[-1]
    cells = compile_cells(plan, Period("2019-02"), asked, breaks_around(book, Period("2019-02")))
    (building,) = [one for one in cells if (one.category, one.indicator) == ("building", "online_actions")]
    assert building.current == amount(10, AmountStatus.REPORTED, 1, 1)
    assert building.ytd == amount(20, AmountStatus.REPORTED, 2, 2)
    assert building.year_ago == Amount(None, AmountStatus.MISSING, 0, 1)
    assert (building.year_on_year, building.ytd_year_on_year) == (INCOMPARABLE, INCOMPARABLE)
    within_a_year = [one for one in figures("online_actions") if one.period == "2018-11"]
    november = replace(book.plans[1], form=plan.form)
    late = compile_cells(november, Period("2018-11"), within_a_year, breaks_around(book, Period("2018-11")))
    (total,) = [one for one in late if (one.category, one.indicator) == (TOTAL, "online_actions")]
    assert total.current == amount(108, AmountStatus.REPORTED, 8, 8)
    assert total.ytd == Amount(Decimal(108), AmountStatus.INCOMPLETE, 0, 8), (
        "eight categories, each with one month of eleven"
    )
    assert (total.month_on_month, total.ytd_year_on_year) == (INCOMPARABLE, INCOMPARABLE)


def test_an_indicator_that_a_new_edition_gave_up_has_no_cell(book: PlanBook) -> None:
    cells = compile_cells(book.plans[-1], Period("2019-01"), figures("penalties_disclosed"))
    assert not [one for one in cells if one.indicator == "penalties_disclosed"]


def test_breaks_are_found_in_what_plans_say_and_make(book: PlanBook) -> None:
    assert find_breaks(book.plans) == (
        Break("2018-11", BreakKind.ADDED, "beauty"),
        Break("2018-11", BreakKind.SCOPE, "tobacco"),  # said by two plans, and one break
        Break("2019-01", BreakKind.DROPPED, "appliances"),
        Break("2019-01", BreakKind.LENGTH),
    )
    assert find_breaks(book.plans[:1]) == ()


def test_a_new_category_that_says_since_when_it_is_comparable_says_nothing_new(book: PlanBook) -> None:
    second = book.plans[1]
    dated = tuple(replace(one, comparable_from="2018-11") if one.code == "beauty" else one for one in second.categories)
    stated = find_breaks([book.plans[0], replace(second, categories=dated)])
    assert stated == find_breaks(book.plans[:2])


@pytest.mark.parametrize(
    ("period", "count"),
    [("2018-10", 0), ("2018-11", 2), ("2018-12", 2), ("2019-01", 4), ("2019-12", 4), ("2020-01", 1), ("2021-01", 0)],
)
def test_a_return_knows_the_breaks_it_reaches_across(book: PlanBook, period: str, count: int) -> None:
    """As far as last January: in 2020 only the long January 2019 is still compared with."""
    assert len(breaks_around(book, Period(period))) == count


def test_what_is_told_of_breaks(book: PlanBook) -> None:
    assert [*tell_breaks(book.plans[-1], breaks_around(book, Period("2019-01")))] == [
        "8.医疗美容产品自2018年11月起新增，没有以前的数可比；合计与新增以前的合计也不作比较。",
        "3.烟草制品自2018年11月起口径有调整，与调整以前的数不作比较，合计也不作比较；累计跨调整前后的，是两种口径之和。",
        "自2019年1月起有1个类别不再报送，合计（包括本年累计）不含这些类别，与以前的合计不作比较。",
        "2019年1月因截止日变更，报告期为 2018-12-26 至 2019-01-31，长短与其他各期不同，不与其他各期比较；"
        "含有这一期的累计也不作比较。",
    ]
