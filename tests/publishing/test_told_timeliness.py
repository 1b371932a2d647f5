"""How timeliness, exemptions and extensions are said: in sheets, annexes, prose and the twin."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from townreturn.domain.canonical import canonical_json, content_hash, read_canonical
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import League, UnitTimeliness
from townreturn.domain.town_return import Measure, TownReturn
from townreturn.publishing.briefing import write_briefing
from townreturn.publishing.briefing_parts import compose_briefing
from townreturn.publishing.category_sentences import say_category
from townreturn.publishing.figure_notes import list_common_cells, list_notes
from townreturn.publishing.league_sentences import say_league
from townreturn.publishing.overall_sentences import say_overview
from townreturn.publishing.reporting_sentences import list_quality, say_reporting
from townreturn.publishing.standing_words import absent_word, say_duration, say_timeliness
from townreturn.publishing.twin import list_rows, write_standings_csv
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 5)
RANKS = [
    ("镇食药监分局", "1"), ("镇住建局", "1"), ("镇农林水务局", "1"), ("市烟草专卖局第五分局", "4"), ("镇经科信局", "5"),
    ("镇工商分局", "6"),
]  # fmt: skip


@pytest.fixture(scope="module")
def book(judged_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("judged") / "return.xlsx"
    write_return_workbook(judged_return, plan, path, ISSUED_ON)
    return openpyxl.load_workbook(path)


def rows_of(sheet: Any) -> list[Sequence[Any]]:
    """Every row below the heading of four lines and the table's own."""
    return [row for row in sheet.iter_rows(min_row=6, values_only=True) if any(cell is not None for cell in row)]


def test_every_standing_says_what_it_is(book: Any) -> None:
    shown = {row[0]: row[2:10] for row in rows_of(book["报送情况"])}
    assert shown["1.食品药品保健品"] == ("已报", "按时", "", "1", "0", "2018-03-28 09:02:03", "", "")
    assert shown["2.建材"] == ("免报", "免报", "", "0", "0", "未收到", "", "职能划转，见镇府办〔2018〕3号。")
    assert shown["3.烟草制品"][3:5] == ("3", "2")
    assert shown["4.农资"][6:] == ("2018-04-04 23:59:59", "=cmd|' /C calc'!A0")
    assert shown["5.儿童用品"][:5] == ("未报（退回）", "未通过", "", "1", "1")
    assert shown["6.家用电器（含小家电）"][:2] == ("未报", "未收到")
    assert shown["7.互联网电子商务商品"][:3] == ("已报", "迟报", "2天3小时")


def test_the_league_stands_in_the_workbook_with_its_periods_and_its_rule(book: Any) -> None:
    """镇经科信局 owes two categories: six, of which four were in time."""
    sheet = book["报送排名"]
    assert sheet["A4"].value == "统计范围：2018年1月至2018年3月，共3期；单位：类次"
    rows = rows_of(sheet)
    assert [(row[1], row[0]) for row in rows[:6]] == RANKS
    of_bureau = next(row for row in rows if row[1] == "镇经科信局")
    assert of_bureau[2:11] == (6, 4, 0, 2, 4, 1, 66.7, 66.7, 66.7)
    late = next(row for row in rows if row[1] == "镇工商分局")
    assert late[2:13] == (3, 1, 2, 0, 3, 0, 33.3, 100, 100, "2天4小时", "2天3小时")
    building = next(row for row in rows if row[1] == "镇住建局")
    assert (building[2], building[14]) == (2, 1)
    assert [row[0] for row in rows[6:]] == [
        "一个类别一个报告期为一类次。应报：已到期或已报的；免报、补录的不计。",
        "按时、迟报按第一份通过审核的报送的收到时间评定，以后更正不影响；退回的报送（包括空表）不算按时。"
        "一次通过：没有退回过就通过的。",
        "三个比率都以应报为分母。名次依次比较按时率、报送率、一次通过率，全部相同的并列，其后的名次顺延。",
    ]


def test_an_exempted_column_is_neither_missing_nor_a_number(book: Any, judged_return: TownReturn, plan: Plan) -> None:
    sheet = book["本期"]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "2.建材")
    shown = [sheet.cell(row, column).value for row in range(6, 7 + len(plan.form.indicators))]
    assert shown == ["免报"] * (1 + len(plan.form.indicators))
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "已报 4/7，免报 1" in texts
    assert "免报：经同意本期不报，没有数据，不是漏报；合计不含该类。" in texts
    missing = "儿童用品（镇经科信局）、家用电器（含小家电）（镇经科信局）"
    assert f"* 7类中已报4类，合计不完整。未报：{missing}。免报：建材（镇住建局）。" in texts
    notes = list_notes(
        judged_return, plan, list_common_cells(judged_return, plan), [Measure.YTD], with_states=True
    )  # fmt: skip
    assert "* 本年累计中有月份未报或免报，累计不完整。" in notes


def test_a_year_without_figures_is_exempted_only_if_nothing_of_it_was_owed(judged_return: TownReturn) -> None:
    assert absent_word(judged_return, "building", Measure.YTD) == "免报"
    owing = tuple(replace(one, missing=1) if one.unit == "zhujian" else one for one in judged_return.league.units)
    owed = replace(judged_return, league=replace(judged_return.league, units=owing))
    assert absent_word(owed, "building", Measure.YTD) == "未报"
    assert absent_word(owed, "building", Measure.CURRENT) == "免报"
    assert absent_word(owed, "appliances", Measure.CURRENT) == "未报"


def test_the_briefing_tells_who_was_late_out_returned_and_let_off(judged_return: TownReturn, plan: Plan) -> None:
    assert say_reporting(judged_return, plan).text == (
        "本期报送截止时间为2018年3月31日23:59:59。应报6类，已报4类，其中按时3类，一次通过3类。"
        "迟报1类：互联网电子商务商品（镇工商分局，迟报2天3小时）。"
        "未报2类：儿童用品（镇经科信局，退回1次，尚未重报通过）、家用电器（含小家电）（镇经科信局）。"
        "退回后重报通过1类：烟草制品（市烟草专卖局第五分局，退回2次）。"
        "延期1类：农资（镇农林水务局，延至2018年4月4日23:59:59，原因：=cmd|' /C calc'!A0）。"
        "免报1类：建材（镇住建局，原因：职能划转，见镇府办〔2018〕3号）。"
    )
    assert say_overview(judged_return, plan).text.startswith(
        "本期应报6类，已报4类。其中零申报1类：农资。免报1类：建材（镇住建局），以下合计不含。未报2类："
    )
    assert say_category(judged_return, plan, "building").text == (
        "镇住建局本期免报（原因：职能划转，见镇府办〔2018〕3号），没有本期数据。"
    )
    quality = [one.text for one in list_quality(judged_return, plan)]
    assert "建材（镇住建局）免报，有关合计和累计不含其数据，已在表中标明，不作比较。" in quality
    assert not any("建材（镇住建局）未报" in one for one in quality)


def test_the_briefing_tells_the_league_of_the_year(judged_return: TownReturn, plan: Plan) -> None:
    """Owed 3+2+3+3+6+3 = 20, in time 3+2+3+3+4+1 = 16, at the first attempt 3+2+2+3+4+3 = 17."""
    assert say_league(judged_return, plan).text == (
        "本年以来（2018年1月至2018年3月，共3期），各单位应报20类次，按时16类次，迟报2类次，未报2类次，一次通过17类次。"
        "免报1类次，不计。"
        "排名第1：镇食药监分局、镇住建局、镇农林水务局，按时率100.0%，报送率100.0%，一次通过率100.0%。"
        "有迟报的：镇工商分局2类次（累计2天4小时，最长2天3小时）。"
        "有未报的：镇经科信局2类次。"
        "有退回的：市烟草专卖局第五分局2次、镇经科信局1次。"
        "各单位的名次和评定办法见附表5。"
    )


def test_a_year_that_was_backfilled_praises_and_blames_nobody(judged_return: TownReturn, plan: Plan) -> None:
    nothing = UnitTimeliness("yancao", None, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)
    league = League(("2018-01",), ("2018-01",), (nothing,))
    told = say_league(replace(judged_return, league=league), plan).text
    assert told.startswith("本年以来（2018年1月，其中2018年1月为补录，不计），没有可以排名的报送。各单位的名次")


def test_nobody_is_told_to_send_what_is_exempted(judged_return: TownReturn, plan: Plan) -> None:
    told = [one.prose.text for one in compose_briefing(judged_return, plan, ISSUED_ON)]
    [urged] = [one for one in told if "督促未报单位补报" in one]
    assert urged == "1. 督促未报单位补报：儿童用品（镇经科信局）、家用电器（含小家电）（镇经科信局）。"


def test_the_annexes_show_standings_and_league(judged_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_briefing(judged_return, plan, tmp_path / "b.docx", ISSUED_ON)
    document = Document(str(tmp_path / "b.docx"))
    standings, league, _ = document.tables[3:]
    late = [cell.text for cell in standings.rows[7].cells]
    assert late[2:] == ["已报", "迟报2天3小时", "0", "2018-04-01 00:00:00"]
    assert [(row.cells[1].text, row.cells[0].text) for row in league.rows[1:]] == RANKS
    assert [cell.text for cell in league.rows[5].cells][2:] == ["6", "4", "0", "2", "1", "0", "66.7%", "66.7%", "66.7%"]
    texts = [one.text for one in document.paragraphs]
    assert "附表5　各单位报送排名（本年以来）" in texts
    assert "统计范围：2018年1月至2018年3月，共3期；单位：类次" in texts


def test_the_twin_has_the_league_and_every_standing(judged_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    assert read_canonical(canonical_json(judged_return)) == judged_return
    write_standings_csv(judged_return, plan, tmp_path / "s.csv")
    rows = {one["category"]: one for one in csv.DictReader((tmp_path / "s.csv").open(encoding="utf-8-sig"))}
    assert list(rows) == [one.code for one in plan.categories]
    extended = rows["agricultural"]
    assert (extended["due_at"], extended["note"]) == ("2018-04-05T00:00:00+08:00", "'=cmd|' /C calc'!A0")
    assert rows["tobacco"]["due_at"] == "2018-04-01T00:00:00+08:00"
    late = rows["ecommerce"]
    assert (late["state"], late["timeliness"], late["late_seconds"]) == ("late_accepted", "late", "183600")
    assert (rows["building"]["state"], rows["building"]["received_at"]) == ("exempted", "")


def test_the_csv_of_figures_tells_exempted_from_missing(judged_return: TownReturn, plan: Plan) -> None:
    found = {(row[2], row[3], row[4]): row[7] for row in list_rows(judged_return, plan)}
    assert found["building", "cases_filed", "current"] == "exempted"
    assert found["total", "cases_filed", "current"] == "incomplete"


def test_a_return_stored_before_there_was_a_league_keeps_its_hash(town_return: TownReturn, plan: Plan) -> None:
    assert "league" not in canonical_json(town_return)
    assert content_hash(replace(town_return, league=League())) == content_hash(town_return)
    assert say_league(town_return, plan).text == ""


def test_what_was_returned_is_shown_as_neither_in_time_nor_late(judged_return: TownReturn) -> None:
    assert [say_timeliness(one) for one in judged_return.standings if one.category == "children"] == ["未通过"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "不到1分钟"), (59, "不到1分钟"), (60, "1分钟"), (3599, "59分钟"), (3600, "1小时"), (3660, "1小时1分钟"),
     (86399, "23小时59分钟"), (86400, "1天"), (86460, "1天"), (183600, "2天3小时"), (186000, "2天3小时")],
)  # fmt: skip
def test_durations_are_told_in_two_units_at_most(seconds: int, said: str) -> None:
    assert say_duration(seconds) == said
