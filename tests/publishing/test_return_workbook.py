"""The return workbook, reopened: values, states and marks; texts from units stay texts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Amount, AmountStatus, TownReturn
from townreturn.publishing.sheet_frame import choose_paper
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
A4, A3 = 9, 8
HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def path(town_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "return.xlsx"
    write_return_workbook(town_return, plan, path, ISSUED_ON)
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    """As people see it: a formula's stored value. What holds a formula is for test_live_totals."""
    return openpyxl.load_workbook(path, data_only=True)


def find(sheet: Any, label: str, heading: str) -> Any:
    """The cell in the row of a label and the column of a heading."""
    cells = [cell for row in sheet.iter_rows() for cell in row]
    row = next(cell.row for cell in cells if cell.value == label)
    column = next(cell.column for cell in cells if cell.value == heading)
    return sheet.cell(row, column)


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_sheets_follow_measures_then_form_sections(book: Any, plan: Plan) -> None:
    sections = [section.sheet for section in plan.form.sections if section.code != "explanations"]
    figures = ["本期", "本年累计", "环比", "同比", "累计同比", "专项指标", "图表", "图表数据"]
    expected = [*figures, "数据说明", *sections, "报送情况", "报送时效", "数据来源"]
    assert book.sheetnames == expected


def test_heading_and_signatures(book: Any) -> None:
    found = texts(book["本期"])
    for text in (
        "清溪镇打假工作统计月报表（本期）",
        "填报单位：清溪镇经科信局",
        "表号：打假统1表",
        "制表机关：市打假办",
        "报告期：2018年3月（2018-02-26 至 2018-03-25）",
        "已报 6/7",
        "填表人：",
        "审核人：",
        "负责人：",
        "报出日期：2018年4月2日",
    ):
        assert text in found


def test_reported_figures_are_numbers_with_the_forms_decimals(book: Any) -> None:
    filed = find(book["本期"], "立案", "1.食品药品保健品")
    assert (filed.value, filed.number_format) == (5, "#,##0_ ")
    value = find(book["本期"], "涉案货值", "3.烟草制品")
    assert (value.value, value.number_format) == (1025.33, "#,##0.00_ ")


def test_missing_is_said_and_never_zero(book: Any, plan: Plan) -> None:
    for indicator in plan.form.indicators:
        assert find(book["本期"], indicator.label, "2.建材").value == "未报"
    assert find(book["环比"], "立案", "2.建材").value == "不可比"


def test_zero_return_is_a_number_that_says_so(book: Any) -> None:
    cell = find(book["本期"], "立案", "4.农资")
    assert (cell.value, cell.number_format) == (0, '0"（零申报）"_ ')
    assert find(book["本期"], "立案", "6.家用电器（含小家电）").number_format == "#,##0_ "


def test_incomplete_total_is_marked_and_explained(book: Any) -> None:
    filed = find(book["本期"], "立案", "合计")
    assert (filed.value, filed.number_format) == (11, '#,##0"*"_ ')  # 5+3+0+1+0+2
    value = find(book["本期"], "涉案货值", "合计")
    assert (value.value, value.number_format) == (1037.88, '#,##0.00"*"_ ')  # 12.50+1025.33+0+0.05
    assert "* 7类中已报6类，合计不完整。未报：建材（镇住建局）。" in texts(book["本期"])


def test_incomplete_year_to_date_is_marked(book: Any) -> None:
    cell = find(book["本年累计"], "立案", "2.建材")
    assert (cell.value, cell.number_format) == (7, '#,##0"*"_ ')


def test_memo_indicators_have_no_total(book: Any) -> None:
    assert find(book["本期"], "检查各类市场", "合计").value == "／"
    assert find(book["本期"], "检查各类市场", "1.食品药品保健品").value == 8


def test_changes_are_per_cent_numbers_or_words(book: Any) -> None:
    rise = find(book["环比"], "立案", "1.食品药品保健品")
    assert rise.value == 12.5
    assert rise.number_format == '+#,##0.0"%"_ ;-#,##0.0"%"_ ;0.0"%"_ '
    assert find(book["环比"], "撤案", "1.食品药品保健品").value == "—"
    assert find(book["同比"], "立案", "1.食品药品保健品").value == "不可比"


def test_extras_show_all_measures(book: Any) -> None:
    assert find(book["专项指标"], "查获假烟", "本期").value == 36.2
    assert find(book["专项指标"], "查获假烟", "环比").value == 12.5
    assert find(book["专项指标"], "建材查扣数量", "本期").value == "未报"


def test_texts_of_units_are_texts_and_no_links(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert HOSTILE in texts(book["重点案件"])
    assert "@SUM(A1)" in texts(book["重点案件"])


def test_control_characters_show_and_long_texts_go_on_in_further_rows(book: Any) -> None:
    found = texts(book["经验做法"])
    assert "第一行\n第二行□□" in found
    pieces = [text for text in found if text.startswith("很长") or "经验做法很长" in text]
    assert len(pieces) > 1
    assert "".join(pieces) == "很长的经验做法" * 700
    heights = [book["经验做法"].row_dimensions[row].height for row in range(1, book["经验做法"].max_row + 1)]
    assert max(height for height in heights if height) <= 409


def test_escapes_of_the_file_format_are_taken_literally(
    with_text: Callable[[str], TownReturn], plan: Plan, tmp_path: Path
) -> None:
    write_return_workbook(with_text("_x0041_ <b>&amp;"), plan, tmp_path / "r.xlsx", ISSUED_ON)
    rows = CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_name("问题和建议").to_python()
    assert "_x0041_ <b>&amp;" in rows[-1]


def test_standings_in_local_time(book: Any) -> None:
    late = find(book["报送情况"], "7.互联网电子商务商品", "收到时间")
    assert late.value == "2018-04-01 00:00:00"
    assert find(book["报送情况"], "7.互联网电子商务商品", "时效").value == "迟报"
    assert find(book["报送情况"], "3.烟草制品", "报送次数").value == "2"
    assert find(book["报送情况"], "2.建材", "时效").value == "未收到"


def test_every_source_is_listed(book: Any, town_return: TownReturn) -> None:
    rows = list(book["数据来源"].iter_rows(values_only=True))
    assert sum(len(str(row[-1])) == 64 for row in rows) == len(town_return.sources)
    assert ("3.烟草制品", "涉案货值", "1025.33", "", "yancao-2018-03.xlsx", "统计表", "D18", "y" * 64) in rows


def test_empty_sections_say_so(book: Any) -> None:
    assert "本期无" in texts(book["重点区域整治"])


def test_print_set_up(book: Any) -> None:
    sheet = book["本期"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == A4
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight is None  # one page, the default
    assert sheet.print_title_rows == "$5:$6"
    assert sheet.freeze_panes == "D7"
    assert "&P" in sheet.oddFooter.center.text
    assert (book["数据来源"].page_setup.fitToHeight, book["数据来源"].page_setup.paperSize) == (0, A3)
    for name in book.sheetnames:
        assert book[name].page_setup.orientation == "landscape"
        assert "&N" in book[name].oddFooter.center.text
        assert book[name].print_title_rows


# Excel's margins here leave 770 × 530 points of A4 and 1119 × 777 of A3; 0.82 of the size is the least that is legible.
@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (700, 500, (A4, 1)),
        (939, 646, (A4, 1)),  # 770 / 0.82 = 939.02; 530.2 / 0.82 = 646.6
        (940, 646, (A3, 1)),
        (939, 647, (A4, 0)),
        (1100, 940, (A3, 1)),
        (1100, 2000, (A3, 0)),
        (9000, 500, (A3, 1)),
    ],
)
def test_paper_follows_the_width_and_pages_the_height(width: float, height: float, expected: tuple[int, int]) -> None:
    assert choose_paper(width, height) == expected


def test_a_wide_return_goes_on_a3(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    huge = Amount(Decimal("123456789012.34"), AmountStatus.REPORTED, 1, 1)
    cells = (replace(town_return.cells[12], current=huge), *town_return.cells[13:])
    write_return_workbook(replace(town_return, cells=cells), plan, tmp_path / "r.xlsx", ISSUED_ON)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert [book[name].page_setup.paperSize for name in ("本期", "本年累计")] == [A3, A4]


def test_columns_grow_with_their_figures(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    huge = Amount(Decimal("123456789012.34"), AmountStatus.REPORTED, 1, 1)
    cells = (replace(town_return.cells[12], current=huge), *town_return.cells[13:])
    write_return_workbook(replace(town_return, cells=cells), plan, tmp_path / "r.xlsx", ISSUED_ON)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["本期"]
    assert sheet.column_dimensions["D"].width >= len("123,456,789,012.34") + 2


def test_lists_are_narrowed_where_texts_stand_not_where_dates_do(book: Any) -> None:
    sheet = book["重点案件"]
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[5]}
    assert round(widths["查处日期"]) == round(widths["货值（万元）"]) == 13  # 12 and the margins that Excel adds
    assert widths["简要案情"] < 45
    assert sheet.row_dimensions[5].height > 30, "货值（万元） takes two lines there"


def test_same_return_gives_same_bytes(path: Path, town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_return_workbook(town_return, plan, tmp_path / "again.xlsx", ISSUED_ON)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_corrections_say_so(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_return_workbook(replace(town_return, issue=1), plan, tmp_path / "r.xlsx", ISSUED_ON)
    assert "清溪镇打假工作统计月报表（本期）第1次更正" in texts(openpyxl.load_workbook(tmp_path / "r.xlsx")["本期"])
