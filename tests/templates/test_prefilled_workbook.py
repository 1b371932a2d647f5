"""The pre-filled workbook: opening balances in their cells, last period's figures beside, nothing invented."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from townreturn.domain.history import History, PastFigure
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.plans import load_plan
from townreturn.templates import blank_workbook
from townreturn.templates.assignment import Assignment
from townreturn.templates.instructions import instruction_parts

MARCH = Period("2018-03")
CHILDREN = {"cases_pending": "12", "cases_open_at_start": "9", "goods_value": "1234.5", "cases_filed": "0"}


def history(figures: Mapping[str, Mapping[str, str]], back: int = 1, unit: str = "jingkexin") -> History:
    return History(
        {
            (category, indicator): {back: PastFigure(Decimal(value), unit)}
            for category, values in figures.items()
            for indicator, value in values.items()
        }
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("qingxi-2018")


@pytest.fixture(scope="module")
def sheet(plan: Plan) -> Worksheet:
    """经科信局, whose children's goods were accepted in February and whose appliances were not."""
    return statistics(plan, history({"children": CHILDREN}))


def statistics(plan: Plan, known: History | None, unit: str = "jingkexin") -> Worksheet:
    content = blank_workbook(Assignment(plan, MARCH, plan.unit_by_code[unit], known))
    return load_workbook(BytesIO(content))[plan.form.sheets.statistics]


def row(sheet: Worksheet, label: str) -> list[object]:
    """The cells from the first category to the last of last period's figures."""
    return next([cell.value for cell in cells[3:-1]] for cells in sheet.iter_rows() if cells[1].value == label)


def message_at(sheet: Worksheet, label: str, column: str) -> str:
    number = next(cell.row for cell in sheet["B"] if cell.value == label)
    rule = next(one for one in sheet.data_validations.dataValidation if f"{column}{number}" in one.cells)
    return str(rule.prompt)


def test_last_period_stands_right_of_the_cells_to_be_filled_and_says_what_it_is(sheet: Worksheet) -> None:
    assert row(sheet, "指标名称") == [
        "5.儿童用品",
        "6.家用电器（含小家电）",
        "上期对照\n（2018年2月）\n5.儿童用品",
        "上期对照\n（2018年2月）\n6.家用电器（含小家电）",
    ]
    assert row(sheet, "零申报") == ["否", "否", "仅供对照，不用填", "没有审核通过的数据"]
    assert row(sheet, "涉案货值") == [None, None, 1234.5, None]


def test_the_opening_balance_is_last_periods_closing_balance(sheet: Worksheet) -> None:
    """The 9 of February's own opening balance is for comparison; what March opens with is its closing 12."""
    assert row(sheet, "期初在办") == [12, None, 9, None]
    assert row(sheet, "期末在办") == [None, None, 12, None]
    line = next(cells for cells in sheet.iter_rows() if cells[1].value == "期初在办")
    assert line[-1].value == "整数，≥0；等于上期的期末在办；已预填，请核对"
    assert (line[3].protection.locked, line[5].protection.locked) == (False, True)


def test_what_was_not_accepted_is_blank_and_never_zero(sheet: Worksheet) -> None:
    assert row(sheet, "立案") == [None, None, 0, None]
    assert row(sheet, "结案") == [None, None, None, None]
    appliances = [cells[6].value for cells in sheet.iter_rows(min_row=7) if cells[6].value is not None]
    assert appliances == []


def test_each_cell_says_last_periods_figure_when_it_is_entered(sheet: Worksheet) -> None:
    assert message_at(sheet, "涉案货值", "D").startswith("上期（2018年2月）：1,234.5 万元\n")
    assert "上期（" not in message_at(sheet, "涉案货值", "E")


def test_nothing_of_last_period_is_unlocked(sheet: Worksheet) -> None:
    unlocked = {cell.column_letter for cells in sheet.iter_rows() for cell in cells if not cell.protection.locked}
    assert unlocked == {"D", "E"}


def test_without_anything_accepted_it_says_so_and_fills_in_nothing(plan: Plan) -> None:
    sheet = statistics(plan, History(), "yancao")
    assert row(sheet, "零申报") == ["否", "没有审核通过的数据"]
    assert row(sheet, "期初在办") == [None, None]
    line = next(cells for cells in sheet.iter_rows() if cells[1].value == "期初在办")
    assert line[-1].value == "整数，≥0；等于上期的期末在办"


def test_only_the_period_before_counts(plan: Plan) -> None:
    """The rule on opening balances asks for last period's; an older closing balance would only be returned."""
    sheet = statistics(plan, history({"children": CHILDREN}, back=2))
    assert row(sheet, "期初在办") == [None, None, None, None]


def test_a_category_brings_its_figures_to_its_new_lead_unit(plan: Plan) -> None:
    moved = tuple(replace(one, lead="zhujian") if one.code == "children" else one for one in plan.categories)
    sheet = statistics(replace(plan, categories=moved), history({"children": CHILDREN}), "zhujian")
    assert row(sheet, "期初在办") == [None, 12, None, 9]


def test_figures_of_another_scope_are_not_shown_for_comparison(plan: Plan) -> None:
    """Nor is the closing balance taken over: cases may have come with the scope, and no rule asks about it."""
    changed = tuple(replace(one, comparable_from="2018-03") if one.number == 5 else one for one in plan.categories)
    sheet = statistics(replace(plan, categories=changed), history({"children": CHILDREN}))
    assert row(sheet, "零申报") == ["否", "否", "统计范围有变，不可比", "没有审核通过的数据"]
    assert row(sheet, "期初在办") == [None, None, None, None]
    assert row(sheet, "涉案货值") == [None, None, None, None]
    same = tuple(replace(one, comparable_from="2018-02") if one.number == 5 else one for one in plan.categories)
    assert row(statistics(replace(plan, categories=same), history({"children": CHILDREN})), "涉案货值")[2] == 1234.5


def test_the_drop_down_of_categories_names_no_column_of_last_period(plan: Plan) -> None:
    known = history({"children": CHILDREN})
    book = load_workbook(BytesIO(blank_workbook(Assignment(plan, MARCH, plan.unit_by_code["jingkexin"], known))))
    (rule,) = [one for one in book["重点案件"].data_validations.dataValidation if "A4" in one.cells]
    assert rule.formula1 == "'统计表'!$D$5:$E$5"


def test_the_instructions_tell_of_it_only_where_it_is_so(plan: Plan) -> None:
    def told(known: History | None) -> str:
        assignment = Assignment(plan, MARCH, plan.unit_by_code["yancao"], known)
        return "\n".join(line for _, sentences in instruction_parts(assignment) for line in sentences)

    assert "“期初在办”已按上期（2018年2月）审核通过的“期末在办”预填，请核对。" in told(History())
    assert "灰色的“上期对照”各列是上期（2018年2月）审核通过的数，仅供对照，不用填，改了也不采用。" in told(History())
    assert "上期（" not in told(None)


def test_the_same_history_gives_the_same_bytes(plan: Plan) -> None:
    def made() -> bytes:
        known = history({"children": CHILDREN})
        return blank_workbook(Assignment(plan, MARCH, plan.unit_by_code["jingkexin"], known))

    assert made() == made()
    assert made() != blank_workbook(Assignment(plan, MARCH, plan.unit_by_code["jingkexin"]))
