"""A csv file is the statistics sheet alone; its first rows say whose it is and for when."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from drafts import LATER, Draft, Spoil, beside, figures_of, found, put

from townreturn.domain.findings import Severity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Submission
from townreturn.intake.interpret import interpret
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import plain_text

Send = Callable[..., Submission]


def as_csv(draft: Draft) -> str:
    """The statistics sheet as a spreadsheet program saves it: whole numbers without a decimal point."""
    sheet = draft.raw().sheet("统计表")
    assert sheet is not None
    text = StringIO(newline="")
    csv.writer(text).writerows([plain_text(value) for value in row] for row in sheet.rows)
    return text.getvalue()


@pytest.fixture
def send(draft: Callable[..., Draft], plans: PlanBook, tmp_path: Path) -> Send:
    """A csv file of a spoiled statistics sheet, through the real reader."""

    def make(unit: str, *spoils: Spoil, encoding: str = "utf-8-sig", edit: Callable[[str], str] = str) -> Submission:
        path = tmp_path / "统计表.csv"
        path.write_bytes(edit(as_csv(draft(unit, *spoils))).encode(encoding))
        return interpret(read_workbooks([path])[path], LATER, plans)

    return make


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_the_statistics_sheet_alone_gives_the_same_figures(
    send: Send, draft: Callable[..., Draft], plans: PlanBook, encoding: str
) -> None:
    submission = send("jingkexin", put("goods_value", 1234.56, "children"), encoding=encoding)
    whole = interpret(draft("jingkexin", put("goods_value", 1234.56, "children")).raw(), LATER, plans)
    assert figures_of(submission) == figures_of(whole)
    assert len(figures_of(submission)) == 60
    assert (submission.unit, str(submission.period), submission.edition) == ("jingkexin", "2018-01", "edition-2018")


def test_it_is_told_that_texts_and_explanations_need_the_workbook(send: Send) -> None:
    (raised,) = send("shiyaojian").findings
    assert (raised.code, raised.severity) == ("CSV_WITHOUT_SECTIONS", Severity.INFO)
    assert raised.message == (
        "csv 文件只有《统计表》，没有《重点案件》《经验做法》《重点区域整治》《问题和建议》《审核说明》。"
        "有大案要案要列出、或有问题要写审核说明的，请报送 .xlsx 工作簿；否则不影响报送。"
    )


def test_text_is_all_a_csv_has_and_is_not_remarked(send: Send) -> None:
    """Plain digits are; full-width digits are still remarked."""
    submission = send("shiyaojian", put("premises_inspected", "1200"), put("officers_deployed", "１２"))
    assert figures_of(submission)["food_drug", "premises_inspected"] == 1200
    assert {code for code, _ in found(submission)} == {"CSV_WITHOUT_SECTIONS", "NUMBER_TIDIED"}


@pytest.mark.parametrize(("typed", "number"), [("1,200", 1200), ("+12", 12)])
def test_digits_with_anything_between_are_told_as_read(send: Send, typed: str, number: int) -> None:
    """Thousands separators stand where Excel saves what it shows: the sender sees what they were taken for."""
    submission = send("shiyaojian", put("premises_inspected", typed))
    assert figures_of(submission)["food_drug", "premises_inspected"] == number
    (raised,) = submission.reports[0].findings
    assert (raised.code, raised.severity) == ("TEXT_AS_NUMBER", Severity.INFO)
    assert f"“{typed}”是文本格式，已读作 {number}" in raised.message


def test_a_decimal_comma_is_no_thousands_separator(send: Send) -> None:
    (raised,) = send("shiyaojian", put("premises_inspected", "0,123")).reports[0].findings
    assert raised.code == "NOT_A_NUMBER"


def test_a_fault_is_named_with_its_cell(send: Send) -> None:
    submission = send("shiyaojian", put("premises_inspected", "16/140"))
    (raised,) = submission.reports[0].findings
    assert (raised.code, raised.at and raised.at.cell) == ("TWO_NUMBERS", "D10")


HEADS: dict[str, tuple[Spoil, str]] = {
    "another month": (beside("报告期", "2018-04", "统计表"), "PERIOD_NOT_OVER"),
    "a month as Excel shows it": (beside("报告期", "Mar-18", "统计表"), "PERIOD_UNREADABLE"),
    "an old edition": (beside("报表版本", "edition-2017", "统计表"), "EDITION_WRONG"),
    "code and name of two units": (beside("单位代码", "zhujian", "统计表"), "SENDER_DISAGREES"),
    "another unit's table": (
        lambda draft: [beside("填报单位", "镇住建局", "统计表")(draft), beside("单位代码", "zhujian", "统计表")(draft)],
        "TEMPLATE_OF_ANOTHER_UNIT",
    ),
}


@pytest.mark.parametrize(("spoil", "code"), HEADS.values(), ids=HEADS)
def test_the_head_is_judged_like_a_cover(send: Send, spoil: Spoil, code: str) -> None:
    submission = send("shiyaojian", spoil)
    assert code in {one.code for one in submission.findings}
    assert not figures_of(submission)


def test_a_csv_without_its_first_rows_says_what_they_must_hold(send: Send) -> None:
    submission = send("shiyaojian", edit=lambda text: text[text.index("序号") :])
    (raised,) = submission.findings
    assert (submission.unit, raised.code) == (None, "CSV_HEAD_MISSING")
    assert raised.message == (
        "csv 文件里找不到“单位代码、报告期、报表版本”。请用下发模板里的《统计表》另存为 csv，不要删掉上面几行；"
        "或直接报送 .xlsx 工作簿。"
    )


def test_a_workbook_without_a_cover_is_not_read_like_a_csv(draft: Callable[..., Draft], plans: PlanBook) -> None:
    raw = draft("shiyaojian", lambda draft: setattr(draft, "only", "统计表")).raw()
    assert found(interpret(raw, LATER, plans)) == {("COVER_MISSING", "")}
