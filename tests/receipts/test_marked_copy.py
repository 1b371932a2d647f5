"""The marked copy: the sender's own workbook, marked, and itself a workbook that can be sent in."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from filled_workbook import FilledWorkbook
from receipt_cases import RECEIVED, STATISTICS, case_of, judged, mandatory, notice, on_trial, question
from townreturn.checks.explanations import answer
from townreturn.domain.findings import CellRef, Finding, Severity, Verdict, verdict_of
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, Submission
from townreturn.intake.interpret import interpret
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.copies import MarkingJob, mark_copies
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import RawWorkbook

Sent = Callable[..., Path]
MarkIt = Callable[[Path, ReceiptCase], Path]
REASON = "元旦春节期间开展专项行动，检查次数增加"
NASTY = (
    "=HYPERLINK(\"http://x\",\"点\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "_x0041_ _x000D_", "<b>&amp;</b>",
    "\u202e倒\u0007", "http://example.org/", "'=1",
)  # fmt: skip


def returned_case() -> ReceiptCase:
    findings = (
        mandatory("D10"), question("D8", "enforcement_actions"), notice("D10"), on_trial("D9"),
        question("D21", "goods_value", "TEN_THOUSAND_FOLD"), question("D22", "fines_confiscations", explanation=REASON),
        question("D7", None, "SAME_AS_LAST"),
    )  # fmt: skip
    whole = [Finding("SHEET_MISSING", Severity.INFO, "缺少工作表。", at=CellRef("没有的表", ""))]
    return case_of(judged("children", *findings), judged("appliances"), whole_file=whole, marked_copy="回执.xlsx")


def read(path: Path) -> RawWorkbook:
    raw = read_workbooks([path])[path]
    assert isinstance(raw, RawWorkbook), raw
    return raw


def read_in(path: Path, plans: PlanBook) -> Submission:
    return interpret(read(path), Arrival(path.name, "0" * 64, RECEIVED), plans)


def tinted(book: Workbook, sheet: str) -> dict[str, str]:
    """Cell → colour, of every tint that lies over it."""
    return {
        cell: rule.dxf.fill.bgColor.rgb[2:]
        for ranges in book[sheet].conditional_formatting for rule in ranges.rules for cell in str(ranges.sqref).split()
    }  # fmt: skip


def comments(book: Workbook, sheet: str) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in book[sheet].iter_rows() for cell in row if cell.comment}


def rows_of(path: Path, sheet: str) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path)[sheet].iter_rows(values_only=True)]


def test_cells_are_tinted_and_say_what_is_wrong(sent: Sent, mark: MarkIt) -> None:
    book = load_workbook(mark(sent(), returned_case()))
    assert tinted(book, STATISTICS) == {
        "D10": "FFB3B3", "D8": "FFD966", "D21": "FFD966", "D7": "FFD966", "D22": "E2EFDA",
    }  # fmt: skip
    said = comments(book, STATISTICS)
    assert set(said) == {"D7", "D8", "D10", "D21", "D22"}, "a rule on trial leaves no mark"
    assert said["D10"] == "审核回执 第1条（必须改正）：D10 没有填。请填。\n审核回执（提示）：已按数字读取，不影响报送。"
    assert said["D22"].endswith(f"贵单位说明：{REASON}")
    looks = {rule.dxf.border.left.style for one in book[STATISTICS].conditional_formatting for rule in one.rules}
    assert looks == {"thin", "dashed", "dotted"}, "told apart in black and white too"


def test_the_first_sheet_lists_every_finding_with_a_link_to_its_cell(sent: Sent, mark: MarkIt) -> None:
    path = mark(sent(), returned_case())
    sheet = load_workbook(path).worksheets[0]
    assert sheet.title == "审核回执"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = rows.index(["序号", "性质", "所属类别", "位置", "问题和处理办法"])
    links = {cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    listed = [(*row[:4], links.get(f"D{number}")) for number, row in enumerate(rows[top + 1 : -1], top + 2)]
    assert listed == [
        (None, "提示", "整个文件", "没有的表", None),
        ("1", "必须改正", "5.儿童用品", "统计表!D10", "'统计表'!D10"),
        ("2", "请核实", "5.儿童用品", "统计表!D8", "'统计表'!D8"),
        ("3", "请核实", "5.儿童用品", "统计表!D21", "'统计表'!D21"),
        ("4", "已说明", "5.儿童用品", "统计表!D22", "'统计表'!D22"),
        ("5", "请核实", "5.儿童用品", "统计表!D7", "'统计表'!D7"),
        (None, "提示", "5.儿童用品", "统计表!D10", "'统计表'!D10"),
    ]
    heading = {row[0]: row[2] for row in rows[:top] if row[0]}
    assert heading["审核结论"] == "退回"
    assert heading["6.家用电器（含小家电）"] == "通过"
    assert heading["报送单位"] == "镇经科信局"
    assert (sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage) == (9, True)
    assert sheet.print_title_rows == f"${top + 1}:${top + 1}"


def test_the_explanations_wait_for_one_sentence_each(sent: Sent, mark: MarkIt) -> None:
    path = mark(sent(), returned_case())
    assert rows_of(path, "审核说明")[2:6] == [
        ["类别", "指标", "核实事项", "说明"],
        ["5.儿童用品", "开展执法行动", "比上期变化超过30%", None],
        ["5.儿童用品", "涉案货值", "与以往相差约一万倍", None],
        ["5.儿童用品", None, "各项数据与上期完全相同", None],
    ]
    assert tinted(load_workbook(path), "审核说明") == {"D4": "FFD966", "D5": "FFD966", "D6": "FFD966"}


def test_the_copy_reads_as_the_original_does(sent: Sent, mark: MarkIt, plans: PlanBook) -> None:
    original = sent(lambda book: book.add_entry("explanations", {"indicator": "抽检", "reason": REASON}, "children"))
    before, after = read_in(original, plans), read_in(mark(original, returned_case()), plans)
    assert after.findings == before.findings == ()
    assert (after.unit, after.period, after.filled_by) == (before.unit, before.period, before.filled_by)
    for was, now in zip(before.reports, after.reports, strict=True):
        assert (now.figures, now.findings, now.zero_return) == (was.figures, was.findings, was.zero_return)
        assert [one for one in now.entries if one.values.get("reason")] == [
            one for one in was.entries if one.values.get("reason")
        ]
    untouched = ("封面", "重点案件", "填表说明")
    assert [read(original).sheet(name) for name in untouched] == [
        read(mark(original, returned_case())).sheet(name) for name in untouched
    ]


def test_one_sentence_a_row_and_the_copy_sent_back_is_accepted(
    sent: Sent, mark: MarkIt, plan: Plan, plans: PlanBook
) -> None:
    case = case_of(judged("children", question("D8", "enforcement_actions"), question("D7", None, "SAME_AS_LAST")))
    assert case.disposition is Verdict.RETURNED
    path = mark(sent(), case)
    book = load_workbook(path)
    for row in (4, 5):
        book["审核说明"].cell(row, 4).value = REASON
    book.save(path)
    report = read_in(path, plans).reports[0]
    answered = answer(report, case.judgements[0].findings, plan.form)
    assert [one.explanation for one in answered] == [REASON, REASON]
    assert verdict_of((*report.findings, *answered)) is Verdict.EXPLAINED


def test_a_second_receipt_replaces_the_first(sent: Sent, mark: MarkIt) -> None:
    first = mark(sent(), returned_case())
    second = mark(first, case_of(judged("children", mandatory("D12"), question("D8", "enforcement_actions"))))
    book = load_workbook(second)
    assert book.sheetnames.count("审核回执") == 1
    assert book.sheetnames[0] == "审核回执"
    assert tinted(book, STATISTICS) == {"D12": "FFB3B3", "D8": "FFD966"}
    assert set(comments(book, STATISTICS)) == {"D12", "D8"}
    asked = [row[1] for row in rows_of(second, "审核说明")[3:]]
    assert asked.count("开展执法行动") == 1, "the row that waits already is not put there twice"
    third = load_workbook(mark(second, case_of(judged("children"))))
    assert tinted(third, STATISTICS) == comments(third, STATISTICS) == {}
    assert not tinted(third, "审核说明")


def test_rounds_survive_a_program_that_writes_the_file_anew(sent: Sent, mark: MarkIt) -> None:
    first = mark(sent(), returned_case())
    book = load_workbook(first)
    book.move_sheet("审核回执", offset=3)
    book.save(first)
    again = load_workbook(mark(first, case_of(judged("children", mandatory("D12")))))
    assert (again.sheetnames[0], again.sheetnames.count("审核回执")) == ("审核回执", 1)
    assert set(comments(again, STATISTICS)) == {"D12"}
    assert set(tinted(again, STATISTICS)) == {"D12"}


def test_a_template_from_before_the_column_gets_it_on_the_right(sent: Sent, mark: MarkIt, plans: PlanBook) -> None:
    def older(book: FilledWorkbook) -> None:
        sheet = book.book["审核说明"]
        sheet.delete_cols(3)
        assert [cell.value for cell in sheet[3]][:3] == ["类别", "指标", "说明"]

    path = mark(sent(older), case_of(judged("children", question("D8", "enforcement_actions"))))
    assert rows_of(path, "审核说明")[2:4] == [
        ["类别", "指标", "说明", "核实事项"],
        ["5.儿童用品", "开展执法行动", None, "比上期变化超过30%"],
    ]
    assert tinted(load_workbook(path), "审核说明") == {"C4": "FFD966"}
    assert not [one for one in read_in(path, plans).findings if one.severity is Severity.MANDATORY]


def test_a_sheet_of_explanations_that_was_deleted_comes_back(sent: Sent, mark: MarkIt) -> None:
    def without(book: FilledWorkbook) -> None:
        del book.book["审核说明"]

    path = mark(sent(without), case_of(judged("children", question("D8", "enforcement_actions"))))
    assert load_workbook(path).sheetnames[-1] == "审核说明"
    assert rows_of(path, "审核说明") == [
        ["类别", "指标", "核实事项", "说明"],
        ["5.儿童用品", "开展执法行动", "比上期变化超过30%", None],
    ]


def test_a_sheet_of_explanations_without_its_heading_is_not_written_over(
    sent: Sent, mark: MarkIt, plans: PlanBook
) -> None:
    def spoil(book: FilledWorkbook) -> None:
        book.book["审核说明"]["D3"].value = "别的"

    path = mark(sent(spoil), case_of(judged("children", question("D8", "enforcement_actions"))))
    assert load_workbook(path).sheetnames[-1] == "审核说明_2"
    assert not [one for one in read_in(path, plans).findings if one.severity is Severity.MANDATORY]


def test_people_s_own_comments_and_formats_stay(sent: Sent, mark: MarkIt) -> None:
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill

    def theirs(book: FilledWorkbook) -> None:
        book.statistics["D8"].comment = Comment("与所里核对过", "张三")
        book.statistics["E9"].comment = Comment("另一条", "张三")
        green = PatternFill(bgColor="00FF00")
        book.statistics.conditional_formatting.add("D8:D9", CellIsRule("greaterThan", ["1"], fill=green))

    first = mark(sent(theirs), returned_case())
    said = comments(load_workbook(first), STATISTICS)
    assert said["D8"].startswith("与所里核对过\n\n审核回执 第2条")
    assert said["E9"] == "另一条"
    again = load_workbook(mark(first, case_of(judged("children", mandatory("D10")))))
    assert comments(again, STATISTICS) == {
        "D8": "与所里核对过", "E9": "另一条", "D10": "审核回执 第1条（必须改正）：D10 没有填。请填。",
    }  # fmt: skip
    ranges = {str(one.sqref): [rule.priority for rule in one.rules] for one in again[STATISTICS].conditional_formatting}
    assert set(ranges) == {"D8:D9", "D10"}
    assert ranges["D10"] < ranges["D8:D9"], "ours lies on top"


@pytest.mark.parametrize("nasty", NASTY)
def test_text_from_outside_stays_text(sent: Sent, mark: MarkIt, nasty: str) -> None:
    def spoil(book: FilledWorkbook) -> None:
        book.cell("enforcement_actions").value = nasty.replace("\u0007", "")
        book.cell("enforcement_actions").data_type = "s"

    fault = Finding(
        "NOT_A_NUMBER", Severity.MANDATORY, f"填的是“{nasty}”", "children", CellRef(STATISTICS, "D8"), nasty
    )
    explained = question("D9", "officers_deployed", explanation=nasty)
    bare = Finding("X", Severity.MANDATORY, nasty, "children", CellRef(nasty, "A1"))
    case = case_of(judged("children", fault, explained, bare), name=nasty, first_name=nasty)
    path = mark(sent(spoil), case)
    book = load_workbook(path)
    front = book["审核回执"]
    assert not [cell for row in front.iter_rows() for cell in row if cell.data_type not in ("s", "inlineStr", "n")]
    assert not [cell for row in front.iter_rows() for cell in row if cell.hyperlink and cell.hyperlink.target]
    assert {cell.hyperlink.location for row in front.iter_rows() for cell in row if cell.hyperlink} == {
        "'统计表'!D8", "'统计表'!D9",
    }  # fmt: skip
    shown = "".join(one if one.isprintable() else " " for one in nasty)
    raw = read(path)
    assert raw.sheets[0].unread == {}
    texts = [text for _, _, text in raw.sheets[0].texts()]
    assert f"填的是“{shown}”" in texts
    assert shown in texts, "as it was written, underscores and all"
    assert f"填的是“{shown}”" in comments(book, STATISTICS)["D8"].replace("_x005F_", "_")
    with zipfile.ZipFile(path) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet9.xml"), "no formula in the sheet that we wrote"


def test_sheet_names_are_quoted_in_links(sent: Sent, mark: MarkIt) -> None:
    def rename(book: FilledWorkbook) -> None:
        book.statistics.title = "统计'表!<1>&\""

    name = "统计'表!<1>&\""
    fault = Finding("REQUIRED_BLANK", Severity.MANDATORY, "没有填。", "children", CellRef(name, "D10"))
    path = mark(sent(rename), case_of(judged("children", fault)))
    sheet = load_workbook(path).worksheets[0]
    [link] = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert link == "'统计''表!<1>&\"'!D10"


def test_an_accepted_file_gets_a_clean_copy(sent: Sent, mark: MarkIt) -> None:
    rows = rows_of(mark(sent(), case_of(judged("children"), judged("appliances"))), "审核回执")
    assert ["审核结论", None, "通过", None, None] in rows
    assert ["没有发现问题。", None, None, None, None] in rows
    assert not [row for row in rows if row[2] and "存盘后把本文件报送" in row[2]]


def test_one_bad_file_does_not_harm_its_neighbours(sent: Sent, plan: Plan, tmp_path: Path) -> None:
    good, broken, gone = sent(), tmp_path / "broken.xlsx", tmp_path / "gone.xlsx"
    broken.write_bytes(good.read_bytes()[:5000])
    case = returned_case()
    copies = mark_copies([MarkingJob(one, case, plan) for one in (good, broken, good, gone)])
    assert [one is None for one in copies] == [False, True, False, True]
    assert copies[0] == copies[2], "same file and findings, same bytes"
