"""Whatever stands in a workbook's cells: it is answered, and an accepted figure is the one that stands in its cell."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from drafts import LATER, Draft, findings_of
from hypothesis import given, settings
from hypothesis import strategies as st

from townreturn.domain.findings import Severity
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Figure, FigureState, Submission
from townreturn.intake.interpret import interpret
from townreturn.spreadsheets.workbook import FileKind, Merge, RawSheet, RawValue, RawWorkbook

LABELS = [
    "指标名称",
    "计量单位",
    "类别",
    "报告期",
    "单位代码",
    "报表版本",
    "零申报",
    "立案",
    "5.儿童用品",
    "合计",
    "是",
]
VALUES = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(-5, 10**13), st.text(max_size=8), st.sampled_from(LABELS),
    st.sampled_from(["12宗", "3.5万元", "16/140", "１２", "无", "2018-01", "2018-01-01T00:00:00", "万元", "元"]),
)  # fmt: skip
PLACES = st.tuples(st.integers(0, 7), st.integers(0, 60), st.integers(0, 9))
CODES = st.sampled_from(["FORMULA_WITHOUT_VALUE", "ERROR_CELL", "NOT_FINITE"])
MARKS = st.fixed_dictionaries({
    "unread": st.dictionaries(st.sampled_from(["D10", "D16", "E16", "B9", "D6", "B4", "ZZ900"]), CODES, max_size=2),
    "is_hidden": st.booleans(),
    "hidden_rows": st.frozensets(st.integers(0, 60), max_size=2),
    "hidden_columns": st.frozensets(st.integers(0, 9), max_size=2),
    "merges": st.lists(st.builds(Merge, *(st.integers(0, 30),) * 4), max_size=2).map(tuple),
})  # fmt: skip


@pytest.fixture(scope="module")
def whole(draft: Callable[..., Draft]) -> RawWorkbook:
    return draft("jingkexin").raw()


def with_cell(sheet: RawSheet, row: int, column: int, value: RawValue) -> RawSheet:
    rows = [list(values) for values in sheet.rows]
    rows += [[] for _ in range(row + 1 - len(rows))]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = value
    return replace(sheet, rows=tuple(map(tuple, rows)))


@settings(max_examples=400, deadline=None)
@given(
    edits=st.lists(st.tuples(PLACES, VALUES), max_size=6),
    marks=st.dictionaries(st.integers(0, 7), MARKS, max_size=2),
    order=st.permutations(range(8)),
    kind=st.sampled_from(FileKind),
)
def test_any_edit_is_answered_and_nothing_is_misread(
    whole: RawWorkbook, plans: PlanBook, edits: list[tuple[tuple[int, int, int], RawValue]],
    marks: dict[int, dict[str, object]], order: list[int], kind: FileKind,
) -> None:  # fmt: skip
    sheets = list(whole.sheets)
    for (number, row, column), value in edits:
        sheets[number] = with_cell(sheets[number], row, column, value)
    for number, attributes in marks.items():
        sheets[number] = replace(sheets[number], **attributes)  # type: ignore[arg-type]
    raw = RawWorkbook(tuple(sheets[place] for place in order), kind)
    submission = interpret(raw, LATER, plans)
    assert submission.unit is not None or submission.findings
    _no_figure_is_misread(raw, submission, plans)
    _no_figure_is_lost_in_silence(submission)


def _no_figure_is_misread(raw: RawWorkbook, submission: Submission, plans: PlanBook) -> None:
    """The cell holds that number, in the row of that label and the column of that category."""
    plan = plans.plans[0]
    for report in submission.reports:
        for figure in report.figures:
            if figure.state is FigureState.REPORTED:
                sheet = next(one for one in raw.sheets if one.name == figure.at.sheet)
                row, column = place_of(figure)
                assert number_in(sheet.value(row, column)) == figure.value
                label = plan.form.by_code[figure.indicator].label
                assert label in {tidy(value) for value in sheet.rows[row]}
                category = plan.category_by_code[report.category]
                above = {tidy(sheet.value(one, column)) for one in range(row)}
                assert above & {tidy(category.name), tidy(category.heading)}
                assert figure.at.cell not in sheet.unread


def _no_figure_is_lost_in_silence(submission: Submission) -> None:
    """A figure that could not be read has a mandatory finding; a missing column has one for its category."""
    for report in submission.reports:
        mandatory = [one for one in findings_of(submission) if one.severity is Severity.MANDATORY]
        unreadable = [one for one in report.figures if one.state is FigureState.UNREADABLE]
        if unreadable or not report.figures:
            assert [one for one in mandatory if one.category in (None, report.category)]


def place_of(figure: Figure) -> tuple[int, int]:
    match = re.fullmatch(r"([A-Z])(\d+)", figure.at.cell)
    assert match
    return int(match[2]) - 1, ord(match[1]) - ord("A")


def number_in(value: RawValue) -> Decimal | None:
    """An independent reading: the digits of a cell, whatever stands around them."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        digits = re.search(r"[+-]?[\d.,]+", value.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}))
        return Decimal(digits[0].replace(",", "")) if digits else None
    return round(Decimal(repr(value)), 6) if isinstance(value, float) and abs(value) > 1e-6 else Decimal(repr(value))


def tidy(value: RawValue) -> str:
    text = "".join(str(value or "").split())
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}).rstrip(":")
