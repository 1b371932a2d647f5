"""What changed between two revisions: figures in the form's order, text rows wherever they stand."""

from decimal import Decimal

import pytest

from townreturn.board.differences import Told, compare_revisions
from townreturn.domain.findings import CellRef
from townreturn.domain.form import Form
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Figure, FigureState, TextEntry


@pytest.fixture
def form(plans: PlanBook) -> Form:
    return plans.plans[0].form


def figure(code: str, value: str | None, raw: str = "", state: FigureState = FigureState.REPORTED) -> Figure:
    return Figure(code, None if value is None else Decimal(value), state, raw or value or "", CellRef("统计表", "D9"))


def told(*figures: Figure, texts: tuple[TextEntry, ...] = ()) -> Told:
    return Told({one.indicator: one for one in figures}, texts)


def row(number: int, **fields: str) -> TextEntry:
    return TextEntry("key_cases", fields, CellRef("重点案件", f"B{number}"))


def shown(before: Told, after: Told, form: Form) -> list[tuple[str, str | None, str | None]]:
    return [
        (one.label, one.before and one.before.text, one.after and one.after.text)
        for one in compare_revisions(before, after, form, "tobacco")
    ]


def test_only_figures_that_say_something_else_are_told(form: Form) -> None:
    before = told(figure("fines_confiscations", "1234.50"), figure("cases_filed", "3"), figure("cases_closed", "2"))
    after = told(figure("fines_confiscations", "0.50"), figure("cases_filed", "4"), figure("cases_closed", "2"))
    assert shown(before, after, form) == [("立案", "3", "4"), ("罚没款", "1,234.50", "0.50")]
    [first, _] = compare_revisions(before, after, form, "tobacco")
    assert (first.unit_of_measure, first.before and (first.before.sheet, first.before.cell)) == ("宗", ("统计表", "D9"))


def test_the_same_number_written_otherwise_is_no_change(form: Form) -> None:
    assert not shown(told(figure("cases_filed", "3", "３")), told(figure("cases_filed", "3", "3")), form)


def test_blank_zero_and_unreadable_are_three_things(form: Form) -> None:
    blank = told(figure("cases_filed", None, "", FigureState.BLANK))
    zero = told(figure("cases_filed", "0"))
    words = told(figure("cases_filed", None, "三宗\u202e", FigureState.UNREADABLE))
    assert shown(blank, zero, form) == [("立案", "", "0")]
    assert shown(zero, words, form) == [("立案", "0", "三宗 ")]
    assert shown(told(), zero, form) == [("立案", None, "0")]


def test_a_row_that_moved_is_no_change_and_one_in_the_place_of_another_is_told_field_by_field(form: Form) -> None:
    before = told(texts=(row(5, title="甲案", large="是"), row(6, title="乙案", large="否")))
    moved = told(texts=(row(5, title="乙案", large="否"), row(6, title="甲案", large="是")))
    assert shown(before, moved, form) == []
    titles = {one.code: one.label for one in form.section("key_cases").fields}
    edited = told(texts=(row(5, title="甲案", large="是"), row(6, title="丙案", large="否")))
    assert shown(before, edited, form) == [(titles["title"], "乙案", "丙案")]


def test_a_row_put_in_above_the_others_is_the_only_change(form: Form) -> None:
    before = told(texts=(row(5, title="甲案"), row(6, title="乙案"), row(7, title="乙案")))
    after = told(texts=(row(5, title="新案"), row(6, title="甲案"), row(7, title="乙案"), row(8, title="乙案")))
    [change] = compare_revisions(before, after, form, "tobacco")
    assert (change.section, change.before) == ("重点案件", None)
    assert change.after is not None
    assert (change.after.row, change.after.text) == (5, "新案")
    [gone] = compare_revisions(after, before, form, "tobacco")
    assert (gone.before and gone.before.text, gone.after) == ("新案", None)


def test_of_rows_that_are_alike_each_one_counts(form: Form) -> None:
    once, twice = told(texts=(row(5, title="甲案"),)), told(texts=(row(5, title="甲案"), row(6, title="甲案")))
    assert len(shown(once, twice, form)) == 1
