"""Template faithful or not: what people do to sheets, rows, columns and printed cells."""

from collections.abc import Callable

import pytest
from drafts import Draft, Spoil, beside, cell, drafted, figures_of, findings_of, found, on_page, put, read, relabel

from filled_workbook import FilledWorkbook, find
from townreturn.domain.findings import Severity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Submission
from townreturn.spreadsheets.workbook import FileKind

Answer = Callable[..., Submission]


def rename(old: str, new: str) -> Spoil:
    return on_page(old, lambda page: setattr(page, "title", new))


def copy_of(sheet: str, name: str, *, hidden: bool = False) -> Spoil:
    def copy(draft: Draft) -> None:
        twin = draft.filled.book.copy_worksheet(draft.filled.book[sheet])
        twin.title, twin.sheet_state = name, "hidden" if hidden else "visible"

    return copy


def move_last(sheet: str) -> Spoil:
    return lambda draft: draft.filled.book.move_sheet(sheet, offset=7)


def swap_rows(draft: Draft) -> None:
    """检查经营主体 and 立案 change places, the whole rows."""
    page = draft.filled.statistics
    one, other = (find(page, label).row for label in ("检查经营主体", "立案"))
    for column in range(1, page.max_column + 1):
        a, b = page.cell(one, column), page.cell(other, column)
        a.value, b.value = b.value, a.value


def swap_columns(draft: Draft) -> None:
    page = draft.filled.statistics
    for row in range(5, page.max_row + 1):
        a, b = page.cell(row, 4), page.cell(row, 5)
        a.value, b.value = b.value, a.value


def shift_cover(draft: Draft) -> None:
    """Three rows and two columns inserted on the cover, and one between labels and values."""
    page = draft.filled.book["封面"]
    page.insert_rows(1, 3)
    page.insert_cols(2)
    page.insert_cols(1, 2)


READ_ALL_THE_SAME = {
    "rows inserted above the table": on_page("统计表", lambda page: page.insert_rows(1, 3)),
    "a row inserted inside": on_page("统计表", lambda page: page.insert_rows(12, 2)),
    "a column inserted at the left": on_page("统计表", lambda page: page.insert_cols(1, 2)),
    "a column inserted before the figures": on_page("统计表", lambda page: page.insert_cols(4)),
    "rows reordered": swap_rows,
    "columns reordered": swap_columns,
    "statistics sheet last": move_last("统计表"),
    "cover last": move_last("封面"),
    "cover shifted": shift_cover,
    "a sheet of their own": lambda draft: draft.filled.book.create_sheet("草稿", 0).__setitem__("A1", 5),
    "instructions deleted": lambda draft: draft.filled.book.remove(draft.filled.book["填表说明"]),
    "instructions hidden": on_page("填表说明", lambda page: setattr(page, "sheet_state", "hidden")),
    "a space in a label": relabel("封面", "填报单位", "填报 单位"),
    "a colon after a label": relabel("封面", "单位代码", "单位代码："),
    "spread out by ideographic spaces": relabel("统计表", "指标名称", "指　标　名　称"),
    "a line break in a heading": relabel("统计表", "计量单位", "计量\n单位"),
    "an invisible character": relabel("统计表", "立案", "立案\u200b"),
    "full-width figures in a label": relabel("统计表", "5.儿童用品", "５．儿童用品"),
    "a heading without its number": relabel("统计表", "5.儿童用品", " 儿童用品 "),
    "a space in the unit of measure": relabel("统计表", "人次", " 人 次"),
    "a section's heading spaced": relabel("重点案件", "案件名称", "案件 名称"),
    "a label once more outside the table": cell("统计表", "G3", "立案"),
}


@pytest.mark.parametrize("spoil", READ_ALL_THE_SAME.values(), ids=READ_ALL_THE_SAME)
def test_what_moved_is_read_all_the_same(answer: Answer, spoil: Spoil) -> None:
    """经科信局 leads two categories: 60 figures, found wherever they stand."""
    submission = answer("jingkexin", put("officers_deployed", 77, "appliances"), spoil)
    assert found(submission) == set()
    untouched = figures_of(answer("jingkexin", put("officers_deployed", 77, "appliances")))
    assert figures_of(submission) == untouched
    assert untouched["appliances", "officers_deployed"] == 77
    assert len(untouched) == 60


def test_every_sheet_renamed_and_turned_round_is_read_all_the_same(answer: Answer) -> None:
    def turn_round(draft: Draft) -> None:
        book = draft.filled.book
        for number, page in enumerate(list(book)):
            page.title = f"Sheet{number + 1}"
        for page in list(book):
            book.move_sheet(page, offset=-book.index(page))

    submission = answer("jingkexin", turn_round)
    assert figures_of(submission) == figures_of(answer("jingkexin"))
    assert {one.code for one in findings_of(submission)} == {"SHEET_RENAMED"}
    # The statistics sheet and five sections; nobody refers to the cover by its name.
    assert len(submission.findings) == 6


# The food and drug workbook has its heading in row 5, its figures in column D, 检查经营主体 in row 10.
FAULTS: dict[str, tuple[Spoil, set[tuple[str, str]]]] = {
    "statistics sheet gone": (
        lambda draft: draft.filled.book.remove(draft.filled.statistics), {("SHEET_MISSING", "统计表")}),
    "statistics sheet renamed": (rename("统计表", "Sheet2"), {("SHEET_RENAMED", "Sheet2")}),
    "heading changed": (relabel("统计表", "计量单位", "单位"), {("SHEET_WITHOUT_HEADING", "统计表")}),
    "section gone": (
        lambda draft: draft.filled.book.remove(draft.filled.book["经验做法"]), {("SHEET_MISSING", "经验做法")}),
    "section heading changed": (relabel("经验做法", "内容", "正文"), {("SHEET_WITHOUT_HEADING", "经验做法")}),
    "two statistics sheets": (copy_of("统计表", "统计表 (2)"), {("SHEET_TWICE", "统计表 (2)")}),
    "last month's table kept hidden": (copy_of("统计表", "上月", hidden=True),
                                       {("SHEET_TWICE", "上月")}),
    "a copy of a section": (copy_of("重点案件", "备份"), {("SHEET_ALIKE_NOT_USED", "备份")}),
    "two sections that might be it": (
        lambda draft: [one(draft) for one in (copy_of("重点案件", "案件甲"), rename("重点案件", "案件乙"))],
        {("SHEET_TWICE", "案件甲")}),
    "two equal covers": (copy_of("封面", "封面 (2)"), set()),
    "two covers, one of another month": (
        lambda draft: [one(draft) for one in (copy_of("封面", "旧封面"), beside("报告期", "2017-12", "旧封面"))],
        {("COVER_TWICE", "旧封面!B7")}),
    "a row taken out": (relabel("统计表", "检查经营主体", ""),
                        {("ROW_MISSING", "统计表"), ("OUTSIDE_THE_FORM", "统计表!D10")}),
    "a label overwritten": (relabel("统计表", "检查经营主体", "检查经营户"),
                            {("ROW_MISSING", "统计表"), ("OUTSIDE_THE_FORM", "统计表!D10")}),
    "a label twice": (relabel("统计表", "检查经营主体", "立案"),
                      {("ROW_MISSING", "统计表"), ("LABEL_TWICE", "统计表!B16"), ("OUTSIDE_THE_FORM", "统计表!D16"),
                       ("UNIT_OF_MEASURE_CHANGED", "统计表!C10")}),
    "a category overwritten": (relabel("统计表", "1.食品药品保健品", "食品"),
                               {("CATEGORY_MISSING", "统计表!A5"), ("OUTSIDE_THE_FORM", "统计表!D6")}),
    "a category's number overwritten": (relabel("统计表", "1.食品药品保健品", "2.食品药品保健品"),
                                        {("CATEGORY_MISSING", "统计表!A5"), ("OUTSIDE_THE_FORM", "统计表!D6")}),
    "a category twice": (cell("统计表", "F5", "食品药品保健品"), {("LABEL_TWICE", "统计表!F5")}),
    "another unit's column beside": (cell("统计表", "E5", "2.建材"), {("CATEGORY_NOT_YOURS", "统计表!E5")}),
    "the heading twice": (on_page("统计表", lambda page: page.append([None, "指标名称", "计量单位"])),
                          {("LABEL_TWICE", "统计表!B44")}),
    "万元 made 元": (relabel("统计表", "万元", "元"), {("UNIT_OF_MEASURE_CHANGED", "统计表!C21")}),
    "a unit of measure erased": (relabel("统计表", "万元", None), {("UNIT_OF_MEASURE_ERASED", "统计表!C21")}),
    "old edition": (beside("报表版本", "edition-2017"), {("EDITION_WRONG", "封面!B11")}),
    "old edition on the statistics sheet": (beside("报表版本", "edition-2017", "统计表"),
                                            {("EDITION_DISAGREES", "统计表!B4")}),
    "another unit's statistics sheet": (
        lambda draft: [beside("填报单位", "镇住建局", "统计表")(draft), beside("单位代码", "zhujian", "统计表")(draft)],
        {("SHEETS_OF_TWO_UNITS", "统计表!D2")}),
    "another month's statistics sheet": (beside("报告期", "2017-12", "统计表"), {("PERIOD_DISAGREES", "封面!B9")}),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "expected"), FAULTS.values(), ids=FAULTS)
def test_each_departure_has_its_own_answer(answer: Answer, spoil: Spoil, expected: set[tuple[str, str]]) -> None:
    assert found(answer("shiyaojian", spoil)) == expected


def test_a_unit_of_measure_changed_returns_the_category_and_names_the_figure(answer: Answer) -> None:
    submission = answer("jingkexin", relabel("统计表", "万元", "元"))
    raised = [one for report in submission.reports for one in report.findings]
    assert [(one.code, one.category, one.indicator, one.severity) for one in raised] == [
        ("UNIT_OF_MEASURE_CHANGED", "children", "goods_value", Severity.MANDATORY),
        ("UNIT_OF_MEASURE_CHANGED", "appliances", "goods_value", Severity.MANDATORY),
    ]
    assert raised[0].message == (
        "“涉案货值”的计量单位应是“万元”，表上被改成了“元”，无法确定填的数以什么计。"
        "请改回“万元”，核对数也是以“万元”计的，再重新报送。"
    )


def test_an_erased_unit_of_measure_is_told_and_not_returned(answer: Answer) -> None:
    (raised,) = findings_of(answer("shiyaojian", relabel("统计表", "万元", None)))
    assert (raised.severity, raised.indicator) == (Severity.INFO, "goods_value")


def test_two_statistics_sheets_are_both_named(answer: Answer) -> None:
    submission = answer("shiyaojian", copy_of("统计表", "上月", hidden=True))
    raised = next(one for one in submission.findings if one.code == "SHEET_TWICE")
    assert raised.severity is Severity.MANDATORY
    assert raised.message == (
        "《统计表》、《上月》（已隐藏）都像《统计表》，无法确定用哪一张。请只留要报的一张，删掉其余的后重新报送。"
    )


def test_of_two_unnamed_statistics_sheets_none_is_read(answer: Answer) -> None:
    submission = answer("shiyaojian", copy_of("统计表", "甲"), rename("统计表", "乙"))
    assert figures_of(submission) == {}
    assert found(submission) == {("SHEET_TWICE", "甲")}


def test_the_edition_is_named_with_who_has_the_right_one_and_nothing_else_is_said(answer: Answer) -> None:
    """Rows of an old form would all be missing; one sentence is enough, and no figure is taken."""
    submission = answer("shiyaojian", beside("报表版本", "edition-2017"), relabel("统计表", "立案", "案件"))
    (raised,) = findings_of(submission)
    assert raised.message == (
        "报表版本是“edition-2017”，本期应使用“edition-2018”。请向镇经科信局领取本期的模板，填好后重新报送。"
    )
    assert [(one.category, one.figures) for one in submission.reports] == [("food_drug", ())]


def test_another_units_template_is_named_with_its_unit(answer: Answer) -> None:
    """A market bureau's workbook with the food bureau's name typed over every head."""
    names = [beside(label, text, sheet) for sheet in ("封面", "统计表")
             for label, text in (("填报单位", "镇食药监分局"), ("单位代码", "shiyaojian"))]  # fmt: skip
    submission = answer("gongshang", *names)
    assert submission.unit == "shiyaojian"
    assert found(submission) == {("TEMPLATE_OF_ANOTHER_UNIT", "统计表!D5"), ("COVER_CELL_CHANGED", "封面!B8")}
    raised = next(one for one in submission.findings if one.code == "TEMPLATE_OF_ANOTHER_UNIT")
    assert "“7.互联网电子商务商品”，由镇工商分局填报，没有贵单位的类别" in raised.message
    assert raised.severity is Severity.MANDATORY
    assert figures_of(submission) == {}


def test_one_category_missing_holds_back_only_that_one(answer: Answer) -> None:
    submission = answer("jingkexin", relabel("统计表", "5.儿童用品", "儿童"))
    children, appliances = submission.reports
    assert [one.code for one in children.findings] == ["CATEGORY_MISSING"]
    assert (len(children.figures), len(appliances.figures)) == (0, 30)
    assert appliances.findings == ()


def test_last_months_file_is_named_by_its_period_not_being_this_one(answer: Answer) -> None:
    """Sent again unchanged it is January's revision; its period retyped on the cover alone, it disagrees."""
    submission = answer("shiyaojian", beside("报告期", "2018-02"))
    assert found(submission) == {("PERIOD_DISAGREES", "封面!B9")}
    assert "报告期是 2018-02，而 统计表!B3 写的是 2018-01" in findings_of(submission)[0].message
    assert submission.reports == ()


def test_the_template_states_its_unit_on_the_statistics_sheet(draft: Callable[..., Draft]) -> None:
    sheet = draft("shiyaojian").raw().sheet("统计表")
    assert sheet is not None
    assert sheet.rows[1:4] == (
        ("填报单位", "镇食药监分局", "单位代码", "shiyaojian"), ("报告期", "2018-01"), ("报表版本", "edition-2018")
    )  # fmt: skip


def test_a_template_issued_before_that_is_still_read(answer: Answer) -> None:
    submission = answer("shiyaojian", cell("统计表", "C2", None), cell("统计表", "D2", None))
    assert found(submission) == set()
    assert len(figures_of(submission)) == 30


def test_a_sheet_that_reads_empty_is_not_a_missing_one(filled: Callable[..., FilledWorkbook], plans: PlanBook) -> None:
    draft = drafted(filled("shiyaojian", "2018-01"))
    draft.mark("统计表", rows=(), reads_empty=True)
    (raised,) = findings_of(read(draft, plans))
    assert (raised.code, str(raised.at), raised.severity) == ("SHEET_READS_EMPTY", "统计表", Severity.MANDATORY)
    assert "里有内容，但读不出来" in raised.message


def test_a_cover_that_reads_empty_says_so(filled: Callable[..., FilledWorkbook], plans: PlanBook) -> None:
    draft = drafted(filled("shiyaojian", "2018-01"))
    draft.mark("封面", rows=(), reads_empty=True)
    submission = read(draft, plans)
    assert submission.unit is None
    assert found(submission) == {("COVER_MISSING", ""), ("SHEET_READS_EMPTY", "封面")}


def test_a_spare_sheet_that_reads_empty_is_only_told(filled: Callable[..., FilledWorkbook], plans: PlanBook) -> None:
    draft = drafted(filled("shiyaojian", "2018-01"), lambda draft: draft.filled.book.create_sheet("草稿"))
    draft.mark("草稿", reads_empty=True)
    (raised,) = findings_of(read(draft, plans))
    assert (raised.code, str(raised.at), raised.severity) == ("OTHER_SHEETS_READ_EMPTY", "草稿", Severity.INFO)


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [("has_macros", True, "MACROS_NOT_RUN"), ("dates_from_1904", True, "DATES_FROM_1904"), ("kind", FileKind.XLS, "")],
)
def test_what_a_file_brings_along_is_told(answer: Answer, attribute: str, value: object, code: str) -> None:
    raised = findings_of(answer("shiyaojian", lambda draft: setattr(draft, attribute, value)))
    assert [(one.code, one.severity) for one in raised] == ([(code, Severity.INFO)] if code else [])
