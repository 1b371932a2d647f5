"""The city office's own template, filled: every cell by hand, the rest as it came, formulas right when opened."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from spreadsheet_files import MAIN
from superior_plans import TEMPLATE, superior_plan
from townreturn.domain.canonical import content_hash
from townreturn.domain.obligation import ObligationState
from townreturn.domain.plan import Plan
from townreturn.domain.superior import PLACEHOLDERS
from townreturn.domain.town_return import TownReturn
from townreturn.publishing import render_issue
from townreturn.publishing.manifest import Issue
from townreturn.publishing.superior_workbook import fill_template, placeholder_values

ISSUED_ON = date(2018, 4, 2)
NAME = "清溪镇打假工作月报表（市表）_2018年3月.xlsx"
needs_soffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)
# The rows of 汇总表 by hand from CURRENT in conftest, in the template's order of categories:
# tobacco, food_drug, building (未报; 7 in its incomplete year), agricultural, appliances, children, ecommerce.
# Every year to date but building's is three times the current figure.
CURRENT = {
    8: (3, 3, "未报", 0, 0, 0, 0),  # 结案
    9: (3, 5, "未报", 0, 0, 1, 2),  # 立案
    10: (1, 0, "未报", 0, 0, 0, 0),  # 移送
    12: (1025.33, 12.5, "未报", 0, 0, 0.05, 0),  # 货值
    13: (0, 3.75, "未报", 0, 0, 0, 0),  # 罚没
}
YTD = {
    8: (9, 9, 7, 0, 0, 0, 0),
    9: (9, 15, 7, 0, 0, 3, 6),
    10: (3, 0, 7, 0, 0, 0, 0),
    12: (3075.99, 37.5, 7, 0, 0, 0.15, 0),
    13: (0, 11.25, 7, 0, 0, 0, 0),
}
# 案件小计 adds rows 8 to 10 of a column, 合计 the seven categories: with SUM and N(), so 未报 counts nothing there.
SUBTOTALS = {"D": 7, "E": 21, "F": 8, "H": 0, "I": 21, "R": 18, "S": 75}
TOTALS = {
    ("R", 8): 6,
    ("S", 8): 25,
    ("R", 9): 11,
    ("S", 9): 40,
    ("R", 12): 1037.88,
    ("S", 12): 3120.64,
    ("R", 13): 3.75,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("superior")


@pytest.fixture(scope="module")
def superior(folder: Path) -> Plan:
    return superior_plan(folder)


@pytest.fixture(scope="module")
def filled(superior: Plan, town_return: TownReturn) -> bytes:
    return fill(superior, town_return)


def fill(plan: Plan, town_return: TownReturn) -> bytes:
    assert plan.superior_template is not None
    return fill_template(town_return, plan, plan.superior_template, ISSUED_ON)


def sheet_of(content: bytes, name: str = "汇总表") -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))[name]


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(("first", "expected"), [(4, CURRENT), (5, YTD)])
def test_figures_stand_where_the_mapping_says(filled: bytes, first: int, expected: dict[int, tuple[Any, ...]]) -> None:
    sheet = sheet_of(filled)
    for row, values in expected.items():
        assert tuple(sheet.cell(row, column).value for column in range(first, first + 14, 2)) == values, row


def test_what_is_skipped_stays_as_it_was(filled: bytes) -> None:
    sheet = sheet_of(filled)
    assert [sheet[name].value for name in ("N14", "P14", "Q14", "T8")] == [0, None, None, None]


def test_texts_are_filled_into_merged_cells(filled: bytes) -> None:
    sheet = sheet_of(filled)
    assert sheet["A2"].value == "填报单位：清溪镇经科信局"
    assert sheet["K2"].value == "报告期：2018年3月（2018-02-26 至 2018-03-25）"
    assert sheet["A3"].value == "已报 6/7，未报：建材（镇住建局）"
    assert sheet["D15"].value == "2018年4月2日"


def test_changes_are_fractions_and_blank_where_there_is_none(filled: bytes) -> None:
    sheet = sheet_of(filled, "同比情况")
    # tobacco, food_drug, building, agricultural, appliances, children, ecommerce; a change of 12.5 % or none
    assert [sheet.cell(row, 2).value for row in range(4, 11)] == [0.125, 0.125, None, None, None, 0.125, 0.125]
    assert [sheet.cell(row, 3).value for row in range(4, 11)] == [None] * 7
    assert [sheet.cell(row, 4).value for row in range(4, 11)] == [0.125, 0.125, None, None, None, 0.125, None]
    assert sheet["D9"].number_format == "0.0%"
    assert sheet["B13"].value == 3, "the conftest's previous figure is the current one"
    assert sheet["E14"].value == 9, "by the defined name 刑拘人数"


def test_words_and_per_cent_as_the_mapping_wants(town_return: TownReturn, tmp_path: Path) -> None:
    plan = superior_plan(
        tmp_path,
        ("missing: word", "missing: blank"),
        ("incomparable: blank", "incomparable: word"),
        ("percent: fraction", "percent: number"),
        ("category: tobacco, indicator: cases_filed, measure: previous",
         "category: total, indicator: markets_inspected, measure: ytd"),
    )  # fmt: skip
    content = fill(plan, town_return)
    assert [sheet_of(content)["H9"].value, sheet_of(content)["I9"].value] == [None, 7]
    changes = sheet_of(content, "同比情况")
    assert [changes[name].value for name in ("B4", "B6", "B7", "C4", "B13")] == [12.5, "不可比", "—", "不可比", "／"]


def test_what_is_not_owed_is_not_missing(superior: Plan, judged_return: TownReturn) -> None:
    sheet = sheet_of(fill(superior, judged_return))
    assert sheet["H9"].value == "免报"
    assert sheet["A3"].value == "已报 4/7，免报 1，未报：儿童用品（镇经科信局）、家用电器（含小家电）（镇经科信局）"


def test_nobody_missing_is_said(superior: Plan, complete_return: TownReturn) -> None:
    standings = tuple(replace(one, state=ObligationState.ACCEPTED) for one in complete_return.standings)
    assert sheet_of(fill(superior, replace(complete_return, standings=standings)))["A3"].value == "已报 7/7，未报：无"


def test_parts_that_nobody_fills_are_the_same_bytes(filled: bytes) -> None:
    before, after = parts_of(TEMPLATE), parts_of(filled)
    assert list(after) == list(before)
    different = {name for name in before if before[name] != after[name]}
    # 填表说明 has a formula that depends on what is filled: its old value goes
    assert different == {"xl/workbook.xml", *(f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3))}


def test_in_the_sheets_only_filled_cells_and_stored_values_change(superior: Plan, filled: bytes) -> None:
    assert superior.superior_template is not None
    targets = {(one.sheet, openpyxl.utils.get_column_letter(one.column + 1) + str(one.row + 1))
               for one in (*superior.superior_template.figures, *superior.superior_template.texts)}  # fmt: skip
    before, after = parts_of(TEMPLATE), parts_of(filled)
    for number, name in enumerate(("汇总表", "同比情况", "填表说明"), start=1):
        part = f"xl/worksheets/sheet{number}.xml"
        own = {cell for sheet, cell in targets if sheet == name}
        assert untouched(after[part], own) == untouched(before[part], own)
        assert looks(before[part], own).items() <= looks(after[part], own).items()


def untouched(part: bytes, filled: set[str]) -> bytes:
    """The sheet without the filled cells' contents, stored values of formulas and what it says of its own reach."""
    root = etree.fromstring(part)
    for cell in root.iter(f"{{{MAIN}}}c"):
        formula = cell.find(f"{{{MAIN}}}f")
        gone = cell.findall(f"{{{MAIN}}}v") if formula is not None else []
        if cell.get("r") in filled:
            gone = list(cell)
            cell.attrib.pop("t", None)
        for child in gone:
            cell.remove(child)
    for cell in [one for one in root.iter(f"{{{MAIN}}}c") if one.get("r") in filled and not one.get("s")]:
        cell.getparent().remove(cell)
    for element in root.findall(f"{{{MAIN}}}dimension"):
        root.remove(element)
    for row in root.iter(f"{{{MAIN}}}row"):
        row.attrib.pop("spans", None)
    return etree.tostring(root, method="c14n")


def looks(part: bytes, filled: set[str]) -> dict[str, str | None]:
    root = etree.fromstring(part)
    return {one.get("r", ""): one.get("s") for one in root.iter(f"{{{MAIN}}}c") if one.get("r") in filled}


def test_the_workbook_part_only_learns_to_calculate(filled: bytes) -> None:
    before, after = (etree.fromstring(parts_of(one)["xl/workbook.xml"]) for one in (TEMPLATE, filled))
    [settings] = after.iter(f"{{{MAIN}}}calcPr")
    assert settings.get("fullCalcOnLoad") == "1"
    for root in (before, after):
        for one in root.iter(f"{{{MAIN}}}calcPr"):
            one.attrib.pop("fullCalcOnLoad", None)
    assert etree.tostring(before, method="c14n") == etree.tostring(after, method="c14n")


def test_rules_names_and_protection_are_still_there(filled: bytes) -> None:
    sheet = sheet_of(filled)
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["D8:Q10"]
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["D8:S14"]
    assert sheet.protection.sheet
    assert sheet["R8"].comment.text == "由各列相加"
    assert sheet["D9"].fill.fgColor.rgb == "FFFFF2CC"
    assert sheet["R8"].value.startswith("=N(P8)+N(N8)")
    assert len(sheet.merged_cells.ranges) == 5 + 3 + 8 + 1 + 2, "title lines, heads, columns of two, 备注, day"


def test_no_reader_finds_an_old_total(filled: bytes) -> None:
    assert b"777" not in b"".join(parts_of(filled).values())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(filled)).get_sheet_by_name("汇总表").to_python()
    assert rows[8][17] == "", "立案数's 合计 has no value until somebody calculates"


@needs_soffice
def test_formulas_give_the_right_numbers_when_opened(filled: bytes, tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "opened"),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    book = openpyxl.load_workbook(tmp_path / "opened" / "filled.xlsx", data_only=True)
    assert {letter: book["汇总表"][f"{letter}11"].value for letter in SUBTOTALS} == SUBTOTALS
    found = {place: book["汇总表"][f"{place[0]}{place[1]}"].value for place in TOTALS}
    assert found == pytest.approx(TOTALS)
    assert book["填表说明"]["B3"].value == 11


def test_the_same_return_gives_the_same_bytes(superior: Plan, town_return: TownReturn, filled: bytes) -> None:
    assert fill(superior, town_return) == filled


def test_placeholders_are_those_that_may_be_written(superior: Plan, town_return: TownReturn) -> None:
    assert tuple(placeholder_values(town_return, superior, ISSUED_ON)) == PLACEHOLDERS


def test_numbers_keep_every_decimal(superior: Plan, town_return: TownReturn) -> None:
    exact = Decimal("123456789012.34")
    cells = tuple(
        replace(one, current=replace(one.current, value=exact))
        if (one.category, one.indicator) == ("tobacco", "goods_value")
        else one
        for one in town_return.cells
    )
    part = parts_of(fill(superior, replace(town_return, cells=cells)))["xl/worksheets/sheet1.xml"].decode()
    assert re.search(r'<c r="D12" s="\d+"><v>123456789012\.34</v></c>', part)


@pytest.fixture(scope="module")
def files(superior: Plan, town_return: TownReturn) -> dict[str, bytes]:
    return dict(issue_files(superior, town_return))


def issue_files(plan: Plan, town_return: TownReturn) -> Iterator[tuple[str, bytes]]:
    issue = Issue(town_return, plan, content_hash(town_return), ISSUED_ON, plan.files)
    return ((one.name, one.content) for one in render_issue(issue))


def test_it_is_one_more_file_of_the_issue(files: dict[str, bytes], filled: bytes) -> None:
    assert files[NAME] == filled
    manifest = json.loads(files["manifest.json"])
    [output] = [one for one in manifest["outputs"] if one["file_name"] == NAME]
    assert output["sha256"] == hashlib.sha256(filled).hexdigest()
    in_force = manifest["in_force"]
    assert [one["file_name"] for one in in_force["mapping"]] == ["city-2018.mapping.yaml"]
    assert [(one["file_name"], one["size"]) for one in in_force["template"]] == [("city-2018.xlsx", len(TEMPLATE))]


def test_a_correction_says_so_in_its_name(superior: Plan, corrected_return: TownReturn) -> None:
    names = dict(issue_files(superior, corrected_return))
    assert "清溪镇打假工作月报表（市表）_2018年3月_第1次更正.xlsx" in names
    assert NAME not in names


def test_without_a_template_there_is_no_such_file(plan: Plan, town_return: TownReturn) -> None:
    manifest = json.loads(dict(issue_files(plan, town_return))["manifest.json"])
    assert manifest["in_force"].keys() == {"plan", "form", "rules"}
    assert not any("市表" in one["file_name"] for one in manifest["outputs"])
