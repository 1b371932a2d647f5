"""What a report is held against after a change of plan: a category's past runs on, beyond a break there is none."""

from decimal import Decimal

import pytest

from changing_plans import load_three
from judged_reports import RULES, codes, past
from townreturn.domain.breaks import find_breaks
from townreturn.domain.history import History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook

NOVEMBER, JANUARY = Period("2018-11"), Period("2019-01")
BALANCES = ("cases_open_at_start", "cases_pending")
OPENING = "OPENING_DIFFERS_FROM_LAST"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PlanBook:
    return load_three(tmp_path_factory.mktemp("plans"))


def found(book: PlanBook, category: str, period: Period, history: History, **figures: int) -> list[str]:
    plan = book.in_force(period)
    kept = history.within(find_breaks(book.plans), period, BALANCES)
    return codes(plan, figures, kept, category=category, period=period, rules=RULES / "edition-2018")


def test_a_successor_has_to_open_with_what_its_predecessor_closed_with(book: PlanBook) -> None:
    before = past(book.plans[0], "ecommerce", {1: {"cases_pending": 7}}, only=["cases_pending"])
    assert before.value("ecommerce", "cases_pending", 1) == 7
    assert found(book, "ecommerce", NOVEMBER, before, cases_open_at_start=6, cases_pending=6) == [OPENING]
    assert found(book, "ecommerce", NOVEMBER, before, cases_open_at_start=7, cases_pending=7) == []


def test_a_successor_is_asked_about_a_change_from_its_predecessors_figure(book: PlanBook) -> None:
    before = past(book.plans[0], "ecommerce", {1: {"complaints_received": 100}}, only=["complaints_received"])
    assert found(book, "ecommerce", NOVEMBER, before, complaints_received=131) == ["CHANGE_BEYOND_30"]
    assert found(book, "ecommerce", NOVEMBER, before, complaints_received=130) == []


def test_a_unit_is_not_judged_by_the_spread_of_the_one_before(book: PlanBook) -> None:
    """Six months of 镇工商分局 at 100, then one at 125: by its own past an outlier, of its successor not."""
    steady = {back: {"complaints_received": 100} for back in range(1, 7)} | {1: {"complaints_received": 125}}
    own = past(book.plans[0], "ecommerce", steady, unit="shijian", only=["complaints_received"])
    others = past(book.plans[0], "ecommerce", steady, unit="gongshang", only=["complaints_received"])
    assert found(book, "ecommerce", NOVEMBER, own, complaints_received=155) == ["OUTLIER"]
    assert found(book, "ecommerce", NOVEMBER, others, complaints_received=155) == []
    assert others.own("ecommerce", "complaints_received", "shijian") == []


def test_a_category_of_another_scope_is_held_against_nothing_from_before(book: PlanBook) -> None:
    """Cases may have come with the scope: neither the balance nor the thirty per cent are asked about."""
    before = past(
        book.plans[0], "tobacco", {1: {"cases_pending": 7, "complaints_received": 100}},
        only=["cases_pending", "complaints_received"],
    )  # fmt: skip
    figures = {"cases_open_at_start": 9, "cases_pending": 9, "complaints_received": 300}
    assert found(book, "tobacco", NOVEMBER, before, **figures) == []
    assert found(book, "tobacco", NOVEMBER.next, before, **figures) == [OPENING, "CHANGE_BEYOND_30"][::-1]


def test_an_older_report_is_not_held_against_an_opening_of_the_new_scope(book: PlanBook) -> None:
    following = {("tobacco", "cases_open_at_start"): {-1: PastFigure(Decimal(9), "yancao")}}
    october = Period("2018-10")
    figures = {"cases_open_at_start": 7, "cases_pending": 7}
    assert found(book, "tobacco", october, History(following), **figures) == []
    same = {("building", "cases_open_at_start"): {-1: PastFigure(Decimal(9), "zhujian")}}
    assert found(book, "building", october, History(same), **figures) == ["NEXT_OPENING_DIFFERS"]


def test_in_a_period_of_another_length_balances_go_on_and_nothing_else_is_compared(book: PlanBook) -> None:
    """26 December to 31 January: a fifth more days."""
    only = ["cases_pending", "complaints_received"]
    before = past(book.plans[1], "building", {1: {"cases_pending": 7, "complaints_received": 100}}, only=only)
    kept = before.within(find_breaks(book.plans), JANUARY, BALANCES)
    assert kept.value("building", "complaints_received", 1) is None
    assert kept.value("building", "cases_pending", 1) == 7
    a_year_on = before.within(find_breaks(book.plans), Period("2019-03"), BALANCES)
    assert a_year_on.value("building", "complaints_received", 1) == 100


def test_what_is_published_of_the_period_itself_stays(book: PlanBook) -> None:
    published = {("tobacco", "cases_filed"): Decimal(3)}
    assert History({}, published).within(find_breaks(book.plans), NOVEMBER, BALANCES).published == published
