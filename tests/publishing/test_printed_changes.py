"""数据更正: printed first on its own figures, then on other returns; in words where there is no number."""

import csv
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from townreturn.domain.canonical import canonical_json, content_hash
from townreturn.domain.correction_policy import CorrectionPolicy, LaterPeriods
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import FigureChange, Measure, TownReturn
from townreturn.publishing import render_issue
from townreturn.publishing.briefing_parts import compose_briefing
from townreturn.publishing.correction_sentences import MOST_CHANGES
from townreturn.publishing.manifest import Issue
from townreturn.publishing.told_changes import tell_changes
from townreturn.publishing.twin import CHANGE_COLUMNS, write_changes_csv
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
HOSTILE = "=cmd|' /C calc'!A0"
SHEET = "数据更正"
SIGNED = "+#,##0_ ;-#,##0_ ;0_ "


@pytest.fixture(scope="module")
def book(corrected_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("corrected") / "r.xlsx"
    write_return_workbook(corrected_return, plan, path, ISSUED_ON)
    return openpyxl.load_workbook(path)


@pytest.fixture
def told(plan: Plan) -> Callable[[TownReturn], list[str]]:
    """``told(town_return)``: the briefing's paragraphs."""
    return lambda town_return: [one.prose.text for one in compose_briefing(town_return, plan, ISSUED_ON)]


def rows(book: Any) -> list[tuple[Any, ...]]:
    found = list(book[SHEET].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(found) if row[0] == "报告期")
    return found[head:]


def test_every_change_is_a_row_own_figures_first(book: Any) -> None:
    found = rows(book)
    assert found[0] == (
        "报告期", "类别", "指标", "口径", "原发布数", "更正数", "差额", "更正原因", "文件名", "工作表", "单元格",
    )  # fmt: skip
    assert [row[0] for row in found[1:14]] == ["2018-03"] * 9 + [
        "后续月报受影响的数字",
        "2018-04",
        "2018-04",
        "2019-03",
    ]
    assert found[1] == (
        "2018-03", "食品药品保健品", "立案（宗）", "本期", 4, 5, 1, f"{HOSTILE}，5号仓库漏录□一案",
        "shiyaojian-2018-03.xlsx", "统计表", "D13",
    )  # fmt: skip
    assert found[9][1:8] == ("儿童用品", "（文字材料）", "—", "（文字）", "（文字）", "—", "重点案件改写")


def test_what_is_no_number_is_said(book: Any) -> None:
    by_place = {row[1:4]: row[4:7] for row in rows(book)[1:10]}
    assert by_place["烟草制品", "立案（宗）", "本期"] == ("未报", 3, "—")
    assert by_place["建材", "立案（宗）", "本期"] == (2, "未报", "—")
    assert by_place["合计", "立案（宗）", "同比"] == (5, "不可比", "—")


def test_numbers_have_the_formats_of_their_indicator(book: Any) -> None:
    sheet = book[SHEET]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "报告期")
    formats = [[cell.number_format for cell in row[4:7]] for row in sheet.iter_rows(head + 1, head + 8)]
    assert formats[0] == ["#,##0_ ", "#,##0_ ", SIGNED]
    assert formats[2][0] == '+#,##0.0"%"_ ;-#,##0.0"%"_ ;0.0"%"_ '
    assert formats[2][2] == '+#,##0.0"个百分点"_ ;-#,##0.0"个百分点"_ ;0"个百分点"_ '
    assert formats[5] == ["#,##0_ ", '#,##0"*"_ ', SIGNED]  # six of seven categories are in
    assert formats[7] == ["#,##0.00_ ", "#,##0.00_ ", "+#,##0.00_ ;-#,##0.00_ ;0_ "]


def test_the_widest_difference_fits_its_column(book: Any) -> None:
    """「-1,218.2个百分点」 takes sixteen half-width characters; a number too long for its column prints as ####."""
    assert book[SHEET].column_dimensions["G"].width > 17


def test_nothing_calculates(book: Any) -> None:
    assert {cell.data_type for row in book[SHEET].iter_rows() for cell in row if cell.value is not None} == {"s", "n"}


def test_the_heading_says_which_correction(book: Any) -> None:
    for name in ("本期", SHEET, "数据来源"):
        assert book[name]["A1"].value == f"清溪镇打假工作统计月报表（{name}）第1次更正"


def test_csv_has_every_change_and_no_formula(corrected_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_changes_csv(corrected_return, plan, tmp_path / "c.csv")
    content = (tmp_path / "c.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert not any(byte in content for byte in b"\x07\x1b\x00")
    found = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert tuple(found[0]) == CHANGE_COLUMNS
    assert len(found) == len(corrected_return.changes)
    assert found[0]["reason"] == f"'{HOSTILE}，5号仓库漏录□一案"
    assert [found[0][name] for name in ("old", "new", "difference", "unit", "file_hash")] == [
        "4", "5", "1", "宗", "s" * 64,
    ]  # fmt: skip
    tobacco = next(one for one in found if one["category"] == "tobacco")
    assert (tobacco["old"], tobacco["new"], tobacco["difference"]) == ("", "3", "")
    year = next(one for one in found if one["changed_period"] == "2019-03")
    assert (year["measure"], year["difference"], year["unit"]) == ("year_on_year", "-18.2", "%")


def test_the_briefing_begins_with_the_correction(
    corrected_return: TownReturn, told: Callable[[TownReturn], list[str]]
) -> None:
    found = told(corrected_return)
    head = found.index("一、数据更正")
    assert head == 3
    assert found[head + 1] == (
        "本材料依据2018年3月打假统计月报第1次更正编写，共更正8项数字，其中本期数4项，"
        "合计、累计和比较等随之变化的4项。2018年3月打假统计月报第1次更正中，儿童用品的文字材料有更正。"
    )
    assert found[head + 2 : head + 6] == [
        "1. 烟草制品立案由未报更正为3宗，原因：逾期报送，原为未报。",
        "2. 建材立案由2宗更正为未报，原因：报送的文件有误，予以剔除。",
        "3. 食品药品保健品涉案货值由1,250.00万元更正为12.50万元（减少1,237.50万元），原因：误按元填报。",
        f"4. 食品药品保健品立案由4宗更正为5宗（增加1宗），原因：{HOSTILE}，5号仓库漏录□一案。",
    ]
    assert found[head + 6] == (
        "后续月报受影响的数字：2018年4月2项、2019年3月1项。这些月报不重新发布，下一期月报的累计按更正后的数字计算。"
    )
    assert found[head + 7] == "二、总体情况"


def test_the_policy_says_what_becomes_of_later_returns(corrected_return: TownReturn, plan: Plan) -> None:
    reissuing = replace(plan, corrections=CorrectionPolicy(later_periods=LaterPeriods.REISSUE))
    found = [one.prose.text for one in compose_briefing(corrected_return, reissuing, ISSUED_ON)]
    assert any(one.endswith("2019年3月1项。这些月报将各自发布更正。") for one in found)


def test_an_original_tells_of_corrections_before_it(
    return_after_a_correction: TownReturn, told: Callable[[TownReturn], list[str]], plan: Plan, tmp_path: Path
) -> None:
    found = told(return_after_a_correction)
    assert found[3:6] == [
        "一、数据更正",
        "以前月份的月报有更正，本期的累计和比较已按更正后的数字计算：",
        "1. 2018年1月烟草制品立案由未报更正为3宗，原因：逾期报送，原为未报。",
    ]
    write_return_workbook(return_after_a_correction, plan, tmp_path / "r.xlsx", ISSUED_ON)
    assert rows(openpyxl.load_workbook(tmp_path / "r.xlsx"))[1][0].startswith("以前月份的更正")


def test_of_many_changes_the_meeting_hears_a_few(
    corrected_return: TownReturn, told: Callable[[TownReturn], list[str]], plan: Plan
) -> None:
    first = corrected_return.changes[0]
    many = tuple(replace(first, indicator=one.code) for one in plan.form.indicators)
    found = told(replace(corrected_return, changes=many))
    head = found.index("一、数据更正")
    assert found[head + 2 + MOST_CHANGES] == f"6. 另有{len(many) - MOST_CHANGES}项见月报《数据更正》表。"


def test_what_the_form_no_longer_has_is_told_by_its_code(corrected_return: TownReturn, plan: Plan) -> None:
    dropped = replace(corrected_return.changes[0], period="2017-12", category="toys", indicator="raids")
    [told] = tell_changes(replace(corrected_return, changes=(dropped,)), plan)
    assert (told.category, told.label, told.old, told.new, told.difference) == ("toys", "raids", "4", "5", "+1")


def test_an_issue_has_the_changes_as_csv(corrected_return: TownReturn, town_return: TownReturn, plan: Plan) -> None:
    def names(one: TownReturn) -> set[str]:
        return {file.name for file in render_issue(Issue(one, plan, content_hash(one), ISSUED_ON))}

    assert "清溪镇打假统计月报_2018年3月_第1次更正_数据更正.csv" in names(corrected_return)
    assert "打假形势分析会材料_2018年3月_第1次更正.json" in names(corrected_return)
    assert not any(SHEET in name for name in names(town_return))


def test_without_changes_nothing_is_said_of_them(
    town_return: TownReturn, told: Callable[[TownReturn], list[str]], plan: Plan, tmp_path: Path
) -> None:
    write_return_workbook(town_return, plan, tmp_path / "r.xlsx", ISSUED_ON)
    with zipfile.ZipFile(tmp_path / "r.xlsx") as package:
        assert SHEET not in package.read("xl/workbook.xml").decode()
    assert not any("更正" in one for one in told(town_return))


def test_returns_without_normalisations_or_changes_keep_their_text(town_return: TownReturn) -> None:
    text = canonical_json(town_return)
    assert '"normalised"' not in text
    assert '"changes"' not in text
    read = replace(town_return.sources[0], normalised=("已读作 12",))
    assert '"normalised":["已读作 12"]' in canonical_json(replace(town_return, sources=(read,)))


def test_the_sources_sheet_says_how_a_text_was_read(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    read = replace(town_return.sources[0], raw=HOSTILE, normalised=("全角字符已读作 42", "计量单位按“次”"))
    write_return_workbook(replace(town_return, sources=(read,)), plan, tmp_path / "r.xlsx", ISSUED_ON)
    found = list(openpyxl.load_workbook(tmp_path / "r.xlsx")["数据来源"].iter_rows(values_only=True))
    assert (
        "1.食品药品保健品", "开展执法行动", HOSTILE, "全角字符已读作 42\n计量单位按“次”", "shiyaojian-2018-03.xlsx",
        "统计表", "D6", "s" * 64,
    ) in found  # fmt: skip


def test_a_zero_that_becomes_a_zero_return_says_so(
    town_return: TownReturn, told: Callable[[TownReturn], list[str]]
) -> None:
    zero = FigureChange("2018-03", "agricultural", "cases_filed", Measure.CURRENT, Decimal(0), Decimal(0), "改为零申报")
    assert "1. 农资立案由0宗更正为0宗（零申报），原因：改为零申报。" in told(
        replace(town_return, issue=1, changes=(zero,))
    )


def test_measures_of_a_change_are_named(corrected_return: TownReturn, plan: Plan) -> None:
    named = {one.change.measure: one.measure for one in tell_changes(corrected_return, plan)}
    assert named[Measure.YTD] == "本年累计"
    assert named[None] == "—"
