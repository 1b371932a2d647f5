"""Rows of the text sections."""

from collections.abc import Callable
from datetime import datetime

import pytest
from drafts import Spoil, cell, entry, findings_of, found

from townreturn.domain.findings import Severity
from townreturn.domain.submission import Submission

Answer = Callable[..., Submission]
GOOD = {"title": "甲", "text": "乙"}

# Row 3 is the heading; the filled workbook has one key case in row 4 (two for 经科信局, rows 4 and 5).
ROWS: dict[str, tuple[str, Spoil, set[tuple[str, str]]]] = {
    "a title lacking": ("shiyaojian", entry("key_cases", {"large": "否"}), {("ENTRY_FIELD_BLANK", "重点案件!B5")}),
    "only white space for a title": (
        "shiyaojian", entry("key_cases", {"title": " 　", "large": "否"}), {("ENTRY_FIELD_BLANK", "重点案件!B5")}),
    "no category, of two": ("jingkexin", entry("practices", GOOD, ""), {("ENTRY_WITHOUT_CATEGORY", "经验做法!A4")}),
    "no category, of one": ("shiyaojian", entry("practices", GOOD, ""), set()),
    "another unit's category": (
        "shiyaojian", entry("practices", GOOD, "building"), {("ENTRY_WITHOUT_CATEGORY", "经验做法!A4")}),
    "a category without its number": ("jingkexin", cell("重点案件", "A4", "儿童用品"), set()),
    "a category spaced": ("jingkexin", cell("重点案件", "A4", "５．儿童 用品"), set()),
    "neither yes nor no": (
        "shiyaojian", entry("key_cases", {"title": "甲", "large": "重大"}), {("ENTRY_CHOICE_UNKNOWN", "重点案件!G5")}),
    "yes with a space": ("shiyaojian", cell("重点案件", "G4", " 是"), set()),
    "an optional choice of their own": (
        "shiyaojian", entry("key_cases", {"title": "甲", "large": "否", "stage": "刚接报"}), set()),
    "only a category": ("jingkexin", cell("经验做法", "A4", "5.儿童用品"), set()),
    "a row of nothing but spaces": ("jingkexin", cell("经验做法", "B4", "\u3000\u200b"), set()),
    "rows between entries": ("jingkexin", cell("重点案件", "B9", None), set()),
    "an explanation": ("shiyaojian", entry("explanations", {"indicator": "立案", "reason": "春节前集中检查"}), set()),
    "an explanation left open": (
        "shiyaojian", entry("explanations", {"indicator": "立案", "finding": "比上期变化大"}), set()),
    "an explanation left open, of two": ("jingkexin", entry("explanations", {"indicator": "立案"}, ""), set()),
    "an explanation of no category, of two": (
        "jingkexin", entry("explanations", {"indicator": "立案", "reason": "春节前集中检查"}, ""),
        {("ENTRY_WITHOUT_CATEGORY", "审核说明!A4")}),
}  # fmt: skip


@pytest.mark.parametrize(("unit", "spoil", "expected"), ROWS.values(), ids=ROWS)
def test_rows(answer: Answer, unit: str, spoil: Spoil, expected: set[tuple[str, str]]) -> None:
    submission = answer(unit, spoil)
    assert found(submission) == expected
    assert all(one.severity is Severity.MANDATORY for one in findings_of(submission))


def test_a_fault_in_an_entry_returns_its_category_alone(answer: Answer) -> None:
    submission = answer("jingkexin", entry("key_cases", {"large": "否"}, "appliances"))
    assert [(one.category, len(one.findings)) for one in submission.reports] == [("children", 0), ("appliances", 1)]
    (raised,) = findings_of(submission)
    assert raised.message == "《重点案件》第 6 行缺少“案件名称”。请补填。"


def test_entries_keep_their_words_and_their_row(answer: Answer) -> None:
    case = {"title": " 某案 ", "large": "是 ", "date": datetime(2018, 1, 5), "value": 3.5, "summary": "=1+2"}  # noqa: DTZ001
    submission = answer("shiyaojian", cell("重点案件", "A1", None), entry("key_cases", case))  # type: ignore[arg-type]
    last = submission.reports[0].entries[-1]
    assert last.values == {"title": "某案", "large": "是", "date": "2018-01-05", "value": "3.5", "summary": "=1+2"}
    assert (last.section, str(last.at)) == ("key_cases", "重点案件!A5")


def test_an_open_explanation_is_no_entry(answer: Answer) -> None:
    rows = [entry("explanations", {"indicator": "立案", "finding": "比上期变化大"}),
            entry("explanations", {"indicator": "结案", "reason": "清理积案"})]  # fmt: skip
    explained = [one for one in answer("shiyaojian", *rows).reports[0].entries if one.section == "explanations"]
    assert [one.values for one in explained] == [{"indicator": "结案", "reason": "清理积案"}]
