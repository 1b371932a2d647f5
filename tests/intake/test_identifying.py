"""Whose file, for when: the cover's cells and what contradicts them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from drafts import LATER, Draft, Spoil, beside, findings_of, found, relabel

from townreturn.domain.findings import Severity
from townreturn.domain.plan import Validity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, Submission
from townreturn.intake.interpret import interpret, interpret_safely
from townreturn.spreadsheets.workbook import RawSheet, RawWorkbook, Unreadable

Answer = Callable[..., Submission]


def both(label: str, value: object) -> Spoil:
    """On the cover and on the statistics sheet."""
    return lambda draft: [beside(label, value, sheet)(draft) for sheet in ("封面", "统计表")]


def several(*spoils: Spoil) -> Spoil:
    return lambda draft: [one(draft) for one in spoils]


COVERS: dict[str, tuple[Spoil, set[tuple[str, str]]]] = {
    "period in words": (both("报告期", "2018年1月"), {("PERIOD_UNREADABLE", "封面!B9")}),
    "period without a month": (both("报告期", "2018-13"), {("PERIOD_UNREADABLE", "封面!B9")}),
    "period blank": (beside("报告期", None), {("PERIOD_UNREADABLE", "封面!B9")}),
    "period in full width": (beside("报告期", "２０１８－０１"), set()),
    "period made a date by the spreadsheet": (
        both("报告期", datetime(2018, 1, 1)), {("PERIOD_AS_DATE", "封面!B9")}),  # noqa: DTZ001
    "a day is no period": (both("报告期", datetime(2018, 1, 5)), {("PERIOD_UNREADABLE", "封面!B9")}),  # noqa: DTZ001
    "another year": (both("报告期", "2019-01"), {("PERIOD_WITHOUT_PLAN", "封面!B9")}),
    "a period to come": (both("报告期", "2018-04"), {("PERIOD_NOT_OVER", "封面!B9")}),
    "a unit that leads nothing": (
        several(both("填报单位", "镇公安分局"), both("单位代码", "gongan")),
        {("SENDER_LEADS_NOTHING", "封面!B7")}),
    "an unknown unit": (
        several(beside("填报单位", "镇城管分局"), beside("单位代码", "chengguan")),
        {("UNIT_UNKNOWN_IN_FILE", "封面!B7")}),
    "no unit": (several(beside("填报单位", None), beside("单位代码", None)), {("UNIT_UNKNOWN_IN_FILE", "封面!B6")}),
    "a code and a name of two units": (beside("单位代码", "zhujian"), {("SENDER_DISAGREES", "封面!B7")}),
    "only the name": (beside("单位代码", None), set()),
    "only the code": (beside("填报单位", None), set()),
    "nobody's name": (beside("填报人", None), {("FILLED_BY_MISSING", "封面!B16")}),
    "a stroke for a name": (beside("填报人", "／"), {("FILLED_BY_MISSING", "封面!B16")}),
    "no place for a name": (relabel("封面", "填报人", None), {("FILLED_BY_MISSING", "封面")}),
    "a name spaced": (beside("填报单位", "镇食药监 分局"), set()),
    "a name of nobody's": (beside("填报单位", "镇食药监局"), {("COVER_CELL_CHANGED", "封面!B6")}),
    "a code of nobody's": (beside("单位代码", "syj"), {("COVER_CELL_CHANGED", "封面!B7")}),
    "other categories": (beside("填报类别", "2.建材"), {("COVER_CELL_CHANGED", "封面!B8")}),
    "another period's span": (beside("起止日期", "2017-11-26 至 2017-12-25"), {("PERIOD_DISAGREES", "封面!B9")}),
    "another period's span typed otherwise": (
        beside("起止日期", "2018年1月26日～2018/2/25"), {("PERIOD_DISAGREES", "封面!B9")}),
    "its own span typed otherwise": (beside("起止日期", "2017.12.26-2018.1.25"), {("COVER_CELL_CHANGED", "封面!B10")}),
    "no period's span": (beside("起止日期", "2018-01-01 至 2018-01-31"), {("COVER_CELL_CHANGED", "封面!B10")}),
    "a span of days that are none": (
        beside("起止日期", "2018-02-26 至 2018-02-31"), {("COVER_CELL_CHANGED", "封面!B10")}),
    "a span of a year nobody reports": (
        beside("起止日期", "0001-01-01 至 0001-01-25"), {("COVER_CELL_CHANGED", "封面!B10")}),
    "span blank": (beside("起止日期", None), set()),
    "a label gone": (relabel("封面", "单位代码", "代码"), {("COVER_MISSING", "")}),
    "no cover": (lambda draft: draft.filled.book.remove(draft.filled.book["封面"]), {("COVER_MISSING", "")}),
    "edition blank": (beside("报表版本", None), {("EDITION_WRONG", "封面!B11")}),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "expected"), COVERS.values(), ids=COVERS)
def test_each_cover_has_its_answer(answer: Answer, spoil: Spoil, expected: set[tuple[str, str]]) -> None:
    assert found(answer("shiyaojian", spoil)) == expected


def test_a_code_and_a_name_of_two_units_leave_the_sender_unknown(answer: Answer) -> None:
    submission = answer("shiyaojian", beside("单位代码", "zhujian"))
    assert submission.unit is None
    assert findings_of(submission)[0].message == (
        "单位代码“zhujian”是镇住建局的，填报单位却写的是镇食药监分局，无法确定是谁报的。"
        "请用发给本单位的模板填写后报送。"
    )


def test_what_follows_from_a_missing_name_is_told_and_returns_nothing(answer: Answer) -> None:
    (raised,) = findings_of(answer("shiyaojian", beside("填报人", None)))
    assert raised.severity is Severity.INFO
    assert raised.message == (
        "封面的“填报人”没有写明，无法核对填报人是不是审批人，所以本期月报须有两位审批人批准才能发布。"
        "请补填姓名后重新报送；不补填的，不影响本次报送。"
    )


def test_a_changed_cell_of_the_cover_is_told_with_what_was_printed(answer: Answer) -> None:
    (raised,) = findings_of(answer("shiyaojian", beside("起止日期", "2018年1月")))
    assert raised.severity is Severity.INFO
    assert "“起止日期”印的应是“2017-12-26～2018-01-25”，现在是“2018年1月”" in raised.message


def test_the_days_of_another_period_return_the_whole_file(answer: Answer) -> None:
    submission = answer("shiyaojian", both("报告期", "2018-02"), beside("起止日期", "2017-12-26 至 2018-01-25"))
    (raised,) = submission.findings
    assert (submission.reports, raised.severity) == ((), Severity.MANDATORY)
    assert "封面的报告期是 2018-02，而 封面!B10 写的是 2017-12-26 至 2018-01-25，两处不一致" in raised.message


def test_the_day_before_the_period_ends_is_too_early(answer: Answer) -> None:
    """January ends on the 25th in Shanghai; on that day itself a unit may report before going home."""
    late = replace(LATER, received_at=datetime(2018, 1, 24, 16, tzinfo=UTC))
    early = replace(LATER, received_at=datetime(2018, 1, 24, 15, 59, 59, tzinfo=UTC))
    assert found(answer("shiyaojian", arrival=late)) == set()
    assert found(answer("shiyaojian", arrival=early)) == {("PERIOD_NOT_OVER", "封面!B9")}


def test_an_older_plans_edition_is_named_as_the_old_one(draft: Callable[..., Draft], plans: PlanBook) -> None:
    (plan,) = plans.plans
    old = replace(plan, validity=Validity("2017-01", "2017-12"), form=replace(plan.form, edition="edition-2017"))
    book = PlanBook((old, plan))
    raw = draft("shiyaojian", both("报表版本", "edition-2017")).raw()
    (raised,) = findings_of(interpret(raw, LATER, book))
    assert (raised.code, str(raised.at)) == ("EDITION_OLD", "封面!B11")
    assert raised.message == (
        "这是旧版报表（“edition-2017”），本期已改用“edition-2018”。请向镇经科信局领取新模板，把数填进去后重新报送。"
    )


def test_an_old_period_is_read_by_the_form_of_its_time(draft: Callable[..., Draft], plans: PlanBook) -> None:
    (plan,) = plans.plans
    old = replace(plan, validity=Validity("2017-01", "2017-12"), form=replace(plan.form, edition="edition-2017"))
    spoils = (both("报表版本", "edition-2017"), both("报告期", "2017-12"), beside("起止日期", None))
    submission = interpret(draft("shiyaojian", *spoils).raw(), LATER, PlanBook((old, plan)))
    assert found(submission) == set()
    assert len(submission.reports[0].figures) == 30


def test_an_unreadable_file_says_why_with_what_its_text_names(plans: PlanBook) -> None:
    submission = interpret(Unreadable("CSV_HEAD_MISSING", {"labels": "甲", "statistics": "乙"}), LATER, plans)
    (raised,) = submission.findings
    assert (submission.unit, raised.code, raised.severity) == (None, "CSV_HEAD_MISSING", Severity.MANDATORY)
    assert "找不到“甲”" in raised.message


def test_a_workbook_of_nothing_has_no_cover(plans: PlanBook) -> None:
    for raw in (RawWorkbook(()), RawWorkbook((RawSheet("", ()),)), RawWorkbook((RawSheet("a", ((), (None,))),))):
        assert found(interpret_safely(raw, LATER, plans)) == {("COVER_MISSING", "")}


@pytest.mark.parametrize("code", ["CELL_PLACE_WRONG", "CELL_TYPE_UNKNOWN", "CELL_TWICE", "SHEET_NAME_TWICE"])
def test_a_fault_that_names_nothing_is_still_told(plans: PlanBook, code: str) -> None:
    """A cell may be wrong exactly because its place or type is blank."""
    arrival = Arrival("a.xlsx", "0" * 64, datetime(2018, 1, 28, tzinfo=UTC))
    (finding,) = interpret(Unreadable(code), arrival, plans).findings
    assert finding.code == code
    assert "空白" in finding.message
