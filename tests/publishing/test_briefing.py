"""The briefing, reopened: its parts, its page, and that its figures are those of the return."""

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from townreturn.domain.form import Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, TownReturn
from townreturn.publishing.briefing import write_briefing
from townreturn.publishing.briefing_parts import numeral
from townreturn.wording import say

ISSUED_ON = date(2018, 4, 2)
HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def path(town_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("briefing") / "briefing.docx"
    write_briefing(town_return, plan, path, ISSUED_ON)
    return path


@pytest.fixture(scope="module")
def document(path: Path) -> Any:
    return Document(str(path))


def paragraphs(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_parts_stand_in_order(document: Any, plan: Plan) -> None:
    headings = [one.text for one in document.paragraphs if one.style.name == say("STYLE_PART")]
    assert headings == [
        "一、总体情况",
        "二、分类情况",
        "三、重点区域、重点市场和警示区域",
        "四、报送情况通报",
        "五、数据质量",
        "六、存在问题",
        "七、下一步工作建议和需会议研究事项",
    ]
    within = [one.text for one in document.paragraphs if one.style.name == say("STYLE_CATEGORY")]
    assert len(plan.categories) == 7
    assert within[2] == "（三）烟草制品"
    assert within[7:] == ["（一）下一步工作建议", "（二）需会议研究事项"]


def figures_told(text: str, indicators: Iterable[Indicator]) -> list[tuple[Indicator, str]]:
    """Every 「label number unit」 of a text."""
    return [
        (one, match[1].replace(",", ""))
        for one in indicators
        for match in re.finditer(
            rf"(?<=[，；期：计]){re.escape(one.label)}([\d,.]+){re.escape(one.unit)}(?=[，；。])", text
        )
    ]


def test_every_figure_of_the_prose_is_a_cell(document: Any, town_return: TownReturn, plan: Plan) -> None:
    category, checked = TOTAL, 0
    by_heading = {f"）{one.name}": one.code for one in plan.categories}
    for paragraph in document.paragraphs:
        if paragraph.style.name == say("STYLE_CATEGORY"):
            category = next((code for end, code in by_heading.items() if paragraph.text.endswith(end)), "")
        attribute = "ytd" if paragraph.text.startswith("本年累计") else "current"
        indicators = plan.form.indicators if category == TOTAL else plan.form.indicators_of(category)
        for indicator, told in figures_told(paragraph.text, indicators):
            cell = town_return.cell(category, indicator.code)
            assert cell is not None
            assert told == f"{getattr(cell, attribute).value:.{indicator.decimals}f}"
            checked += 1
    assert checked > 80


def test_missing_category_has_no_current_figures(document: Any) -> None:
    assert "镇住建局本期未报，没有本期数据。" in paragraphs(document)


def test_problems_and_suggestions_are_attributed(document: Any) -> None:
    found = paragraphs(document)
    assert "1. 镇食药监分局（食品药品保健品）：“基层执法人员不足”。" in found
    assert "1. 镇食药监分局（食品药品保健品）：“增加抽检经费”。" in found
    assert "1. 督促未报单位补报：建材（镇住建局）。" in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("建议夜查。", "“建议夜查。”"),
        ("能否夜查？", "“能否夜查？”"),
        ("建议“夜查。”", "“建议“夜查。””"),
        ("建议夜查", "“建议夜查”。"),
    ],
)
def test_quotations_end_in_one_full_stop(
    with_text: Callable[[str], TownReturn], plan: Plan, tmp_path: Path, text: str, told: str
) -> None:
    write_briefing(with_text(text), plan, tmp_path / "b.docx", ISSUED_ON)
    found = paragraphs(Document(str(tmp_path / "b.docx")))
    assert found.count(f"1. 镇食药监分局（食品药品保健品）：{told}") == 2


def test_key_cases_stand_with_their_category(document: Any) -> None:
    found = paragraphs(document)
    case = next(index for index, text in enumerate(found) if "“3·12”非法经营卷烟案" in text)
    assert found.index("（三）烟草制品") < case < found.index("（四）农资")


def test_the_page_follows_the_standard(document: Any) -> None:
    section = document.sections[0]
    for value, millimetres in (
        (section.page_width, 210),
        (section.page_height, 297),
        (section.top_margin, 37),
        (section.left_margin, 28),
        (section.page_width - section.left_margin - section.right_margin, 156),
        (section.page_height - section.top_margin - section.bottom_margin, 225),
    ):
        assert value == pytest.approx(Mm(millimetres), abs=Mm(0.1))


def test_only_the_template_says_how_texts_look(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        text = package.read("word/document.xml").decode()
    assert "w:tbl" in text
    assert re.findall(r"<w:(?:rFonts|sz|szCs|b|color|spacing)[ /]", text) == []


def test_the_colophon_names_recipients_issuer_and_day(document: Any) -> None:
    rows = [row.cells[0] for row in document.tables[-1].rows]
    assert [one.text for one in rows] == ["　抄送：市打假办，打假形势分析会。", "　清溪镇经科信局\t2018年4月2日印发　"]
    assert {one.paragraphs[0].style.name for one in rows} == {say("STYLE_COLOPHON")}


def test_short_tables_stay_on_one_page_and_long_ones_repeat_their_heads(document: Any) -> None:
    current, standings = document.tables[0], document.tables[3]
    for table in (current, standings):
        assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows][:2] == [True, False]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in standings.rows]
    assert kept == [True] * 7 + [None]
    assert current.rows[3].cells[0].paragraphs[0].paragraph_format.keep_with_next is None


def test_annex_tables_show_the_cells(document: Any) -> None:
    current = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert current[0][-1] == "合计"
    filed = next(row for row in current if row[0] == "立案（宗）")
    assert filed[1:] == ["5", "未报", "3", "0", "1", "0", "2", "11*"]
    memo = next(row for row in current if row[0].startswith("检查各类市场"))
    assert memo[-1] == "／"


def test_hostile_texts_stay_texts(with_text: Callable[[str], TownReturn], plan: Plan, tmp_path: Path) -> None:
    text = f"{HOSTILE}\x00\x1b\r\n第二行</w:t>\ufffe" + "长" * 40_000
    write_briefing(with_text(text), plan, tmp_path / "b.docx", ISSUED_ON)
    quoted = [one for one in paragraphs(Document(str(tmp_path / "b.docx"))) if HOSTILE in one]
    assert len(quoted) == 2
    assert f"{HOSTILE}□□ 第二行</w:t>□长" in quoted[0]


def test_same_return_gives_same_bytes(path: Path, town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_briefing(town_return, plan, tmp_path / "again.docx", ISSUED_ON)
    assert (tmp_path / "again.docx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_corrections_say_so(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_briefing(replace(town_return, issue=2), plan, tmp_path / "b.docx", ISSUED_ON)
    assert "清溪镇经科信局　2018年4月2日　第2次更正" in paragraphs(Document(str(tmp_path / "b.docx")))


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_numeral(number: int, text: str) -> None:
    assert numeral(number) == text
