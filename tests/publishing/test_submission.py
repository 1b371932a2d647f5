"""The workbook for the level above: what is in it, what is left out, and that no text acts or vanishes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from townreturn.domain.canonical import content_hash
from townreturn.domain.obligation import ObligationState
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing import render_issue
from townreturn.publishing.manifest import Issue
from townreturn.publishing.submission import LONGEST_TEXT, fit_cell, write_submission

ISSUED_ON = date(2018, 4, 2)
HOSTILE = "=cmd|' /C calc'!A0"
FROM_HERE = "……（格子装不下，全文见《清溪镇打假统计月报_2018年3月.xlsx》的《问题和建议》）"
Write = Callable[[TownReturn], Workbook]


@pytest.fixture
def write(plan: Plan, tmp_path: Path) -> Write:
    def written(town_return: TownReturn) -> Workbook:
        write_submission(town_return, plan, tmp_path / "s.xlsx", ISSUED_ON)
        return load_workbook(tmp_path / "s.xlsx")

    return written


def find(sheet: Worksheet, text: str) -> tuple[int, int]:
    return next((cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value == text)


def beside(sheet: Worksheet, label: str) -> object:
    row, column = find(sheet, label)
    return sheet.cell(row, column + 1).value


def figure(book: Workbook, heading: str, label: str) -> object:
    sheet = book["统计表"]
    return sheet.cell(find(sheet, label)[0], find(sheet, heading)[1]).value


def rows_of(book: Workbook, name: str) -> list[list[object]]:
    """The filled rows of a text section, without its title, hint and heading."""
    rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=4)]
    return [row for row in rows if any(row)]


def test_the_cover_names_the_town_as_a_unit(write: Write, town_return: TownReturn) -> None:
    cover = write(town_return)["封面"]
    said = {label: beside(cover, label) for label in ("填报单位", "单位代码", "报告期", "报送至", "填报人", "填报日期")}
    assert said == {
        "填报单位": "清溪镇", "单位代码": "qingxi", "报告期": "2018-03", "报送至": "市打假办",
        "填报人": "清溪镇经科信局", "填报日期": "2018-04-02",
    }  # fmt: skip
    texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
    assert not [text for text in texts if "截止" in text or "淡黄色" in text], "the level above has its own deadline"


def test_sheets_are_those_that_are_read(write: Write, town_return: TownReturn) -> None:
    assert write(town_return).sheetnames == [
        "封面", "统计表", "重点案件", "经验做法", "重点区域整治", "问题和建议", "审核说明",
    ]  # fmt: skip


def test_every_figure_of_what_is_in(write: Write, town_return: TownReturn, plan: Plan) -> None:
    book = write(town_return)
    for standing in town_return.standings:
        category = plan.category_by_code[standing.category]
        if standing.is_in:
            assert figure(book, category.heading, "零申报") == ("是" if category.code == "agricultural" else "否")
            for indicator in plan.form.indicators_of(category.code):
                cell = town_return.cell(category.code, indicator.code)
                assert cell is not None
                assert cell.current.value is not None
                found = figure(book, category.heading, indicator.label)
                assert found == float(cell.current.value), (category.code, indicator.code)
    assert figure(book, "3.烟草制品", "涉案货值") == 1025.33
    assert figure(book, "4.农资", "立案") == 0, "a confirmed zero"
    assert figure(book, "4.农资", "查获假烟") == "—", "not asked for"


@pytest.mark.parametrize("state", [ObligationState.MISSING, ObligationState.EXEMPTED, ObligationState.RETURNED])
def test_what_is_not_in_is_not_there(write: Write, town_return: TownReturn, state: ObligationState) -> None:
    standings = tuple(replace(one, state=state) if not one.is_in else one for one in town_return.standings)
    book = write(replace(town_return, standings=standings))
    every = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [text for text in every if "建材" in text]
    assert "1.食品药品保健品、3.烟草制品、" in str(beside(book["封面"], "填报类别"))


def test_texts_are_those_of_the_return(write: Write, explained_return: TownReturn) -> None:
    book = write(explained_return)
    assert [row[:2] for row in rows_of(book, "重点案件")] == [
        ["3.烟草制品", "“3·12”非法经营卷烟案"], ["1.食品药品保健品", HOSTILE],
    ]  # fmt: skip
    assert rows_of(book, "经验做法")[0] == ["7.互联网电子商务商品", "+1", "第一行\n第二行□□"]
    assert rows_of(book, "问题和建议") == [["1.食品药品保健品", "基层执法人员不足", "增加抽检经费"]]
    assert rows_of(book, "审核说明") == [
        ["1.食品药品保健品", "开展执法行动", "比上期变化超过30%", "节前集中检查"],
        ["1.食品药品保健品", "出动执法人员", "比上期变化超过30%", "人员随检查增加。"],
        ["1.食品药品保健品", "立案", "立案多于查处案件", HOSTILE],
        ["1.食品药品保健品", "立案", "明显偏离以往水平", "积案集中立案"],
        ["1.食品药品保健品", "取缔黑窝点", "明显偏离以往水平", "与公安联合行动"],
        ["3.烟草制品", "涉案货值", "与以往相差约一万倍", "三中村仓库一案\n货值较大"],
        ["5.儿童用品", None, "各项数据与上期完全相同", "抽查对象固定"],
        ["3.烟草制品", "涉案货值", None, "本期破获大案一宗"],
    ]


def test_a_correction_goes_with_its_reasons(write: Write, corrected_return: TownReturn) -> None:
    """Of what is in and was stated otherwise, once a category: 建材 is not in, 烟草 was 未报 before."""
    reason = f"{HOSTILE}，5号仓库漏录□一案；误按元填报"
    name = "与已发布的数字不同"

    def told(one: TownReturn) -> list[list[object]]:
        return [[row[0], row[1], row[3]] for row in rows_of(write(one), "审核说明") if row[2] == name]

    assert told(corrected_return) == [["1.食品药品保健品", None, reason]]
    asked = replace(corrected_return.notes[0], code="PUBLISHED_FIGURES_DIFFER", indicator=None, explanation="漏录一案")
    explained = replace(corrected_return, notes=(asked,))
    assert told(explained) == [["1.食品药品保健品", None, "漏录一案"]], "the unit has said it already"


def test_no_text_is_a_formula_or_a_link(write: Write, explained_return: TownReturn) -> None:
    book = write(explained_return)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert len([cell for cell in cells if cell.value == HOSTILE]) == 2


def test_more_entries_than_the_sheet_has_rows_for(write: Write, town_return: TownReturn, plan: Plan) -> None:
    row = ReturnEntry("problems", "tobacco", "yancao", {"problem": "缺人", "suggestion": "增人"})
    book = write(replace(town_return, entries=(row,) * 57))
    assert len(rows_of(book, "问题和建议")) == 57
    assert plan.form.section("problems").rows < 57
    last, first = book["问题和建议"].cell(3 + 57, 2), book["问题和建议"].cell(4, 2)
    assert (last.fill.fgColor.rgb, last.border.left.style) == (first.fill.fgColor.rgb, "thin")


def test_a_text_that_no_cell_holds_says_where_the_rest_is(write: Write, with_text: Callable[[str], TownReturn]) -> None:
    [[_, problem, suggestion]] = rows_of(write(with_text("长" * 40_000)), "问题和建议")
    assert problem == suggestion == "长" * (LONGEST_TEXT - len(FROM_HERE)) + FROM_HERE
    whole = "长" * LONGEST_TEXT
    assert rows_of(write(with_text(whole)), "问题和建议")[0][1] == whole


def test_a_cell_counts_in_utf_16() -> None:
    """𠀀 takes two of the units that Excel counts, and is never cut in two."""
    assert fit_cell("𠀀" * 16_383, "…") == "𠀀" * 16_383
    assert fit_cell("𠀀" * 16_384, "…") == "𠀀" * 16_383 + "…"
    assert fit_cell("𠀀" * 20_000, "……") == "𠀀" * 16_382 + "……"


def test_equal_returns_give_equal_bytes(explained_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_submission(explained_return, plan, tmp_path / name, ISSUED_ON)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_where_nothing_is_in_there_is_nothing_to_hand_up(town_return: TownReturn, plan: Plan) -> None:
    standings = tuple(replace(one, state=ObligationState.MISSING) for one in town_return.standings)

    def names(one: TownReturn) -> set[str]:
        return {file.name for file in render_issue(Issue(one, plan, content_hash(one), ISSUED_ON))}

    gone = names(town_return) - names(replace(town_return, standings=standings, entries=()))
    assert gone == {"清溪镇打假统计月报_2018年3月_上报.xlsx"}
