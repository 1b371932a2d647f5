"""What a unit may get wrong in a real file, through reader, checks and receipt, and what looks alike and is right.

All workbooks of the table are read and judged in one batch, as an intake run does it. Every case of
the interpretation alone is in the other files here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from filled_workbook import FilledWorkbook, find
from townreturn import month
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.plan_book import PlanBook
from townreturn.office import open_office
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.text import write_text
from townreturn.settings import Settings

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)
Edit = Callable[[FilledWorkbook], object]


@dataclass(frozen=True)
class Case:
    """One spoiled workbook; ``code`` is the one finding expected (empty: none), ``at`` where it must point."""

    name: str
    edit: Edit
    code: str = ""
    at: str = ""
    unit: str = "shiyaojian"
    verdict: Verdict = Verdict.RETURNED


def right(name: str, edit: Edit, code: str = "", at: str = "", unit: str = "shiyaojian") -> Case:
    return Case(name, edit, code, at, unit, Verdict.ACCEPTED)


def put(indicator: str, value: object, category: str | None = None) -> Edit:
    return lambda book: book.put(indicator, value, category)


def cover(label: str, value: str) -> Edit:
    return lambda book: setattr(book.beside(label), "value", value)


def both(*edits: Edit) -> Edit:
    return lambda book: [edit(book) for edit in edits]


def on_statistics(label: str, value: str) -> Edit:
    return lambda book: setattr(book.beside(label, "统计表"), "value", value)


def relabel(sheet: str, old: str, new: str) -> Edit:
    return lambda book: setattr(find(book.book[sheet], old), "value", new)


def hide(dimensions: str, place: object) -> Edit:
    return lambda book: setattr(getattr(book.statistics, dimensions)[place], "hidden", True)


def list_more_cases(count: int, large: str = "是") -> Edit:
    entry = {"title": "另一宗案件", "large": large}
    return lambda book: [book.add_entry("key_cases", entry) for _ in range(count)]


def zero_return(book: FilledWorkbook) -> None:
    book.clear_flows()
    book.put("零申报", "是")


# The food and drug workbook has its figures in column D; 检查经营主体 stands in row 10.
CELLS = [
    right("clean", lambda book: None),
    Case("blank", put("premises_inspected", None), "REQUIRED_BLANK", "统计表!D10"),
    Case("only spaces", put("premises_inspected", " 　"), "REQUIRED_BLANK", "统计表!D10"),
    Case("formula without a value", put("premises_inspected", "=D8+D9"), "FORMULA_WITHOUT_VALUE", "统计表!D10"),
    right("zero is no blank", put("premises_inspected", 0)),
    Case("a decimal count", put("premises_inspected", 3.5), "COUNT_NOT_WHOLE", "统计表!D10"),
    right("a whole float", put("premises_inspected", 3.0)),
    Case("a negative count", put("premises_inspected", -1), "COUNT_NEGATIVE", "统计表!D10"),
    Case("negative money", put("goods_value", -0.01), "MONEY_NEGATIVE", "goods_value"),
    right("no money", put("goods_value", 0)),
    Case("money too fine", put("goods_value", 1.234), "MONEY_TOO_FINE", "goods_value"),
    right("money in fen", put("goods_value", 1.23)),
    right("the spreadsheet's float noise", put("goods_value", 0.1 + 0.2)),
    Case("a quantity too fine", put("fake_cigarettes", 0.001), "MONEY_TOO_FINE", "fake_cigarettes", unit="yancao"),
    right("a quantity of two decimals", put("fake_cigarettes", 0.01), unit="yancao"),
    Case("two numbers", put("premises_inspected", "16/140"), "TWO_NUMBERS", "统计表!D10"),
    right("its own unit inside", put("premises_inspected", "12家次"), "UNIT_IN_CELL", "统计表!D10"),
    Case("another unit inside", put("goods_value", "35000元"), "UNIT_DIFFERS", "goods_value"),
    Case("a word for none", put("premises_inspected", "无"), "NO_FIGURE", "统计表!D10"),
    Case("a superscript", put("premises_inspected", "3²"), "NOT_A_NUMBER", "统计表!D10"),
    Case("a date", put("premises_inspected", datetime(2018, 1, 5)), "DATE_NOT_NUMBER", "统计表!D10"),  # noqa: DTZ001
    Case("a truth value", put("premises_inspected", True), "NOT_A_NUMBER", "统计表!D10"),
    right("text that is a number", put("premises_inspected", "1,200"), "TEXT_AS_NUMBER", "统计表!D10"),
    right("full-width digits", put("premises_inspected", "１，２００"), "NUMBER_TIDIED", "统计表!D10"),
    Case("far too large", put("goods_value", 1e30), "NUMBER_TOO_LARGE", "goods_value"),
]
RELATIONS = [
    Case("more major than filed", both(put("major_cases", 4), list_more_cases(3)), "MAJOR_CASES_EXCEED_FILED",
         "major_cases"),
    right("all filed are major", both(put("major_cases", 3), list_more_cases(2))),
    Case("more failed than tested", put("samples_failed", 6), "FAILED_EXCEED_TESTED", "samples_failed"),
    right("all tested failed", put("samples_failed", 5)),
    Case("pending does not balance", put("cases_pending", 5), "PENDING_DOES_NOT_BALANCE", "cases_pending"),
    # 2 + 3 − 4 − 1 = 0: more closed than filed is nothing to block on.
    right("more closed than filed",
          both(put("cases_closed", 4), put("cases_withdrawn", 1), put("cases_pending", 0))),
    Case("more transferred than open", put("cases_transferred", 6), "TRANSFERRED_EXCEED_OPEN", "cases_transferred"),
    right("all open transferred, and still pending", put("cases_transferred", 5)),
    right("persons are not cases", put("persons_detained", 80)),
    Case("a major case not listed", put("major_cases", 2), "MAJOR_CASES_NOT_LISTED", "major_cases"),
    right("a listed case that is not major", list_more_cases(1, large="否")),
    Case("a listed case too many", list_more_cases(1), "MAJOR_CASES_NOT_LISTED", "major_cases"),
    right("a zero return", zero_return),
    right("a zero return with a zero typed", both(zero_return, put("premises_inspected", 0))),
    Case("a zero return with a figure", both(zero_return, put("publicity_events", 1)), "ZERO_RETURN_CONTRADICTED",
         "publicity_events"),
    Case("a zero return without its balance", both(zero_return, put("cases_pending", None)), "REQUIRED_BLANK",
         "cases_pending"),
    Case("a zero return left open", put("零申报", "也许"), "ZERO_RETURN_UNCLEAR", "零申报"),
    right("零申报 left blank means no", put("零申报", None)),
]  # fmt: skip
TEXTS = [
    Case("an entry without a title", lambda book: book.add_entry("key_cases", {"large": "否"}), "ENTRY_FIELD_BLANK",
         "重点案件!B5"),
    Case("an entry of no category", lambda book: book.add_entry("practices", {"title": "甲", "text": "乙"}, ""),
         "ENTRY_WITHOUT_CATEGORY", "经验做法!A4", unit="jingkexin"),
    right("a blank category where the unit has one",
          lambda book: book.add_entry("practices", {"title": "甲", "text": "乙"}, "")),
]  # fmt: skip
SHEETS = [
    Case("statistics sheet gone", lambda book: book.book.remove(book.statistics), "SHEET_MISSING", "统计表"),
    Case("key case sheet gone", both(put("major_cases", 0), lambda book: book.book.remove(book.book["重点案件"])),
         "SHEET_MISSING", "重点案件"),
    Case("a row hidden", hide("row_dimensions", 10), "FIGURE_HIDDEN", "统计表!D10"),
    Case("a column hidden", hide("column_dimensions", "D"), "CATEGORY_HIDDEN", "统计表!D5"),
    Case("figures merged", lambda book: book.statistics.merge_cells("D38:D39"), "FIGURE_MERGED", "统计表!D38"),
    Case("statistics sheet hidden", lambda book: setattr(book.statistics, "sheet_state", "hidden"), "SHEET_HIDDEN",
         "统计表"),
    Case("heading changed", relabel("统计表", "计量单位", "单位"), "SHEET_WITHOUT_HEADING", "统计表"),
    Case("万元 made 元", relabel("统计表", "万元", "元"), "UNIT_OF_MEASURE_CHANGED", "统计表!C21"),
    right("sheet renamed", lambda book: setattr(book.statistics, "title", "Sheet2"), "SHEET_RENAMED", "Sheet2"),
    right("a sheet of their own", lambda book: book.book.create_sheet("草稿", 0)),
    right("a remark below the table", lambda book: setattr(book.statistics["D60"], "value", "补报"), "OUTSIDE_THE_FORM",
          "统计表!D60"),
    right("another unit's column beside", lambda book: setattr(book.statistics["E5"], "value", "2.建材"),
          "CATEGORY_NOT_YOURS", "统计表!E5"),
]  # fmt: skip
COVERS = [
    Case("period in words", cover("报告期", "2018年1月"), "PERIOD_UNREADABLE", "封面!B9"),
    Case("last month's table", on_statistics("报告期", "2017-12"), "PERIOD_DISAGREES", "封面!B9"),
    Case("another edition", cover("报表版本", "edition-2017"), "EDITION_WRONG", "封面!B11"),
    Case("another unit's table", on_statistics("填报单位", "镇住建局"), "SHEETS_OF_TWO_UNITS", "统计表!D2"),
    Case("an unknown unit", both(cover("填报单位", "镇城管分局"), cover("单位代码", "chengguan")),
         "UNIT_UNKNOWN_IN_FILE", "封面!B7", verdict=Verdict.QUARANTINED),
    Case("code and name of two units", cover("单位代码", "zhujian"), "SENDER_DISAGREES", "封面!B7",
         verdict=Verdict.QUARANTINED),
    right("a name of nobody's", cover("填报单位", "镇食药监局"), "COVER_CELL_CHANGED", "封面!B6"),
    Case("no cover", lambda book: book.book.remove(book.book["封面"]), "COVER_MISSING", verdict=Verdict.QUARANTINED),
]  # fmt: skip
TABLE = [*CELLS, *RELATIONS, *TEXTS, *SHEETS, *COVERS]


@dataclass(frozen=True)
class Answer:
    """A workbook as it was sent, what was found and the receipt's text."""

    book: FilledWorkbook | None
    case: ReceiptCase
    receipt: str

    def places(self, code: str) -> list[str]:
        every = [*self.case.submission.findings, *(one for each in self.case.judgements for one in each.findings)]
        return [str(one.at or "") for one in every if one.code == code]

    @property
    def codes(self) -> set[str]:
        every = [*self.case.submission.findings, *(one for each in self.case.judgements for one in each.findings)]
        return {one.code for one in every}


@pytest.fixture(scope="module")
def answers(
    plans: PlanBook, filled: Callable[..., FilledWorkbook], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Answer]]:
    folder = tmp_path_factory.mktemp("bad-input")
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(folder / "home")}))
    books = {case.name: filled(case.unit, "2018-01", case.edit) for case in TABLE}
    paths = {name: book.save(folder / f"{name}.xlsx", NOW) for name, book in books.items()}
    cases = [one.case for tray in month.check_files(office, list(paths.values()), NOW) for one in tray]
    yield {
        name: Answer(books.get(name), case, write_text(case, plans.plans[0]))
        for name, case in zip(paths, cases, strict=True)
    }
    office.engine.dispose()


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_each_fault_is_found_and_nothing_else(answers: dict[str, Answer], case: Case) -> None:
    answer = answers[case.name]
    assert answer.case.disposition is case.verdict
    assert answer.codes == ({case.code} if case.code else set())


@pytest.mark.parametrize("case", [one for one in TABLE if one.at], ids=lambda case: case.name)
def test_it_points_at_the_cell(answers: dict[str, Answer], case: Case) -> None:
    answer = answers[case.name]
    assert answer.book is not None
    known = "!" in case.at or case.at in answer.book.book.sheetnames or case.code == "SHEET_MISSING"
    place = case.at if known else answer.book.place(case.at)
    assert answer.places(case.code) == [place]
    assert place in answer.receipt


@pytest.mark.parametrize("case", [one for one in TABLE if one.code], ids=lambda case: case.name)
def test_the_receipt_is_chinese_and_says_what_to_do(answers: dict[str, Answer], case: Case) -> None:
    receipt = answers[case.name].receipt
    findings = [*answers[case.name].case.submission.findings]
    findings += [one for each in answers[case.name].case.judgements for one in each.findings]
    for finding in findings:
        assert finding.message in receipt
        assert re.search(r"[\u4e00-\u9fff]", finding.message)
        if finding.severity is Severity.MANDATORY:
            assert re.search("请|只能|不需要", finding.message)
        else:
            assert re.search("不影响|没有采用", finding.message)
    concluded = {Verdict.ACCEPTED: "通过", Verdict.RETURNED: "退回", Verdict.QUARANTINED: "未能收下"}[case.verdict]
    assert f"审核结论：{concluded}" in receipt


def test_values_are_named_in_the_sentence(answers: dict[str, Answer]) -> None:
    unbalanced = answers["pending does not balance"].receipt
    assert "期末在办填的是 5，应等于 期初在办 2 ＋立案 3 －结案 1 －撤案 0" in unbalanced
    assert "“检查经营主体”填的是“16/140”，里面不止一个数" in answers["two numbers"].receipt
    assert "（计量单位是“家次”）" in answers["two numbers"].receipt
    assert "封面的报告期是 2018-01，而 统计表!B3 写的是 2017-12" in answers["last month's table"].receipt


def test_a_zero_return_confirms_zeros_and_keeps_its_balances(answers: dict[str, Answer]) -> None:
    report = answers["a zero return"].case.submission.reports[0]
    states = {one.indicator: one.state.value for one in report.figures}
    assert report.zero_return
    assert states["premises_inspected"] == "zero"
    assert states["cases_pending"] == "reported"
    assert report.value("premises_inspected") == 0
