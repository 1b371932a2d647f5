"""Texts of units as sentences, and the sentences on how units reported and how good the figures are."""

from dataclasses import replace

import pytest

from townreturn.domain.obligation import Timeliness
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing.prose import plain
from townreturn.publishing.reporting_sentences import list_quality, say_reporting
from townreturn.publishing.sentences import end_sentence, say_entry
from townreturn.publishing.texts import count_lines, one_line, split_text


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
    assert found[1].text == (
        "26项合计指标中，环比不可比26项（本期或对比期的数据不完整），同比不可比26项（对比期没有数据）。"
    )
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
    assert say_entry(plan, entry).text == "立案：是否并案？"


def test_a_case_is_told_by_its_particulars_then_its_story(town_return: TownReturn, plan: Plan) -> None:
    [case] = town_return.entries_of("key_cases", "tobacco")
    assert say_entry(plan, case).text == (
        "“3·12”非法经营卷烟案（查处日期：2018-03-12，地点：清溪镇三中村，涉案商品：卷烟，货值862.4万元，大案要案，移送）："
        + "联合公安分局在物流仓库查获假冒卷烟，现场控制嫌疑人4名，案件已移送公安机关。" * 3
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"title": "甲案", "large": "否", "stage": "在查"}, "甲案（在查）。"),
        ({"title": "甲案", "large": "不清楚", "value": "约3"}, "甲案（货值（万元）：约3）。"),
        ({"title": "甲案", "large": "是"}, "甲案（大案要案）。"),
        ({"title": "", "summary": "查获一批。"}, "查获一批。"),
        ({"title": "甲案。"}, "甲案。"),
    ],
)
def test_what_is_empty_or_a_no_is_left_out(plan: Plan, values: dict[str, str], told: str) -> None:
    assert say_entry(plan, ReturnEntry("key_cases", "tobacco", "yancao", values)).text == told
