"""The one-page summary: its figures are the return's and look like the workbook's, nothing acts or is fetched."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Amount, Change, TownReturn
from townreturn.publishing.summary_page import compose_page, write_summary
from townreturn.publishing.summary_tables import list_key_indicators
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
NASTY = '<script>alert(1)</script><img src=x onerror=y>"\' style="\u202e\x00=HYPERLINK("http://x")&amp;'
FIXTURES = (
    "town_return",
    "explained_return",
    "complete_return",
    "corrected_return",
    "return_after_a_correction",
    "judged_return",
)
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "strong", "span", "ul", "ol", "li", "b",
    "small", "section", "div", "table", "thead", "tbody", "tr", "th", "td", "em", "p",
}  # fmt: skip


class Page(HTMLParser):
    """The page's elements, its texts, and its tables as rows of cells, each cell a list of texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.tables: list[list[list[list[str]]]] = []
        self.items: list[list[str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)
        if tag != "meta":
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append([])
        elif tag == "li":
            self.items.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.texts.append(data)
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1].append(data)
        elif "li" in self.open:
            self.items[-1].append(data)


def page_of(town_return: TownReturn, plan: Plan) -> Page:
    return Page(compose_page(town_return, plan, ISSUED_ON))


def matrix(page: Page) -> Iterator[tuple[str, list[list[str]]]]:
    """Label → (current, year to date) of each category and of the total, as they stand on the page."""
    for row in page.tables[0][2:]:
        cells = row[1:] if len(row[0]) == 1 else row  # the group's name stands in its first row only
        yield cells[0][0], cells[1:]


def shown(cell: Cell) -> str:
    """What a spreadsheet shows of a cell, by its number format."""
    if not isinstance(cell.value, int | float):
        return str(cell.value)
    number_format = cell.number_format.removesuffix("_ ")  # a space that keeps the figure off its border
    mark = "".join(re.findall(r'"([^"]*)"', number_format))
    plain = number_format.split('"', maxsplit=1)[0]
    return {"#,##0": f"{cell.value:,.0f}", "#,##0.00": f"{cell.value:,.2f}", "0": f"{cell.value:.0f}"}[plain] + mark


@pytest.mark.parametrize("name", FIXTURES)
def test_figures_and_marks_are_the_workbooks(
    name: str, request: pytest.FixtureRequest, plan: Plan, tmp_path: Path
) -> None:
    town_return: TownReturn = request.getfixturevalue(name)
    write_return_workbook(town_return, plan, tmp_path / "r.xlsx", ISSUED_ON)
    book = load_workbook(tmp_path / "r.xlsx", data_only=True)
    sheets = {}
    for sheet in (book["本期"], book["本年累计"]):
        rows = [
            row for row in sheet.iter_rows(min_col=2) if row[0].value in {one.label for one in plan.form.indicators}
        ]
        sheets[sheet.title] = {row[0].value: [shown(cell) for cell in row[2:10]] for row in rows}
    seen = 0
    for label, cells in matrix(page_of(town_return, plan)):
        seen += 1
        assert [cell[0] for cell in cells] == sheets["本期"][label], label
        assert [cell[-1] for cell in cells] == sheets["本年累计"][label], label
    assert seen == len(plan.form.indicators) == 28


@pytest.mark.parametrize("name", FIXTURES)
def test_every_number_is_the_returns(name: str, request: pytest.FixtureRequest, plan: Plan) -> None:
    town_return: TownReturn = request.getfixturevalue(name)
    codes = [*(one.code for one in plan.categories), "total"]
    by_label = {one.label: one.code for one in plan.form.indicators}
    for label, cells in matrix(page_of(town_return, plan)):
        for code, texts in zip(codes, cells, strict=True):
            cell = town_return.cell(code, by_label[label])
            numbers = [number_in(text) for text in texts]
            expected = [cell.current.value, cell.ytd.value] if cell else [None]
            assert numbers == expected, (code, label)


def number_in(text: str) -> Decimal | None:
    found = re.match(r"[+-]?[0-9,]+(\.[0-9]+)?", text)
    return Decimal(found[0].replace(",", "")) if found else None


def test_states_stand_under_the_categories(judged_return: TownReturn, plan: Plan) -> None:
    head = page_of(judged_return, plan).tables[0][1]
    assert [cell[0] for cell in head] == [
        "报送情况", "已报", "免报", "已报", "已报（零申报）", "未报（退回）", "未报", "已报", "已报 4/7，免报 1",
    ]  # fmt: skip


def test_key_totals_are_the_first_of_each_group(complete_return: TownReturn, plan: Plan) -> None:
    keys = [one.code for one in list_key_indicators(plan)]
    assert keys == [
        "enforcement_actions", "cases_investigated", "cases_transferred", "samples_tested", "complaints_received",
        "publicity_events",
    ]  # fmt: skip
    tiles = page_of(complete_return, plan).items[: 1 + len(keys)]
    assert tiles[0] == ["报送", "已报 7/7"]
    # By hand from CURRENT: 42 + 20 + 6 + 4 + 11 = 83.
    assert tiles[1] == ["开展执法行动", "次", "83", "环比 +10.0%", "同比 -5.5%"]
    for code, tile in zip(keys, tiles[1:], strict=True):
        cell = complete_return.cell("total", code)
        assert cell is not None
        figures = [cell.current, cell.month_on_month, cell.year_on_year]
        assert [number_in(text.split(" ")[-1]) for text in tile[2:]] == [value_of(one) for one in figures]


def value_of(figure: Amount | Change) -> Decimal | None:
    return figure.value if isinstance(figure, Amount) else figure.pct


def test_a_memo_first_in_its_group_is_no_key_total(plan: Plan) -> None:
    first, *rest = plan.form.indicators
    memo = next(one for one in rest if one.code == "markets_inspected")
    form = replace(plan.form, indicators=(memo, first, *(one for one in rest if one is not memo)))
    assert list_key_indicators(replace(plan, form=form))[0].code == first.code


def test_what_else_is_told(corrected_return: TownReturn, plan: Plan) -> None:
    page = page_of(corrected_return, plan)
    text = "\n".join(page.texts)
    for one in (
        "清溪镇2018年3月打假统计月报摘要", "第1次更正", "报告期：2018年3月（2018年2月26日 至 2018年3月25日）",
        "清溪镇经科信局 2018年4月2日", "“3·12”非法经营卷烟案（烟草制品，市烟草专卖局第五分局）",
        "食品药品保健品涉案货值由1,250.00万元更正为12.50万元（减少1,237.50万元），原因：误按元填报。",
        "清溪镇打假统计月报_2018年3月_第1次更正.xlsx", "打假形势分析会材料_2018年3月_第1次更正.docx",
        "⑥烟草制品：本期 1025.33 万元。说明：三中村仓库一案 货值较大",
        "烟草制品“涉案货值”（单位自行说明）：本期破获大案一宗",
        "* 7类中已报6类，合计不完整。未报：建材（镇住建局）。", "2018-03-28 09:02:03",
    ):  # fmt: skip
        assert one in text, one
    assert [one[0] for one in page.tables[1][2]] == ["2.建材", "镇住建局", "未报", "未收到", "未收到"]


def test_every_word_and_mark_is_told_below(town_return: TownReturn, complete_return: TownReturn, plan: Plan) -> None:
    def below(one: TownReturn) -> list[str]:
        return ["".join(item) for item in page_of(one, plan).items]

    told = below(town_return)
    assert sum(one.startswith(("不可比：", "* ", "（零申报）：", "／：")) for one in told) == 5, "each once"
    assert not [one for one in below(complete_return) if one.startswith("不可比：")], "none stands on that page"


def test_an_original_tells_of_no_correction(town_return: TownReturn, plan: Plan) -> None:
    text = "".join(page_of(town_return, plan).texts)
    assert "更正" not in text
    assert "本期无" not in text
    assert "本期无" in "".join(page_of(replace(town_return, entries=()), plan).texts)


def nasty(town_return: TownReturn) -> TownReturn:
    """Whatever a unit may write, and the town's name, made of markup."""
    entries = tuple(
        replace(one, values=dict.fromkeys(("title", "reason", "indicator", "finding"), NASTY))
        for one in town_return.entries
    )
    notes = tuple(replace(one, question=NASTY, explanation=NASTY) for one in town_return.notes)
    changes = tuple(replace(one, reason=NASTY) for one in town_return.changes)
    standings = tuple(replace(one, note=NASTY) for one in town_return.standings)
    return replace(town_return, town=NASTY, entries=entries, notes=notes, changes=changes, standings=standings)


def test_text_from_outside_is_never_markup(corrected_return: TownReturn, plan: Plan) -> None:
    page = page_of(nasty(corrected_return), plan)
    assert page.tags <= ALLOWED
    assert {name for name, _ in page.attributes} == {
        "lang", "charset", "http-equiv", "content", "name", "class", "scope", "colspan", "rowspan",
    }  # fmt: skip
    assert not page.open, "every element is closed"
    assert sum("<script>alert(1)</script>" in one for one in page.texts) > 10, "it is shown as it was written"
    assert "\u202e" not in "".join(page.texts)
    assert "\x00" not in "".join(page.texts)


def test_nothing_is_fetched_and_nothing_runs(corrected_return: TownReturn, plan: Plan) -> None:
    page = compose_page(corrected_return, plan, ISSUED_ON)
    for one in ("http:", "https:", "//", "url(", "src=", "href=", "@import", "<script", "<link", "javascript:"):
        assert one not in page, one
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')


def test_equal_returns_give_equal_bytes(explained_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_summary(explained_return, plan, tmp_path / name, ISSUED_ON)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert b"\r" not in (tmp_path / "a.html").read_bytes()
