"""汇总预览: its figures are the workbook's and the golden month's; it follows what is in, and tells the differences."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from asked_board import IN_HAND, MARCH, Ask, asking
from golden_month import read_expected, read_explanations
from page_text import Page, read_page
from published_months import AFTER_DUE, FEBRUARY, JANUARY, publish_months, publish_newest
from stored_reports import empty_the_inbox, store_all, store_report
from townreturn import month
from townreturn.domain.plan import Plan, Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.town_return import Measure
from townreturn.office import Office

SHEETS = {
    Measure.CURRENT: "本期", Measure.YTD: "本年累计", Measure.MONTH_ON_MONTH: "环比", Measure.YEAR_ON_YEAR: "同比",
    Measure.YTD_YEAR_ON_YEAR: "累计同比",
}  # fmt: skip


@pytest.fixture(scope="module")
def plan(published: Office) -> Plan:
    return published.plans.plans[0]


@pytest.fixture(scope="module")
def workbook(published: Office) -> Any:
    [path] = Path(published.outbox.path).glob("2018-02/issue-0/清溪镇打假统计月报_2018年2月.xlsx")
    return load_workbook(path, data_only=True)


def common_figures(page: Page, plan: Plan) -> dict[str, list[str]]:
    """Label → the texts under the categories and the total."""
    labels = {f"{one.label} {one.unit}": one.label for one in plan.form.indicators}
    return {labels[row[-9]]: row[-8:] for row in page.rows if len(row) >= 9 and row[-9] in labels}


def extra_figures(page: Page, plan: Plan) -> dict[str, list[str]]:
    """Label → the texts of the five measures; labels are unique over the categories."""
    extras = [one for found in plan.form.extras.values() for one in found]
    labels = {f"{one.label} {one.unit}": one.label for one in extras}
    return {labels[row[-6]]: row[-5:] for row in page.rows if len(row) in (6, 7) and row[-6] in labels}


def shown(cell: Any) -> str:
    """What a spreadsheet shows of a cell, by its number format."""
    if not isinstance(cell.value, int | float):
        return str(cell.value)
    sections = cell.number_format.removesuffix("_ ").split(";")
    section = sections[(cell.value < 0) + 2 * (cell.value == 0)] if len(sections) > 1 else sections[0]
    mark = "".join(re.findall(r'"([^"]*)"', section))
    pattern = section.split('"', maxsplit=1)[0]
    sign = pattern[0] if pattern[0] in "+-" else ""
    decimals = len(pattern.partition(".")[2])
    return f"{sign}{abs(cell.value):,.{decimals}f}{mark}"


def number_in(text: str) -> Decimal | None:
    found = re.match(r"[+-]?[0-9,]+(\.[0-9]+)?", text)
    return Decimal(found[0].replace(",", "")) if found else None


@pytest.mark.parametrize("measure", Measure)
def test_figures_and_marks_are_those_of_the_published_workbook(
    ask: Ask, plan: Plan, workbook: Any, measure: Measure
) -> None:
    of_sheet = {
        row[0].value: [shown(cell) for cell in row[2:10]]
        for row in workbook[SHEETS[measure]].iter_rows(min_col=2)
        if row[0].value in {one.label for one in plan.form.indicators}
    }
    assert common_figures(read_page(ask(f"/preview?period=2018-02&measure={measure}").text), plan) == of_sheet
    assert len(of_sheet) == 28


def test_extras_are_those_of_the_published_workbook(ask: Ask, plan: Plan, workbook: Any) -> None:
    found = extra_figures(read_page(ask("/preview?period=2018-02").text), plan)
    of_sheet = {
        row[1].value: [shown(cell) for cell in row[3:8]]
        for row in workbook["专项指标"].iter_rows()
        if row[1].value in found
    }
    assert found == of_sheet
    assert len(found) == sum(map(len, plan.form.extras.values())) > 10


def test_every_number_is_the_golden_months(ask: Ask, plan: Plan) -> None:
    """Worked out by hand in ``expected-2018-02.csv``."""
    pages = {one: read_page(ask(f"/preview?period=2018-02&measure={one}").text) for one in Measure}
    common = {measure: common_figures(page, plan) for measure, page in pages.items()}
    extras = extra_figures(pages[Measure.CURRENT], plan)
    columns = [*(one.code for one in plan.categories), "total"]
    compared = 0
    for row in read_expected():
        label, measure = plan.form.by_code[row.indicator].label, Measure(row.measure)
        texts = common[measure].get(label)
        text = texts[columns.index(row.category)] if texts else extras[label][list(Measure).index(measure)]
        assert number_in(text) == row.value, row
        compared += 1
    assert compared > 400


def test_how_categories_stand_and_what_marks_mean_are_told(ask: Ask) -> None:
    page = read_page(ask("/preview?period=2018-02").text)
    assert page.row("状态") == [
        "状态", "已报", "已报", "已报", "未报", "已报（零申报）", "已报", "已报", "已报 6/7",
    ]  # fmt: skip
    assert "* 7类中已报6类，合计不完整。未报：农资（镇农林水务局）。" in page.text
    assert "／：各类别之间有重叠，不计合计。" in page.text


def test_the_units_explanations_stand_below(ask: Ask) -> None:
    """What they wrote under 审核说明; ① is the mark of the figure 建材查扣数量."""
    page = read_page(ask("/preview?period=2018-02").text)
    explained = [row["reason"] for row in read_explanations()]
    assert len(explained) > 4
    for reason in explained:
        assert reason in page.text
    first = next(row for row in page.rows if row and row[0] == "①")
    assert first[1:4] == ["2.建材", "镇住建局", "建材查扣数量"]


def test_a_period_in_hand_shows_what_would_be_published(ask: Ask, plan: Plan) -> None:
    page = read_page(ask("/preview").text)
    assert "清溪镇 2018-03 汇总预览" in page.texts
    assert "按 2018-03-29 12:00 的数据试算，尚未发布" in page.texts
    assert "还没有汇总送审" in page.texts
    assert page.row("状态")[1:4] == ["未报", "未报（退回）", "已报"]
    assert common_figures(page, plan)["立案"] == ["未报", "未报", "0", "未报", "未报", "未报", "未报", "0*"]


def test_the_measures_are_one_step_from_each_other(ask: Ask) -> None:
    page = read_page(ask("/preview?period=2018-02&lang=zh").text)
    assert [one for one in SHEETS.values() if one in page.links] == list(SHEETS.values())
    assert "measure=month_on_month" in page.links["环比"]
    assert "period=2018-02" in page.links["环比"]
    following = read_page(ask(page.links["环比"].removeprefix("/board")).text)
    assert "各类别环比" in following.text


def test_a_figure_leads_to_its_sources(ask: Ask) -> None:
    page = read_page(ask("/preview?period=2018-02").text)
    addresses = {address for name, address in page.attributes if name == "href" and address and "/figures/" in address}
    assert "/board/figures/2018-02/tobacco/cases_filed/current?issue=0" in addresses
    assert not [one for one in addresses if "/total/markets_inspected/" in one], "a memo has no total"
    assert ask("/figures/2018-02/tobacco/cases_filed/current?issue=0").status_code == 200


def test_what_was_compiled_is_told_from_what_changed_since(small_office: Office) -> None:
    publish_months(small_office)
    now = IN_HAND + timedelta(days=4)
    month.open_period(small_office, MARCH, now, "", backfilled=True)
    store_all(small_office, "2018-03", figures={"enforcement_actions": 3})
    empty_the_inbox(small_office, now)
    month.compile_return(small_office, MARCH, now)
    ask = asking(small_office, now)
    assert "已汇总送审的内容 与此处一致" in read_page(ask("/preview?period=2018-03").text).text
    store_report(small_office, "tobacco", "2018-03", {"enforcement_actions": 8}, number=1)
    shown = read_page(ask("/preview?period=2018-03").text)
    assert "已汇总送审的内容 汇总后又有变动" in shown.text
    row = next(row for row in shown.rows if row and "开展执法行动 次" in row)
    assert row[-1] == "26", "six categories of 3, and 8"


def test_a_correction_that_would_follow_is_shown_against_what_is_published(small_office: Office) -> None:
    """烟草 reports 立案 7 for February in place of 2: the total moves from 9 to 14."""
    publish_months(small_office)
    now = AFTER_DUE + timedelta(days=3)
    ask, plan = asking(small_office, now), small_office.plans.plans[0]
    published = read_page(ask("/preview?period=2018-02").text)
    assert "没有待发布的更正：已发布的数字和文字没有变化" in published.text
    before = common_figures(published, plan)["立案"]
    store_report(
        small_office, "tobacco", "2018-02", {"cases_filed": 7, "cases_pending": 7}, number=1, received_at=now
    )  # fmt: skip
    page = read_page(ask("/preview?period=2018-02&against=0").text)
    assert "第1次更正" in page.texts
    filed = common_figures(page, plan)["立案"]
    assert filed[2] == f"7 {before[2]}"
    total = number_in(before[-1])
    other = number_in(before[2])
    assert total is not None
    assert other is not None
    assert filed[-1] == f"{total - other + 7}* {before[-1]}"
    assert [filed[place] for place in (0, 1, 3, 4, 5, 6)] == [before[place] for place in (0, 1, 3, 4, 5, 6)]
    told = ask("/api/periods/2018-02/preview?against=0").json()
    olds = [cell["old"] for row in (*told["rows"], *told["extras"]) for cell in row["cells"]]
    assert page.tags.count("del") == sum(one is not None for one in olds) > 2
    assert "del" not in read_page(ask("/preview?period=2018-02").text).tags
    issue = read_page(ask("/preview?period=2018-02&issue=0").text)
    assert common_figures(issue, plan)["立案"] == before
    publish_newest(small_office, month.compile_correction(small_office, FEBRUARY, now))
    corrected = read_page(ask("/preview?period=2018-02&issue=1&against=0").text)
    assert common_figures(corrected, plan)["立案"] == filed


def test_the_same_as_data(ask: Ask) -> None:
    told = ask("/api/periods/2018-02/preview?measure=ytd").json()
    assert (told["issue"], told["issues"], told["measure"]) == (0, [0], "ytd")
    assert told["published_at"] == "2018-03-01T08:00:00+08:00"
    [row] = [row for row in told["rows"] if row["label"] == "涉案货值"]
    assert row["cells"][0] == {
        "category": "food_drug", "indicator": "goods_value", "measure": "ytd", "text": "22.30", "value": "22.3",
        "is_missing": False, "is_traced": True, "old": None,
    }  # fmt: skip


def test_in_english_the_labels_are_english(ask: Ask) -> None:
    page = read_page(ask("/preview?period=2018-02&lang=en").text)
    assert "Year to date" in page.links
    assert page.row("State")[4] == "not reported"
    assert "0（零申报）" in page.row("立案"), "a cell as the workbook says it"


@pytest.mark.parametrize(
    "query",
    [
        "issue=1", "issue=-1", "issue=x", "issue=99999999999999999999", "against=7", "measure=all", "period=2018-13",
        "period=1999-01", "issue=%00", "against=0%27",
    ],
)  # fmt: skip
def test_what_there_is_not_is_no_page(ask: Ask, query: str) -> None:
    asked = query if query.startswith("period") else f"period=2018-02&{query}"
    assert ask(f"/preview?{asked}").status_code == 404


def test_an_issue_whose_plan_is_gone_is_still_shown(published: Office) -> None:
    plan = replace(published.plans.plans[0], validity=Validity("2018-02", "2018-12"))
    ask = asking(replace(published, plans=PlanBook((plan,))))
    page = read_page(ask(f"/preview?period={JANUARY}").text)
    assert "2018-03-01 08:00 发布" in page.texts
    assert ask(f"/figures/{JANUARY}/tobacco/cases_filed/current").status_code == 200
