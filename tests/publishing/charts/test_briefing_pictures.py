"""The part 附图 of the briefing: numbered captions, texts for those who do not see, and both in the twin."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Twips

from spans_of_briefing import check_spans
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.domain.trend import Trend
from townreturn.publishing.briefing import write_briefing, write_briefing_twin
from townreturn.publishing.charts.placing import compose_pictures

ISSUED_ON = date(2018, 4, 2)


def told(town_return: TownReturn, plan: Plan) -> list[str]:
    return [one.prose.text for one in compose_pictures(town_return, plan)]


def test_captions_are_numbered_and_tell_the_span(charted_return: TownReturn, plan: Plan) -> None:
    assert told(charted_return, plan)[::2] == [
        "附图",
        "图1　各类立案走势（2017年10月至2018年3月）",
        "图2　今年与去年各月立案合计（单位：宗）",
        "图3　本期各类立案、涉案货值构成（以已报各类合计为百分之百）",
        "图4　各类报送时效（2017年12月至2018年3月）",
    ]


def test_what_is_to_be_seen_is_told(charted_return: TownReturn, plan: Plan) -> None:
    assert told(charted_return, plan)[1::2] == [
        "折线图，每类一幅，2017年10月至2018年3月，缺口处为未报或免报。本期：食品药品保健品5宗、建材免报、烟草制品3宗、"
        "农资0宗、儿童用品1宗、家用电器（含小家电）0宗、互联网电子商务商品2宗。",
        "柱形图，每月两柱，先去年、后今年，空心的有类别未计入。本期合计11宗。",
        "条形图，由多到少。立案：食品药品保健品5宗、烟草制品3宗、互联网电子商务商品2宗、儿童用品1宗、农资0宗、"
        "家用电器（含小家电）0宗、建材免报。涉案货值：烟草制品1,025.33万元、食品药品保健品12.50万元、儿童用品0.05万元、"
        "农资0.00万元、家用电器（含小家电）0.00万元、互联网电子商务商品0.00万元、建材免报。",
        "方格图，每行一类，每列一期。本期：按时3类、迟报1类、退回未重报1类、未报1类、免报1类。",
    ]


def test_without_a_last_year_nobody_speaks_of_it(charted_return: TownReturn, plan: Plan) -> None:
    trend = charted_return.trend
    this_year = Trend(trend.periods[3:], tuple(replace(one, values=one.values[3:]) for one in trend.series))
    said = told(replace(charted_return, trend=this_year), plan)
    assert said[3:5] == [
        "柱形图，每月一柱，空心的有类别未计入。本期合计11宗。",
        "图2　今年各月立案合计（单位：宗）",
    ]


def test_a_first_month_shows_what_there_is(town_return: TownReturn, plan: Plan) -> None:
    assert told(town_return, plan)[::2] == [
        "附图",
        "图1　本期各类立案、涉案货值构成（以已报各类合计为百分之百）",
        "图2　各类报送时效（2018年3月）",
    ]


def test_twin_and_document_tell_the_same(charted_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_briefing(charted_return, plan, tmp_path / "b.docx", ISSUED_ON)
    write_briefing_twin(charted_return, plan, tmp_path / "b.json", ISSUED_ON)
    twin: dict[str, Any] = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert check_spans(twin) > 200
    document = Document(str(tmp_path / "b.docx"))
    pictures = document.inline_shapes
    assert [one.width for one in pictures] == [Twips(8844)] * 4  # 156 mm, as the template has it
    seen = [one["text"] for one in twin["paragraphs"] if one["style"] == "picture"]
    assert [one._inline.docPr.get("descr") for one in pictures] == seen
    captions = [one["text"] for one in twin["paragraphs"] if one["style"] == "picture_caption"]
    assert [one.text for one in document.paragraphs if one.text.startswith("图")] == captions


def test_the_same_return_gives_the_same_document(charted_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    for name in ("first.docx", "second.docx"):
        write_briefing(charted_return, plan, tmp_path / name, ISSUED_ON)
    assert (tmp_path / "first.docx").read_bytes() == (tmp_path / "second.docx").read_bytes()
