"""Nothing is misread in silence: what is hidden, merged, unreadable or outside the form."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from drafts import LATER, Draft, Spoil, beside, cell, entry, figures_of, findings_of, found, on_page, put

from townreturn.domain.findings import Finding, Severity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import FigureState, Submission
from townreturn.intake.interpret import interpret
from townreturn.intake.unseen import merged_over
from townreturn.spreadsheets.workbook import Merge, RawSheet

Answer = Callable[..., Submission]


def hide_row(sheet: str, row: int) -> Spoil:
    return on_page(sheet, lambda page: setattr(page.row_dimensions[row], "hidden", True))


def hide_column(sheet: str, letters: str) -> Spoil:
    return on_page(sheet, lambda page: setattr(page.column_dimensions[letters], "hidden", True))


def hide_sheet(sheet: str, state: str = "hidden") -> Spoil:
    return on_page(sheet, lambda page: setattr(page, "sheet_state", state))


def merge(sheet: str, cells: str) -> Spoil:
    """As a person merges: values under the merge stay in the file when another program did it."""

    def change(page: Any) -> None:
        kept = {one.coordinate: one.value for row in page[cells] for one in row}
        page.merge_cells(cells)
        page.merged_cells.ranges  # noqa: B018 - the cells below become read-only stand-ins
        for name, value in kept.items():
            if page[name].value != value:
                page._cells[page[name].row, page[name].column] = type(page["A1"])(
                    page, page[name].row, page[name].column, value
                )

    return on_page(sheet, change)


def unread(sheet: str, name: str, code: str) -> Spoil:
    """The reader's mark: the cell looks blank and is not."""

    def mark(draft: Draft) -> None:
        draft.filled.book[sheet][name] = None
        draft.mark(sheet, unread={**draft.marks.get(sheet, {}).get("unread", {}), name: code})

    return mark


def place(raised: Finding) -> tuple[str, str, str | None, str | None]:
    return raised.code, str(raised.at), raised.category, raised.indicator


# 经科信局: 儿童用品 in column D, 家用电器 in column E; 检查经营主体 in row 10, 立案 in row 16.
HIDDEN: dict[str, tuple[Spoil, list[tuple[str, str, str | None, str | None]]]] = {
    "a row of figures": (
        hide_row("统计表", 10),
        [
            ("FIGURE_HIDDEN", "统计表!D10", "children", "premises_inspected"),
            ("FIGURE_HIDDEN", "统计表!E10", "appliances", "premises_inspected"),
        ],
    ),
    "the zero returns": (
        hide_row("统计表", 6),
        [("FIGURE_HIDDEN", "统计表!D6", "children", None), ("FIGURE_HIDDEN", "统计表!E6", "appliances", None)],
    ),
    "a row of another group's name": (hide_row("统计表", 7), []),
    "the head of the sheet": (hide_row("统计表", 1), []),
    "a row that only one category fills": (
        # 儿童用品无3C认证案件 follows the common indicators; 家电 has a dash there.
        hide_row("统计表", 42),
        [("FIGURE_HIDDEN", "统计表!D42", "children", "children_uncertified_cases")],
    ),
    "a category's column": (
        hide_column("统计表", "E"),
        [("CATEGORY_HIDDEN", "统计表!E5", "appliances", None)],
    ),
    "the column of requirements": (hide_column("统计表", "F"), []),
    "the statistics sheet": (hide_sheet("统计表"), [("SHEET_HIDDEN", "统计表", None, None)]),
    "the statistics sheet, deeply": (hide_sheet("统计表", "veryHidden"), [("SHEET_HIDDEN", "统计表", None, None)]),
    "the cover": (hide_sheet("封面"), [("SHEET_HIDDEN", "封面", None, None)]),
    "the period on the cover": (hide_row("封面", 9), [("COVER_CELL_HIDDEN", "封面!B9", None, None)]),
    "the phone number on the cover": (hide_row("封面", 18), []),
    "a section with entries": (hide_sheet("重点案件"), [("SHEET_HIDDEN", "重点案件", None, None)]),
    "a section without entries": (hide_sheet("经验做法"), []),
    "a row with an entry": (hide_row("重点案件", 5), [("ENTRY_HIDDEN", "重点案件!B5", "appliances", None)]),
    "a row without an entry": (hide_row("重点案件", 9), []),
    "a column of entries": (
        hide_column("重点案件", "B"),
        [("ENTRY_HIDDEN", "重点案件!B4", "children", None), ("ENTRY_HIDDEN", "重点案件!B5", "appliances", None)],
    ),
    "a column without entries": (hide_column("重点案件", "D"), []),
}


@pytest.mark.parametrize(("spoil", "expected"), HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_saw_is_returned(answer: Answer, spoil: Spoil, expected: list[tuple[Any, ...]]) -> None:
    raised = findings_of(answer("jingkexin", spoil))
    assert sorted(map(place, raised), key=str) == sorted(expected, key=str)
    assert all(one.severity is Severity.MANDATORY and "取消隐藏" in one.message for one in raised)


def test_the_hidden_row_is_read_and_named(answer: Answer) -> None:
    submission = answer("shiyaojian", hide_row("统计表", 10))
    assert figures_of(submission)["food_drug", "premises_inspected"] == 20
    assert findings_of(submission)[0].message == (
        "“检查经营主体”所在的第 10 行被隐藏了，填表时看不到这个数。"
        "请选中上下两行，点右键选“取消隐藏”（筛选过的先取消筛选），核对后重新报送。"
    )


def test_a_hidden_sheet_of_their_own_is_told(answer: Answer) -> None:
    def add(draft: Draft) -> None:
        for name, value in (("底稿", 5), ("空表", None)):
            draft.filled.book.create_sheet(name)["A1"] = value
            draft.filled.book[name].sheet_state = "hidden"

    (raised,) = findings_of(answer("shiyaojian", add))
    assert (raised.code, str(raised.at), raised.severity) == ("OTHER_SHEETS_HIDDEN", "底稿", Severity.INFO)
    assert raised.message == "隐藏的工作表（底稿）不属于报表，里面的内容没有采用。"


MERGED: dict[str, tuple[Spoil, list[tuple[str, str, str | None, str | None]]]] = {
    "figures below each other": (
        merge("统计表", "D9:D11"), [("FIGURE_MERGED", "统计表!D9", "children", "officers_deployed")]),
    "figures beside each other": (
        merge("统计表", "D10:E10"),
        [("FIGURE_MERGED", "统计表!D10", "children", "premises_inspected"),
         ("FIGURE_MERGED", "统计表!E10", "appliances", "premises_inspected")]),
    "a figure and the requirement beside it": (
        merge("统计表", "E10:F10"), [("FIGURE_MERGED", "统计表!E10", "appliances", "premises_inspected")]),
    "a whole table": (
        merge("统计表", "A5:F44"),
        [("FIGURE_MERGED", "统计表!D6", "children", None), ("FIGURE_MERGED", "统计表!E6", "appliances", None)]),
    "a merge of one cell": (lambda draft: draft.mark("统计表", merges=(Merge(9, 3, 9, 3),)), []),
    "labels": (merge("统计表", "A7:B7"), []),
    "the title": (merge("统计表", "A1:F1"), []),
    "an entry over another": (merge("重点案件", "B4:B5"), [("ENTRY_MERGED", "重点案件!B5", "appliances", None)]),
    "two cells of an entry": (merge("重点案件", "C4:D4"), []),
    "a section's title": (merge("重点案件", "A1:H1"), []),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "expected"), MERGED.values(), ids=MERGED)
def test_what_lies_under_a_merge_is_returned(answer: Answer, spoil: Spoil, expected: list[tuple[Any, ...]]) -> None:
    raised = findings_of(answer("jingkexin", spoil))
    assert sorted(map(place, raised), key=str) == sorted(expected, key=str)
    assert all(one.severity is Severity.MANDATORY and "取消合并单元格" in one.message for one in raised)


def test_a_merged_figure_is_neither_a_number_nor_blank_even_in_a_zero_return(answer: Answer) -> None:
    submission = answer("shiyaojian", put("零申报", "是"), merge("统计表", "D9:D11"))
    states = {one.at.cell: one.state for one in submission.reports[0].figures}
    assert {states[cell] for cell in ("D9", "D10", "D11")} == {FigureState.UNREADABLE}
    assert states["D12"] is FigureState.ZERO


def test_the_merged_range_is_named(answer: Answer) -> None:
    raised = findings_of(answer("shiyaojian", merge("统计表", "D9:D11")))
    assert raised[0].message.startswith("D9:D11 合并成了一格，盖住了“出动执法人员”的格子")


def test_a_thousand_merges_over_a_thousand_rows_take_no_time() -> None:
    """5 000 merges that each cover the whole sheet, whose one filled cell none of them shows."""
    rows = (*((None, None) for _ in range(20_000)), (None, "x"))
    sheet = RawSheet("x", rows, merges=tuple(Merge(0, 0, 20_000 - one, 1) for one in range(5_000)))
    assert [(row, column) for _, row, column in merged_over(sheet, 3, (0, 1))] == [(20_000, 1)]


UNREAD: dict[str, tuple[Spoil, list[tuple[str, str, str | None, str | None]]]] = {
    "a formula without its value": (
        unread("统计表", "D10", "FORMULA_WITHOUT_VALUE"),
        [("FORMULA_WITHOUT_VALUE", "统计表!D10", "food_drug", "premises_inspected")]),
    "an error cell": (
        unread("统计表", "D10", "ERROR_CELL"), [("ERROR_CELL", "统计表!D10", "food_drug", "premises_inspected")]),
    "a number that is none": (
        unread("统计表", "D10", "NOT_FINITE"), [("NOT_FINITE", "统计表!D10", "food_drug", "premises_inspected")]),
    "零申报": (unread("统计表", "D6", "FORMULA_WITHOUT_VALUE"),
             [("ZERO_RETURN_UNREAD", "统计表!D6", "food_drug", None)]),
    "the period": (unread("封面", "B9", "FORMULA_WITHOUT_VALUE"),
                   [("COVER_CELL_UNREAD", "封面!B9", None, None), ("PERIOD_UNREADABLE", "封面!B9", None, None)]),
    "the unit's code": (unread("封面", "B7", "ERROR_CELL"), [("COVER_CELL_UNREAD", "封面!B7", None, None)]),
    "a required field": (unread("重点案件", "B4", "ERROR_CELL"), [("ENTRY_UNREAD", "重点案件!B4", "food_drug", None)]),
    "an optional field": (
        unread("重点案件", "F4", "FORMULA_WITHOUT_VALUE"), [("ENTRY_UNREAD", "重点案件!F4", "food_drug", None)]),
    "an entry that has nothing else": (
        unread("经验做法", "B9", "FORMULA_WITHOUT_VALUE"), [("ENTRY_UNREAD", "经验做法!B9", "food_drug", None)]),
    "a cell of nobody's": (unread("统计表", "H60", "ERROR_CELL"), []),
    "a cell beside a section": (unread("经验做法", "K9", "ERROR_CELL"), []),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "expected"), UNREAD.values(), ids=UNREAD)
def test_what_the_reader_could_not_read_is_no_blank(
    answer: Answer, spoil: Spoil, expected: list[tuple[Any, ...]]
) -> None:
    raised = findings_of(answer("shiyaojian", spoil))
    assert sorted(map(place, raised), key=str) == sorted(expected, key=str)
    assert all(one.severity is Severity.MANDATORY and "请" in one.message for one in raised)


def test_an_unread_figure_is_neither_blank_nor_zero_even_in_a_zero_return(answer: Answer) -> None:
    submission = answer("shiyaojian", put("零申报", "是"), unread("统计表", "D10", "FORMULA_WITHOUT_VALUE"))
    figure = next(one for one in submission.reports[0].figures if one.indicator == "premises_inspected")
    assert (figure.value, figure.state) == (None, FigureState.UNREADABLE)


OUTSIDE: dict[str, tuple[list[Spoil], str]] = {
    "right of the table": ([cell("统计表", "F10", 5)], "F10"),
    "below the table": ([cell("统计表", "D60", 5)], "D60"),
    "a total beside the category": (
        [cell("统计表", "F5", "合计"), cell("统计表", "F8", 5), cell("统计表", "F9", 6)],
        "F8、F9",
    ),
    "a row of their own": ([cell("统计表", "B50", "检查工地"), cell("统计表", "D50", 5)], "D50"),
    "a remark below": ([cell("统计表", "G52", "数据含上月补报")], "G52"),
    "many cells": (
        [cell("统计表", f"G{row}", row) for row in range(10, 30)],
        "G10、G11、G12、G13、G14、G15、G16、G17 等 20 处",
    ),
}


@pytest.mark.parametrize(("spoils", "names"), OUTSIDE.values(), ids=OUTSIDE)
def test_cells_outside_the_form_are_named_and_not_used(answer: Answer, spoils: list[Spoil], names: str) -> None:
    submission = answer("shiyaojian", *spoils)
    (raised,) = findings_of(submission)
    assert (raised.code, raised.severity, raised.category) == ("OUTSIDE_THE_FORM", Severity.INFO, None)
    assert raised.at is not None
    assert names.startswith(raised.at.cell)
    assert f"（{names}），没有采用" in raised.message
    assert figures_of(submission) == figures_of(answer("shiyaojian"))


def test_a_figure_in_a_cell_that_is_not_asked_is_outside_the_form(answer: Answer) -> None:
    """家电查扣数量 belongs to column E; somebody overwrote the dash in column D."""
    submission = answer("jingkexin", on_page("统计表", lambda page: page.cell(45, 4, 12)))
    assert found(submission) == {("OUTSIDE_THE_FORM", "统计表!D45")}


def test_text_beside_a_sections_columns_is_named(answer: Answer) -> None:
    submission = answer("shiyaojian", cell("重点案件", "K4", "另见附件"))
    assert found(submission) == {("OUTSIDE_THE_FORM", "重点案件!K4")}


def test_a_heading_of_a_section_renamed_loses_no_text_in_silence(answer: Answer) -> None:
    case = entry("key_cases", {"title": "甲", "large": "否", "summary": "情况"})
    submission = answer("shiyaojian", case, on_page("重点案件", lambda page: setattr(page["I3"], "value", "案情")))
    assert found(submission) == {("OUTSIDE_THE_FORM", "重点案件!I5")}


@pytest.mark.parametrize("label", ["填报单位", "单位代码"])
def test_what_stands_above_the_table_is_not_outside(answer: Answer, label: str) -> None:
    assert found(answer("shiyaojian", beside(label, "镇食药监分局" if label == "填报单位" else "shiyaojian"))) == set()


def test_ten_thousand_faults_of_a_kind_are_told_a_hundred_times_and_counted(answer: Answer) -> None:
    def fill(page: Any) -> None:
        for row in range(6, 10_006):
            page.cell(row, 1).value, page.cell(row, 2).value = "6.家用电器（含小家电）", "甲案"

    children, appliances = answer("jingkexin", on_page("重点案件", fill)).reports
    assert children.findings == ()
    assert [one.code for one in appliances.findings] == ["ENTRY_FIELD_BLANK"] * 100 + ["MORE_OF_THE_SAME"]
    assert appliances.findings[-1].message == "同样的问题还有 9900 处，没有逐一列出。请一并改正。"
    assert appliances.findings[-1].severity is Severity.INFO


def test_a_heading_copied_ten_thousand_times_holds_nobody_up(draft: Callable[..., Draft], plans: PlanBook) -> None:
    """Within seconds, where comparing every copy with every other would take minutes."""
    raw = draft("shiyaojian").raw()
    sheets = [
        replace(one, rows=one.rows + (one.rows[2], one.rows[min(4, len(one.rows) - 1)]) * 10_000) for one in raw.sheets
    ]
    started = time.process_time()
    submission = interpret(replace(raw, sheets=tuple(sheets)), LATER, plans)
    assert time.process_time() - started < 10
    assert {"LABEL_TWICE", "ENTRY_WITHOUT_CATEGORY"} <= {one.code for one in findings_of(submission)}
