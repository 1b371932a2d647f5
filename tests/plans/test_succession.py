"""Plans that follow one another: what a later one may and must say of those before it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from changing_plans import MONTH_ENDS, OF_2018, before_november, from_november, load_three
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.period import Period
from townreturn.plans import load_plan, load_plan_book
from written_plans import CUTOFF, valid, write_plan

Changes = tuple[tuple[str, str], ...]
UNIT = "  - {code: gongan, name: 镇公安分局}\n"
TOBACCO = "    name: 烟草制品\n"


def refuse(load: Callable[[], object]) -> str:
    with pytest.raises(ConfigurationFault) as refusal:
        load()
    return str(refusal.value)


def book_of(folder: Path, *plans: Changes) -> list[str]:
    return [str(write_plan(folder, *changes, name=f"{place}.yaml")) for place, changes in enumerate(plans)]


def succeeding(codes: str) -> tuple[str, str]:
    return UNIT, f"  - {{code: gongan, name: 镇公安分局, succeeds: [{codes}]}}\n"


def test_three_plans_of_two_years(tmp_path: Path) -> None:
    book = load_three(tmp_path)
    successor = book.plans[1].unit_by_code["shijian"]
    assert successor.succeeds == ("shiyaojian", "gongshang")
    assert book.in_force(Period("2018-10")).lead_of("food_drug").name == "镇食药监分局"
    assert book.in_force(Period("2018-11")).lead_of("food_drug") == successor
    assert [one.code for one in book.plans[1].categories_reported_by("shijian")] == ["food_drug", "ecommerce", "beauty"]


def test_a_successor_of_a_unit_that_no_earlier_plan_has(tmp_path: Path) -> None:
    second: Changes = ((OF_2018, "code: second\n"), valid("2019-01", "2019-12"), succeeding("zhijian"))
    assert refuse(lambda: load_plan_book([*book_of(tmp_path, second), "qingxi-2018"])) == (
        "方案 second 写明镇公安分局承接“zhijian”的工作，但 TOWNRETURN_PLAN 列出的更早的方案里没有这个单位代码"
    )
    assert "镇公安分局承接“zhijian”" in refuse(lambda: load_plan_book(book_of(tmp_path, second)))


def test_a_successor_of_a_unit_of_a_later_plan(tmp_path: Path) -> None:
    """镇市场监督管理分局 comes in November: nobody can have gone on with its work before."""
    first = (*before_november(), succeeding("shijian"))
    assert "方案 qingxi-2018 写明镇公安分局承接“shijian”" in refuse(
        lambda: load_plan_book(book_of(tmp_path, first, from_november()))
    )


def test_a_unit_of_two_plans_ago_may_be_succeeded(tmp_path: Path) -> None:
    third = tuple(one for one in from_november() if not one[0].startswith(("code:", "validity:")))
    names = book_of(
        tmp_path, before_november(), from_november(),
        (*third, (OF_2018, "code: third\n"), valid("2019-01", "2019-12")),
    )  # fmt: skip
    assert load_plan_book(names).plans[2].unit_by_code["shijian"].succeeds == ("shiyaojian", "gongshang")


@pytest.mark.parametrize("code", ["yancao", "gongan"])
def test_a_unit_that_is_still_there_has_no_successor(tmp_path: Path, code: str) -> None:
    told = refuse(lambda: load_plan(str(write_plan(tmp_path, succeeding(code)))))
    assert f"units.6.succeeds.0 的值不对（“{code}”是本方案自己的单位，不能写成被承接的单位）" in told


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("2019-01", "2019-01 晚于本方案的末期 2018-12"),
        ("2018-13", "报告期“2018-13”不对"),
        ("2018年11月", "报告期“2018年11月”不对"),
    ],
)
def test_a_scope_that_begins_when_the_plan_has_ended(tmp_path: Path, key: str, sentence: str) -> None:
    path = write_plan(tmp_path, (TOBACCO, f"{TOBACCO}    comparable_from: {key}\n"))
    told = refuse(lambda: load_plan(str(path)))
    assert "categories.2.comparable_from 的值不对" in told
    assert sentence in told


@pytest.mark.parametrize("key", ["2018-12", "2018-01", "2016-07"])
def test_a_scope_that_began_within_the_plan_or_before_it(tmp_path: Path, key: str) -> None:
    path = write_plan(tmp_path, (TOBACCO, f"{TOBACCO}    comparable_from: {key}\n"))
    assert load_plan(str(path)).category_by_code["tobacco"].comparable_from == key


def of_2019(*changes: tuple[str, str]) -> Changes:
    return ((OF_2018, "code: qingxi-2019\n"), valid("2019-01", "2019-12"), *changes)


def cutoff(text: str) -> tuple[str, str]:
    return CUTOFF, f"  cutoff: {text}\n"


DUE_ON_THE_SIXTH = ("due: {month_offset: 1, day: 1}", "due: {month_offset: 1, day: 6}")


def test_another_cutoff_has_to_name_the_one_before(tmp_path: Path) -> None:
    names = ["qingxi-2018", *book_of(tmp_path, of_2019(cutoff("month_end"), DUE_ON_THE_SIXTH))]
    assert refuse(lambda: load_plan_book(names)) == (
        "方案 qingxi-2019 与方案 qingxi-2018 的截止日不同，2018-01 在两个方案中的最后一天不一样。"
        "请在方案 qingxi-2019 的 calendar 中写明以前的截止日：earlier_cutoffs: [{until: 2018-12, cutoff: 25}]"
    )


def test_what_the_refusal_says_is_what_helps(tmp_path: Path) -> None:
    second = of_2019(MONTH_ENDS, DUE_ON_THE_SIXTH)
    third = (
        (OF_2018, "code: qingxi-2020\n"), valid("2020-01", "2020-12"), cutoff("20"),
    )  # fmt: skip
    names = ["qingxi-2018", *book_of(tmp_path, second, third)]
    told = refuse(lambda: load_plan_book(names))
    entries = told.partition("earlier_cutoffs: ")[2]
    assert entries == "[{until: 2018-12, cutoff: 25}, {until: 2019-12, cutoff: month_end}]"
    helped = (*third[:2], cutoff(f"20\n  earlier_cutoffs: {entries}"))
    names = ["qingxi-2018", *book_of(tmp_path, second, helped)]
    calendar = load_plan_book(names).calendar
    assert calendar.uneven_periods == (Period("2019-01"), Period("2020-01"))
    assert (calendar.first_day(Period("2020-01")), calendar.last_day(Period("2020-01"))) == (
        date(2020, 1, 1), date(2020, 1, 20)
    )  # fmt: skip


def test_a_plan_that_names_an_earlier_cutoff_that_was_another(tmp_path: Path) -> None:
    wrong = cutoff("month_end\n  earlier_cutoffs: [{until: 2018-12, cutoff: 20}]")
    names = ["qingxi-2018", *book_of(tmp_path, of_2019(wrong, DUE_ON_THE_SIXTH))]
    assert "earlier_cutoffs: [{until: 2018-12, cutoff: 25}]" in refuse(lambda: load_plan_book(names))


def test_equal_cutoffs_need_not_be_named(tmp_path: Path) -> None:
    book = load_plan_book(["qingxi-2018", *book_of(tmp_path, of_2019())])
    assert book.calendar.uneven_periods == ()


@pytest.mark.parametrize(
    ("entries", "key", "sentence"),
    [
        ("{until: 2019-01, cutoff: 25}", "earlier_cutoffs.0.until", "都早于本方案的首期"),
        ("{until: 2018-12, cutoff: 20}, {until: 2018-06, cutoff: 25}", "earlier_cutoffs.0.until", "由早到晚"),
        ("{until: 2018-12, cutoff: 20}, {until: 2018-12, cutoff: 25}", "earlier_cutoffs.0.until", "由早到晚"),
        ("{until: 2018-06, cutoff: 20}, {until: 2018-9, cutoff: 25}", "earlier_cutoffs.1.until", "报告期“2018-9”不对"),
        ("{until: 2018-12, cutoff: 30}", "earlier_cutoffs.0.cutoff", "1–28"),
        ("{cutoff: 25}", "earlier_cutoffs.0.until", "缺少键"),
    ],
)
def test_wrong_earlier_cutoffs_name_their_key(tmp_path: Path, entries: str, key: str, sentence: str) -> None:
    text = cutoff(f"month_end\n  earlier_cutoffs: [{entries}]")
    told = refuse(lambda: load_plan(str(write_plan(tmp_path, *of_2019(text, DUE_ON_THE_SIXTH)))))
    assert f"calendar.{key}" in told
    assert sentence in told


def test_over_a_change_of_cutoff_no_day_is_in_two_periods_or_in_none(tmp_path: Path) -> None:
    book = load_three(tmp_path)
    december, january = Period("2018-12"), Period("2019-01")
    old, new = book.in_force(december).calendar, book.in_force(january).calendar
    assert old.last_day(december) == new.last_day(december) == date(2018, 12, 25)
    assert (new.first_day(january), new.last_day(january)) == (date(2018, 12, 26), date(2019, 1, 31))
    assert new.start(january) == old.end(december) == datetime(2018, 12, 25, 16, tzinfo=UTC)
    assert new.due_at(january) == datetime(2019, 2, 5, 16, tzinfo=UTC)
    assert old.due_at(december) == datetime(2018, 12, 31, 16, tzinfo=UTC), "a due rule is its own plan's"
    assert new.first_day(Period("2019-02")) == date(2019, 2, 1)


def test_a_cutoff_that_changes_where_both_are_the_same_day_makes_no_other_length(tmp_path: Path) -> None:
    """February 2019 ends on the 28th by either."""
    first: Changes = (valid("2018-01", "2019-02"), cutoff("28"), ("due: {month_offset: 1", "due: {month_offset: 2"))
    second: Changes = (
        (OF_2018, "code: second\n"), valid("2019-03", "2019-12"), DUE_ON_THE_SIXTH,
        cutoff("month_end\n  earlier_cutoffs: [{until: 2019-02, cutoff: 28}]"),
    )  # fmt: skip
    assert load_plan_book(book_of(tmp_path, first, second)).calendar.uneven_periods == ()
