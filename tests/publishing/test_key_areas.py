"""Key areas in the briefing: how each stood period by period, and what is said of them."""

from dataclasses import replace

import pytest

from townreturn.domain.areas import AreaStatus, KeyArea
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.domain.trend import Series, Trend
from townreturn.publishing.area_rows import periods_of
from townreturn.publishing.area_sentences import list_works, say_areas
from townreturn.publishing.area_table import draw_areas, list_table_notes

# Of January food_drug and tobacco are known, of February food_drug only.
TREND = Trend(
    ("2018-01", "2018-02"),
    (Series("food_drug", "cases_filed", (1, None)), Series("food_drug", "cases_closed", (None, 2)),  # type: ignore[arg-type]
     Series("tobacco", "cases_filed", (3, None)), Series("building", "cases_filed", (1, 1))),  # type: ignore[arg-type]
)  # fmt: skip


def before(period: str, category: str, unit: str, name: str, status: str) -> AreaStatus:
    return AreaStatus(period, category, unit, name, "重点区域", status)


def now(category: str, unit: str, name: str, status: str, work: str = "") -> ReturnEntry:
    values = {"name": name, "nature": "重点市场", "status": status, "work": work}
    return ReturnEntry("key_areas", category, unit, values)


@pytest.fixture(scope="module")
def with_areas(town_return: TownReturn) -> TownReturn:
    """食药监: 北环市场 goes on under a name spaced otherwise, 上元村 is told no more though not done, 三中路 was done.
    烟草: 五金城 comes back, 物流园 is done and new. 建材, of which nothing is in, had 建材城.
    """
    areas = (
        before("2018-01", "food_drug", "shiyaojian", "北环 市场", "整治中"),
        before("2018-01", "food_drug", "shiyaojian", "三中路", "已整治"),
        before("2018-01", "tobacco", "yancao", "五金城", "已整治"),
        before("2018-01", "building", "zhujian", "建材城", "整治中"),
        before("2018-02", "food_drug", "shiyaojian", "上元村", "反弹"),
    )
    entries = (
        now("tobacco", "yancao", "五金城", "反弹"),
        now("food_drug", "shiyaojian", "北环市场", "整治中", "查处３户"),
        now("tobacco", "yancao", "物流园", "已整治"),
    )
    return replace(town_return, areas=areas, entries=entries, trend=TREND)


def test_an_area_is_a_row_and_a_period_a_column(with_areas: TownReturn, plan: Plan) -> None:
    table = draw_areas(with_areas, plan)
    assert table.heads == ["区域或市场", "性质", "报送单位", "1月", "2月", "3月"]
    assert table.rows == [
        ["北环市场", "重点市场", "镇食药监分局", "整治中", "—", "整治中"],
        ["三中路", "重点区域", "镇食药监分局", "已整治", "—", "—"],
        ["上元村", "重点区域", "镇食药监分局", "—", "反弹", "—"],
        ["建材城", "重点区域", "镇住建局", "整治中", "—", "未报"],
        ["五金城", "重点市场", "市烟草专卖局第五分局", "已整治", "未报", "反弹"],
        ["物流园", "重点市场", "市烟草专卖局第五分局", "—", "未报", "已整治"],
    ]
    assert [one.text[:3] for one in list_table_notes(with_areas, plan)] == ["—：该", "未报："]


def test_what_changed_is_said(with_areas: TownReturn, plan: Plan) -> None:
    assert say_areas(with_areas, plan).text == (
        "本期报送整治情况3处：整治中1处、反弹1处、已整治1处。"
        "其中本期新报1处：物流园（市烟草专卖局第五分局）。"
        "本期完成整治1处：物流园（市烟草专卖局第五分局）。"
        "出现反弹1处：五金城（市烟草专卖局第五分局）。"
        "以前报送过、尚未整治完毕，本期没有更新的1处：上元村（镇食药监分局）。"
        "因牵头单位本期未报，情况不明的1处：建材城（镇住建局）。"
    )


def test_the_units_own_words_are_quoted_by_unit(with_areas: TownReturn, plan: Plan) -> None:
    told = [one.text for one in list_works(with_areas, plan)]
    assert told[1] == "镇食药监分局（食品药品保健品）：北环市场（重点市场，整治中）：查处３户。"


def test_the_areas_of_the_plan_come_first_and_are_missed(with_areas: TownReturn, plan: Plan) -> None:
    """五金城 is found in tobacco only; nobody has told of 大利市场, nor building of 五金城."""
    named = (
        KeyArea("大利市场", "警示市场"),
        KeyArea("五 金 城", "警示区域", category="tobacco"),
        KeyArea("五金城", category="building"),
    )
    planned = replace(plan, key_areas=named)
    rows = draw_areas(with_areas, planned).rows
    assert rows[:3] == [
        ["大利市场", "警示市场", "—", "—", "—", "—"],
        ["五 金 城", "警示区域", "市烟草专卖局第五分局", "已整治", "未报", "反弹"],
        ["五金城", "", "镇住建局", "—", "—", "未报"],
    ]
    assert len(rows) == 8
    assert say_areas(with_areas, planned).text.endswith(
        "工作方案列明、尚无单位报送的2处：大利市场、五金城（镇住建局）。"
    )


def test_one_area_of_two_categories_is_two_rows(with_areas: TownReturn, plan: Plan) -> None:
    both = (now("food_drug", "shiyaojian", "农贸市场", "整治中"), now("tobacco", "yancao", "农贸市场", ""))
    rows = draw_areas(replace(with_areas, areas=(), entries=both), plan).rows
    assert [(row[2], row[-1]) for row in rows] == [("镇食药监分局", "整治中"), ("市烟草专卖局第五分局", "未注明")]


def test_a_report_that_has_an_area_twice_is_shown_as_it_is(with_areas: TownReturn, plan: Plan) -> None:
    twice = (now("tobacco", "yancao", "五金城", "整治中"), now("tobacco", "yancao", "五金城", "反弹"))
    told = replace(with_areas, areas=(), entries=twice)
    assert [row[-1] for row in draw_areas(told, plan).rows] == ["整治中、反弹"]
    assert "出现反弹1处：五金城" in say_areas(told, plan).text
    assert "新报" not in say_areas(told, plan).text, "nothing is known of earlier periods"


def test_half_a_year_is_shown(with_areas: TownReturn, plan: Plan) -> None:
    earlier = tuple(before(f"2017-{month:02}", "tobacco", "yancao", "五金城", "整治中") for month in range(1, 13))
    told = replace(with_areas, areas=earlier + with_areas.areas)
    assert periods_of(told) == [
        "2017-10", "2017-11", "2017-12", "2018-01", "2018-02", "2018-03",
    ]  # fmt: skip
    assert draw_areas(told, plan).heads[3:5] == ["2017年10月", "2017年11月"]


def test_what_was_told_only_before_half_a_year_is_counted(with_areas: TownReturn, plan: Plan) -> None:
    """东山村 was never done, 西山村 was; neither has a row any more."""
    months = [before(f"2017-{month:02}", "tobacco", "yancao", "五金城", "整治中") for month in range(9, 13)]
    long_ago = [
        before("2017-08", "food_drug", "shiyaojian", name, status)
        for name, status in (("东山村", "整治中"), ("西山村", "已整治"))
    ]
    told = replace(with_areas, areas=(*long_ago, *months, *with_areas.areas))
    assert {"东山村", "西山村"}.isdisjoint(row[0] for row in draw_areas(told, plan).rows)
    assert say_areas(told, plan).text.endswith(
        "另有1处在表列各月以前报送过、尚未整治完毕，一直没有更新，不再逐一列出。"
    )


def test_of_many_areas_five_are_named(with_areas: TownReturn, plan: Plan) -> None:
    many = tuple(before("2018-02", "food_drug", "shiyaojian", f"{name}村", "整治中") for name in "甲乙丙丁戊己")
    text = say_areas(replace(with_areas, areas=many), plan).text
    unit = "村（镇食药监分局）"
    assert f"没有更新的6处：甲{unit}、乙{unit}、丙{unit}、丁{unit}、戊{unit}等。" in text


def test_a_unit_that_leads_two_categories_means_one_place_by_one_name(with_areas: TownReturn, plan: Plan) -> None:
    """镇经科信局 told of 商业街 under 儿童用品 in February, and of it under 家用电器 now: neither new nor forgotten."""
    areas = (before("2018-02", "children", "jingkexin", "商业街", "整治中"),)
    entries = (now("appliances", "jingkexin", "商业街", "反弹"),)
    told = replace(with_areas, areas=areas, entries=entries)
    assert say_areas(told, plan).text == (
        "本期报送整治情况1处：反弹1处。出现反弹1处：商业街（镇经科信局，家用电器（含小家电））。"
    )
    assert [row[2] for row in draw_areas(told, plan).rows] == [
        "镇经科信局，儿童用品",
        "镇经科信局，家用电器（含小家电）",
    ]


def test_nothing_told_is_said(town_return: TownReturn, plan: Plan) -> None:
    assert say_areas(town_return, plan).text == "本期各单位没有报送重点区域和市场的整治情况。"
    assert draw_areas(town_return, plan).rows == []
