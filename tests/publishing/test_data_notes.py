"""Explanations as notes: printed once, marked on their figures, harmless whatever they say."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Measure, ReturnNote, TownReturn
from townreturn.publishing.briefing import write_briefing
from townreturn.publishing.data_notes import circled, mark_of
from townreturn.publishing.reporting_sentences import list_explanations, list_quality
from townreturn.publishing.twin import NOTE_COLUMNS, write_notes_csv
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
HOSTILE = "=cmd|' /C calc'!A0"
LEGEND = "①等：填报单位对该数作了说明，见月报《数据说明》表中序号、类别和指标相同的一行。"


@pytest.fixture(scope="module")
def book(explained_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("explained") / "return.xlsx"
    write_return_workbook(explained_return, plan, path, ISSUED_ON)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def document(explained_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("explained") / "briefing.docx"
    write_briefing(explained_return, plan, path, ISSUED_ON)
    return Document(str(path))


def find(sheet: Any, label: str, heading: str) -> Any:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    row = next(cell.row for cell in cells if cell.value == label)
    return sheet.cell(row, next(cell.column for cell in cells if cell.value == heading))


@pytest.mark.parametrize(
    ("number", "mark"),
    [(1, "①"), (20, "⑳"), (21, "㉑"), (35, "㉟"), (36, "㊱"), (50, "㊿"), (51, "※")],
)
def test_numbers_are_circled_as_far_as_there_are_such_signs(number: int, mark: str) -> None:
    assert circled(number) == mark


def test_the_figure_and_its_change_bear_the_mark(explained_return: TownReturn) -> None:
    def marks(measure: Measure) -> str:
        return mark_of(explained_return, "food_drug", "cases_filed", measure)

    assert (marks(Measure.CURRENT), marks(Measure.MONTH_ON_MONTH)) == ("③④", "③④")
    assert {marks(one) for one in (Measure.YTD, Measure.YEAR_ON_YEAR, Measure.YTD_YEAR_ON_YEAR)} == {""}
    assert mark_of(explained_return, "total", "cases_filed", Measure.CURRENT) == ""


def test_marked_cells_stay_numbers(book: Any) -> None:
    filed = find(book["本期"], "立案", "1.食品药品保健品")
    assert (filed.value, filed.number_format) == (5, '#,##0"③④"_ ')
    value = find(book["本期"], "涉案货值", "3.烟草制品")
    assert (value.value, value.number_format) == (1025.33, '#,##0.00"⑥"_ ')
    change = find(book["环比"], "立案", "1.食品药品保健品")
    assert (change.value, change.number_format) == (12.5, '+#,##0.0"%③④"_ ;-#,##0.0"%③④"_ ;0.0"%③④"_ ')
    dens = find(book["专项指标"], "取缔黑窝点", "本期")
    assert (dens.value, dens.number_format) == (1, '#,##0"⑤"_ ')
    assert find(book["本年累计"], "立案", "1.食品药品保健品").number_format == "#,##0_ "
    assert find(book["本期"], "立案", "2.建材").value == "未报"


def test_a_note_on_a_whole_report_marks_its_state(book: Any) -> None:
    assert find(book["本期"], "报送情况", "5.儿童用品").value == "已报⑦"
    assert find(book["本年累计"], "报送情况", "5.儿童用品").value == "已报"


def test_marks_are_explained_where_they_stand_and_nowhere_else(book: Any) -> None:
    explained = {
        sheet.title for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value == LEGEND
    }
    assert explained == {"本期", "环比", "专项指标"}


def test_the_sheet_lists_every_note_then_what_nobody_asked(book: Any) -> None:
    rows = [row for row in book["数据说明"].iter_rows(min_row=6, values_only=True) if any(row)]
    assert [row[0] for row in rows] == ["①", "②", "③", "④", "⑤", "⑥", "⑦", ""]
    assert rows[2] == ("③", "1.食品药品保健品", "镇食药监分局", "立案", "立案多于查处。", HOSTILE)
    assert rows[6][3:] == ("（整个类别）", "本期各项数与上期完全相同。", "抽查对象固定")
    assert rows[7][2:] == ("市烟草专卖局第五分局", "涉案货值", "（单位自行说明）", "本期破获大案一宗")
    assert {cell.data_type for row in book["数据说明"].iter_rows() for cell in row} <= {"s", "n"}
    assert "审核说明" not in book.sheetnames


def test_no_notes_no_marks(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_return_workbook(replace(town_return, entries=()), plan, tmp_path / "r.xlsx", ISSUED_ON)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert "本期无" in [cell.value for row in book["数据说明"].iter_rows() for cell in row]
    assert LEGEND not in [cell.value for row in book["本期"].iter_rows() for cell in row]


def test_the_briefing_tells_three_a_category_and_counts_the_rest(explained_return: TownReturn, plan: Plan) -> None:
    assert [one.text for one in list_explanations(explained_return, plan)] == [
        "镇食药监分局（食品药品保健品）：①本期 42 次，上期 20 次；说明：节前集中检查。"
        f"②本期 168 人次；说明：人员随检查增加。③立案多于查处；说明：{HOSTILE}。另有2项见月报《数据说明》表。",
        "市烟草专卖局第五分局（烟草制品）：⑥本期 1025.33 万元；说明：三中村仓库一案 货值较大。",
        "镇经科信局（儿童用品）：⑦本期各项数与上期完全相同；说明：抽查对象固定。",
    ]


def test_the_briefing_prints_each_explanation_once(document: Any) -> None:
    found = [paragraph.text for paragraph in document.paragraphs]
    told = found.index("核实性审核中有7项由填报单位作了说明（序号与附表1和月报《数据说明》表一致）：")
    assert found[told + 1].startswith("1. 镇食药监分局（食品药品保健品）：①")
    assert found[told + 4] == "各单位自行作出的说明："
    assert found[told + 5] == "1. 市烟草专卖局第五分局（烟草制品）：涉案货值：本期破获大案一宗。"
    for text in ("节前集中检查", "抽查对象固定", "本期破获大案一宗"):
        assert sum(text in one for one in found) == 1


def test_the_annex_bears_the_same_marks(document: Any) -> None:
    current, ytd = ([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables[:2])
    assert next(row for row in current if row[0] == "立案（宗）")[1:4] == ["5③④", "未报", "3"]
    assert current[1][5] == "已报⑦"
    assert not any("⑦" in text or "③" in text for row in ytd for text in row)
    assert sum(paragraph.text == LEGEND for paragraph in document.paragraphs) == 1


def test_figures_with_explanations_are_not_called_free_of_them(
    complete_return: TownReturn, explained_return: TownReturn, plan: Plan
) -> None:
    once = tuple(replace(one, revision=1) for one in complete_return.standings)
    complete = replace(complete_return, standings=once)
    assert [one.text for one in list_quality(complete, plan)] == ["各类数据齐全，没有需要说明的情况。"]
    noted = list_quality(replace(complete, notes=explained_return.notes), plan)
    assert [one.text for one in noted] == ["各类数据齐全。"]


def test_the_twin_lists_notes_by_code(explained_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_notes_csv(explained_return, plan, tmp_path / "notes.csv")
    with (tmp_path / "notes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(NOTE_COLUMNS)
    assert len(rows) == 8
    assert (rows[2]["number"], rows[2]["indicator"], rows[2]["rule"]) == (
        "3",
        "cases_filed",
        "FILED_EXCEED_INVESTIGATED",
    )
    assert rows[2]["explanation"] == f"'{HOSTILE}"
    assert (rows[6]["indicator"], rows[6]["indicator_name"], rows[6]["unit_name"]) == ("", "（整个类别）", "镇经科信局")
    assert (rows[7]["number"], rows[7]["rule"], rows[7]["explanation"]) == ("", "", "本期破获大案一宗")


def test_a_thousand_notes_make_no_more_formats_than_excel_bears(
    explained_return: TownReturn, plan: Plan, tmp_path: Path
) -> None:
    """Each number format is at most 255 characters long, and there are fewer than 200 of them."""
    codes = [one.code for one in plan.form.indicators]
    many = tuple(
        ReturnNote(category.code, codes[number % len(codes)], "OUTLIER", "问。", "答", category.lead)
        for category in plan.categories
        for number in range(150)
    )
    write_return_workbook(replace(explained_return, notes=many), plan, tmp_path / "r.xlsx", ISSUED_ON)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    formats = {cell.number_format for sheet in book for row in sheet.iter_rows() for cell in row}
    assert any("㊿" in one for one in formats)
    assert any("※" in one for one in formats)
    assert max(map(len, formats)) <= 255
    assert len(formats) < 200
