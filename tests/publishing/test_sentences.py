"""The rules by which figures become sentences."""

from dataclasses import replace
from decimal import Decimal

import pytest

from townreturn.domain.obligation import Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    AmountStatus,
    Change,
    ChangeStatus,
    Measure,
    ReturnEntry,
    TownReturn,
)
from townreturn.publishing.prose import plain
from townreturn.publishing.reporting_sentences import list_quality, say_reporting
from townreturn.publishing.sentences import (
    end_sentence,
    say_amount,
    say_category,
    say_category_ytd,
    say_change,
    say_comparisons,
    say_entry,
    say_overview,
    say_totals,
)
from townreturn.publishing.texts import count_lines, one_line, split_text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(ChangeStatus.RATIO, Decimal("12.5")), "增长12.5%"),
        (Change(ChangeStatus.RATIO, Decimal("-3.0")), "下降3.0%"),
        (Change(ChangeStatus.RATIO, Decimal("0.0")), "持平"),
        (Change(ChangeStatus.RATIO, Decimal(1900)), "增长1,900.0%"),
        (Change(ChangeStatus.ZERO_BASE), ""),
        (Change(ChangeStatus.INCOMPARABLE), ""),
    ],
)
def test_change(change: Change, sentence: str) -> None:
    assert say_change(change) == sentence


def test_amount_as_in_the_table(plan: Plan) -> None:
    money, count = plan.form.by_code["goods_value"], plan.form.by_code["cases_filed"]
    assert say_amount(Amount(Decimal("1037.88"), AmountStatus.INCOMPLETE, 6, 7), money) == "1,037.88万元"
    assert say_amount(Amount(Decimal(0), AmountStatus.REPORTED, 1, 1), count) == "0宗"
    assert say_amount(Amount(None, AmountStatus.MISSING, 0, 1), count) == "未报"


def test_overview_names_zero_returns_and_missing(town_return: TownReturn, plan: Plan) -> None:
    assert say_overview(town_return, plan).text == (
        "本期应报7类，已报6类。其中零申报1类：农资。未报1类：建材（镇住建局）；以下合计为已报6类合计，不完整。"
    )


def test_overview_of_a_complete_return(complete_return: TownReturn, plan: Plan) -> None:
    assert say_overview(complete_return, plan).text == "本期应报7类，已报7类。其中零申报1类：农资。"


def test_totals_say_how_many_categories_they_hold(
    town_return: TownReturn, complete_return: TownReturn, plan: Plan
) -> None:
    indicators = [plan.form.by_code[code] for code in ("cases_filed", "goods_value", "cases_withdrawn")]
    expected = "合计：立案11宗，涉案货值1,037.88万元。"
    assert say_totals(town_return, indicators, Measure.CURRENT).text == f"已报6类{expected}"
    assert say_totals(complete_return, indicators, Measure.CURRENT).text == f"7类{expected}"
    assert say_totals(town_return, [plan.form.by_code["markets_inspected"]], Measure.CURRENT).text == ""


def test_incomplete_year_to_date_is_said(town_return: TownReturn, plan: Plan) -> None:
    filed = [plan.form.by_code["cases_filed"]]
    # (5+3+0+1+0+2) × 3 + 7 of the incomplete category = 40
    assert say_totals(town_return, filed, Measure.YTD).text == "本年累计（7类中6类各月齐全，累计不完整）：立案40宗。"
    assert say_category_ytd(town_return, plan, "building").text.startswith("本年累计（3个月中已报2个月，累计不完整）：")


def test_categories(town_return: TownReturn, plan: Plan) -> None:
    assert say_category(town_return, plan, "building").text == "镇住建局本期未报，没有本期数据。"
    assert say_category(town_return, plan, "agricultural").text == "镇农林水务局本期零申报，各项指标均为零。"
    assert say_category(town_return, plan, "children").text == (
        "本期开展执法行动6次，出动执法人员18人次，立案1宗，涉案货值0.05万元，其余指标为零。"
    )


def test_incomparable_gives_no_sentence(town_return: TownReturn, complete_return: TownReturn, plan: Plan) -> None:
    filed = [plan.form.by_code["cases_filed"]]
    assert say_comparisons(town_return, TOTAL, filed).text == ""
    assert say_comparisons(complete_return, TOTAL, filed).text == "环比：立案增长10.0%。同比：立案下降5.5%。"


def test_reporting(town_return: TownReturn, plan: Plan) -> None:
    assert say_reporting(town_return, plan).text == (
        "本期报送截止时间为2018年3月31日23:59:59。应报7类，已报6类，其中按时5类，一次通过6类。"
        "迟报1类：互联网电子商务商品（镇工商分局）。未报1类：建材（镇住建局）。"
    )


def test_backfilled_is_not_late(town_return: TownReturn, plan: Plan) -> None:
    standings = tuple(replace(one, timeliness=Timeliness.BACKFILLED) for one in town_return.standings)
    told = say_reporting(replace(town_return, standings=standings), plan).text
    assert "补录6类" in told
    assert "迟报" not in told


def test_quality(town_return: TownReturn, complete_return: TownReturn, plan: Plan) -> None:
    found = list_quality(town_return, plan)
    assert found[0].text.startswith("建材（镇住建局）未报")
    assert found[1].text == "26项合计指标中，环比不可比26项，同比不可比26项（本期或对比期的数据不完整）。"
    assert found[2].text == "不止一次报送的有：烟草制品（市烟草专卖局第五分局）2次。"
    once = tuple(replace(one, revision=1) for one in complete_return.standings)
    assert [one.text for one in list_quality(replace(complete_return, standings=once), plan)] == [
        "各类数据齐全，没有需要说明的情况。"
    ]


def test_texts_lose_nothing_unseen() -> None:
    assert one_line("甲\r\n乙\x00\t丙 ") == "甲 乙□ 丙"
    assert "".join(split_text("中文" * 100, width=10, max_lines=3)) == "中文" * 100
    assert all(count_lines(piece, 10) <= 3 for piece in split_text("a中文字" * 99, width=10, max_lines=3))
    assert split_text("", 10, 3) == [""]


@pytest.mark.parametrize(
    ("text", "told"),
    [("查处。", "查处。"), ("查处", "查处。"), ("如何查处？", "如何查处？"), ("称“已查处。”", "称“已查处。”")],
)
def test_a_sentence_ends_in_one_stop(text: str, told: str) -> None:
    assert end_sentence(plain(text)).text == told


def test_entries_end_in_one_stop(town_return: TownReturn, plan: Plan) -> None:
    entry = ReturnEntry("explanations", "tobacco", "yancao", {"indicator": "立案。", "reason": "是否并案？"})
    assert say_entry(plan, entry).text == "立案；说明：是否并案？"
