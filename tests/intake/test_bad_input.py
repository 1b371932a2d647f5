"""Everything a unit may get wrong, and beside it what looks alike and is right.

All workbooks of the table are read and judged in one batch, as an intake run does it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook, find
from townreturn import month
from townreturn.checks.suites import load_suite
from townreturn.domain.findings import Severity, Verdict
from townreturn.domain.plan import PlanBook
from townreturn.office import open_office
from townreturn.receipts.text import ReceiptCase, write_receipt
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
    Case("a fraction", put("premises_inspected", "16/140"), "NOT_A_NUMBER", "统计表!D10"),
    Case("a unit inside", put("premises_inspected", "12家次"), "NOT_A_NUMBER", "统计表!D10"),
    Case("a superscript", put("premises_inspected", "3²"), "NOT_A_NUMBER", "统计表!D10"),
    Case("a date", put("premises_inspected", datetime(2018, 1, 5)), "NOT_A_NUMBER", "统计表!D10"),  # noqa: DTZ001
    Case("a truth value", put("premises_inspected", True), "NOT_A_NUMBER", "统计表!D10"),
    right("text that is a number", put("premises_inspected", "１，２００"), "TEXT_AS_NUMBER", "统计表!D10"),
    Case("far too large", put("goods_value", 1e30), "NUMBER_TOO_LARGE", "goods_value"),
    Case("a row taken out", relabel("统计表", "检查经营主体", ""), "ROW_MISSING", "统计表"),
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
    Case("a zero return with a figure", both(zero_return, put("premises_inspected", 1)), "ZERO_RETURN_CONTRADICTED",
         "统计表!D10"),
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
    right("sheet renamed", lambda book: setattr(book.statistics, "title", "Sheet2"), "SHEET_RENAMED", "Sheet2"),
    right("cover renamed", lambda book: setattr(book.book["封面"], "title", "首页")),
    right("a sheet of their own", lambda book: book.book.create_sheet("草稿", 0)),
    Case("heading changed", relabel("统计表", "计量单位", "单位"), "SHEET_WITHOUT_HEADING", "统计表"),
    Case("category heading changed", relabel("统计表", "1.食品药品保健品", "食品"), "CATEGORY_MISSING", "统计表!A5"),
    right("category heading without its number", relabel("统计表", "1.食品药品保健品", " 食品药品保健品 ")),
    right("another unit's column beside", lambda book: setattr(book.statistics["E5"], "value", "2.建材"),
          "CATEGORY_NOT_YOURS", "统计表!E5"),
]  # fmt: skip
COVERS = [
    Case("period in words", cover("报告期", "2018年1月"), "PERIOD_UNREADABLE", "封面!B9"),
    Case("period without a month", cover("报告期", "2018-13"), "PERIOD_UNREADABLE", "封面!B9"),
    Case("another year", both(cover("报告期", "2019-01"), on_statistics("报告期", "2019-01")), "PERIOD_WITHOUT_PLAN",
         "封面!B9"),
    Case("last month's table", on_statistics("报告期", "2017-12"), "PERIOD_DISAGREES", "封面!B9"),
    Case("another edition", cover("报表版本", "edition-2017"), "EDITION_WRONG", "封面!B11"),
    Case("a unit that leads nothing", both(cover("填报单位", "镇公安分局"), cover("单位代码", "gongan")),
         "SENDER_LEADS_NOTHING", "封面!B7"),
    Case("an unknown unit", both(cover("填报单位", "镇城管分局"), cover("单位代码", "chengguan")),
         "UNIT_UNKNOWN_IN_FILE", "封面!B7", verdict=Verdict.QUARANTINED),
    Case("code and name of two units", cover("单位代码", "zhujian"), "UNIT_UNKNOWN_IN_FILE", "封面!B7",
         verdict=Verdict.QUARANTINED),
    right("only the name", cover("单位代码", "")),
    right("only the code", cover("填报单位", "")),
    Case("no cover", lambda book: book.book.remove(book.book["封面"]), "COVER_MISSING", verdict=Verdict.QUARANTINED),
]  # fmt: skip
TABLE = [*CELLS, *RELATIONS, *TEXTS, *SHEETS, *COVERS]


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


FILES = [
    ("empty.xlsx", lambda content: b"", "FILE_EMPTY"),
    ("text.xlsx", lambda content: "本月无".encode(), "FILE_NOT_A_SPREADSHEET"),
    ("page.xls", lambda content: b"<html><table></table></html>", "FILE_NOT_A_SPREADSHEET"),
    ("half.xlsx", truncated, "FILE_UNREADABLE"),
    ("zip.xlsx", lambda content: b"PK\x05\x06" + bytes(18), "FILE_NOT_A_SPREADSHEET"),
    ("ole.xls", lambda content: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "FILE_UNREADABLE"),
]


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
    whole = paths["clean"].read_bytes()
    for name, spoil, _ in FILES:
        paths[name] = folder / name
        paths[name].write_bytes(spoil(whole))
    cases = month.check_files(office, list(paths.values()), NOW)
    yield {
        name: Answer(books.get(name), case, write_receipt(case, plans.plans[0]))
        for name, case in zip(paths, cases, strict=True)
    }
    office.engine.dispose()


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_each_fault_is_found_and_nothing_else(answers: dict[str, Answer], case: Case) -> None:
    answer = answers[case.name]
    assert answer.case.disposition is case.verdict
    # The wrong category's template is refused for the missing column, and told of the foreign one.
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


@pytest.mark.parametrize(("name", "spoil", "code"), FILES, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_readable_workbook_is_quarantined(
    answers: dict[str, Answer], name: str, spoil: object, code: str
) -> None:
    assert answers[name].case.disposition is Verdict.QUARANTINED
    assert answers[name].codes == {code}
    assert answers[name].case.submission.unit is None
    assert "文件没有收下" in answers[name].receipt


def test_every_rule_of_the_edition_is_tried() -> None:
    folder = Settings.from_environment({}).expectations[-1] / "edition-2018"
    rules = {rule.code for name in ("cells", "reports") for rule in load_suite(folder / f"{name}.yaml").rules}
    # The opening balance needs a period before: see test_taking_in.
    assert rules - {case.code for case in TABLE} == {"OPENING_DIFFERS_FROM_LAST"}


def test_values_are_named_in_the_sentence(answers: dict[str, Answer]) -> None:
    unbalanced = answers["pending does not balance"].receipt
    assert "期末在办填的是 5，应等于 期初在办 2 ＋立案 3 －结案 1 －撤案 0" in unbalanced
    assert "“检查经营主体”填的是“16/140”，不是数字" in answers["a fraction"].receipt
    assert "（计量单位是“家次”）" in answers["a unit inside"].receipt
    assert "封面的报告期是 2018-01，而 统计表!B3 写的是 2017-12" in answers["last month's table"].receipt


def test_a_zero_return_confirms_zeros_and_keeps_its_balances(answers: dict[str, Answer]) -> None:
    report = answers["a zero return"].case.submission.reports[0]
    states = {one.indicator: one.state.value for one in report.figures}
    assert report.zero_return
    assert states["premises_inspected"] == "zero"
    assert states["cases_pending"] == "reported"
    assert report.value("premises_inspected") == 0


def test_the_wrong_template_is_returned_for_the_missing_column(
    small_office: object, plans: PlanBook, filled: Callable[..., FilledWorkbook], tmp_path: Path
) -> None:
    """A market bureau's workbook with the food bureau's name on its cover."""
    book = filled("gongshang", "2018-01", cover("填报单位", "镇食药监分局"), cover("单位代码", "shiyaojian"))
    path = book.save(tmp_path / "wrong.xlsx", NOW)
    (case,) = month.check_files(small_office, [path], NOW)  # type: ignore[arg-type]
    assert case.disposition is Verdict.RETURNED
    assert [one.code for one in case.judgements[0].findings] == ["CATEGORY_MISSING"]
    assert {"CATEGORY_NOT_YOURS", "ENTRY_WITHOUT_CATEGORY"} == {one.code for one in case.submission.findings}
