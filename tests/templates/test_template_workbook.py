"""The blank workbook: found again by its anchors, safe to fill, the same bytes every time."""

import csv
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.plans import load_plan
from townreturn.templates import write_template, write_templates

MARCH = Period("2018-03")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("qingxi-2018")


@pytest.fixture(scope="module")
def path(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(plan, MARCH, plan.unit_by_code["jingkexin"], tmp_path_factory.mktemp("blank"))


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


def right_of(sheet: Worksheet, label: str) -> object:
    return next(cell.offset(0, 1).value for row in sheet.iter_rows() for cell in row if cell.value == label)


def row_of(sheet: Worksheet, label: str) -> int:
    return next(cell.row for cell in sheet["B"] if cell.value == label)


def rule_at(sheet: Worksheet, cell: str) -> tuple[str, str | None, str | None]:
    rule = next(one for one in sheet.data_validations.dataValidation if cell in one.cells)
    return rule.type, rule.operator, rule.formula1


def test_sheets_stand_in_the_order_a_person_fills_them(book: Workbook, path: Path) -> None:
    assert path.name == "打假月报_2018-03_镇经科信局.xlsx"
    names = ["封面", "统计表", "重点案件", "经验做法", "重点区域整治", "问题和建议", "审核说明", "填表说明"]
    assert book.sheetnames == names


def test_cover_names_whose_workbook_it_is(book: Workbook) -> None:
    cover = book["封面"]
    known = ("填报单位", "单位代码", "报告期", "起止日期", "报表版本", "填报类别", "表号", "制表机关", "报送至")
    assert [right_of(cover, label) for label in known] == [
        "镇经科信局",
        "jingkexin",
        "2018-03",
        "2018-02-26 至 2018-03-25",
        "edition-2018",
        "5.儿童用品、6.家用电器（含小家电）",
        "打假统1表",
        "市打假办",
        "镇经科信局",
    ]
    assert str(right_of(cover, "报送截止")).startswith("2018-03-31 23:59:59")


def test_only_what_a_person_fills_is_unlocked(book: Workbook) -> None:
    unlocked = {
        name: {cell.coordinate for row in book[name].iter_rows() for cell in row if not cell.protection.locked}
        for name in ("封面", "统计表", "重点案件", "填表说明")
    }
    cover, statistics = book["封面"], book["统计表"]
    labels = {cell.value: cell.row for cell in cover["A"]}
    assert unlocked["封面"] == {f"B{labels[one]}" for one in ("填报人", "审核人", "联系电话", "填报日期")}
    # 28 common indicators and two extras for each category, and the zero return, in columns D and E.
    assert len(unlocked["统计表"]) == 2 * (28 + 2 + 1)
    assert {cell[0] for cell in unlocked["统计表"]} == {"D", "E"}
    assert len(unlocked["重点案件"]) == 20 * 9
    assert unlocked["填表说明"] == set()
    assert statistics[f"E{row_of(statistics, '儿童用品无3C认证案件')}"].value == "—"
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)


def test_statistics_table_hangs_on_its_anchors(book: Workbook) -> None:
    sheet = book["统计表"]
    heads = [right_of(sheet, label) for label in ("填报单位", "报告期", "报表版本")]
    assert heads == ["镇经科信局", "2018-03", "edition-2018"]
    row = row_of(sheet, "指标名称")
    heading = ["序号", "指标名称", "计量单位", "5.儿童用品", "6.家用电器（含小家电）", "填写要求"]
    assert [cell.value for cell in sheet[row]] == heading
    assert [cell.value for cell in sheet[row + 1]][1:5:2] == ["零申报", "否"]
    assert [cell.value for cell in sheet[row + 2]] == ["【执法检查】", None, None, None, None, None]
    assert [cell.value for cell in sheet[row + 3]] == [1, "开展执法行动", "次", None, None, "整数，≥0"]
    numbers = [cell.value for cell in sheet["A"] if isinstance(cell.value, int)]
    assert numbers == list(range(1, 33))


def test_entry_cells_refuse_what_cannot_be(book: Workbook) -> None:
    sheet, cases = book["统计表"], book["重点案件"]
    assert rule_at(sheet, f"D{row_of(sheet, '立案')}") == ("whole", "greaterThanOrEqual", "0")
    assert rule_at(sheet, f"E{row_of(sheet, '罚没款')}") == ("decimal", "greaterThanOrEqual", "0")
    assert rule_at(sheet, f"E{row_of(sheet, '零申报')}") == ("list", None, '"是,否"')
    assert rule_at(cases, "A4") == ("list", None, "'统计表'!$D$5:$E$5")
    assert rule_at(cases, "G4") == ("list", None, '"是,否"')


def test_nothing_in_it_is_a_formula_or_a_merge(plan: Plan, tmp_path: Path) -> None:
    for path in write_templates(plan, MARCH, tmp_path):
        for sheet in load_workbook(path):
            assert not sheet.merged_cells.ranges
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_calamine_reads_the_same_anchors(path: Path) -> None:
    book = CalamineWorkbook.from_path(str(path))
    cover = {row[0]: row[1] for row in book.get_sheet_by_name("封面").to_python()}
    assert (cover["填报单位"], cover["报告期"], cover["填报人"]) == ("镇经科信局", "2018-03", "")
    rows = book.get_sheet_by_name("统计表").to_python()
    assert [row[3:5] for row in rows if row[1] == "家电查扣数量"] == [["—", ""]]


def test_sheet_alone_still_says_whose_it_is(path: Path, tmp_path: Path) -> None:
    exported = tmp_path / "statistics.csv"
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("统计表").to_python()
    with exported.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    text = exported.read_text(encoding="utf-8")
    assert all(pair in text for pair in ("填报单位,镇经科信局", "报告期,2018-03", "报表版本,edition-2018"))


def test_same_inputs_give_same_bytes(plan: Plan, path: Path, tmp_path: Path) -> None:
    again = write_template(plan, MARCH, plan.unit_by_code["jingkexin"], tmp_path)
    assert again.read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as package:
        assert b"2018-03-26T00:00:00Z</dcterms:modified>" in package.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_every_lead_unit_gets_one(plan: Plan, tmp_path: Path) -> None:
    assert len(write_templates(plan, MARCH, tmp_path)) == 6
    (only,) = write_templates(plan, MARCH, tmp_path, "zhujian")
    assert only.name == "打假月报_2018-03_镇住建局.xlsx"


def test_a_unit_that_owes_nothing_is_refused(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="没有代码为“nobody”的单位"):
        write_templates(plan, MARCH, tmp_path, "nobody")
    with pytest.raises(Misuse, match="镇公安分局（gongan）不是牵头单位"):
        write_templates(plan, MARCH, tmp_path, "gongan")
    assert not list(tmp_path.iterdir())
