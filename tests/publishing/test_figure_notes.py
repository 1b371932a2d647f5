"""Under every table of figures: a note for each mark on it, and for no other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.table import Table

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Measure, TownReturn
from townreturn.publishing.briefing import write_briefing
from townreturn.publishing.figure_notes import list_common_cells, list_notes
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
INCOMPLETE = "* 7类中已报6类，合计不完整。未报：建材（镇住建局）。"
INCOMPLETE_YTD = "* 本年累计中有月份未报，累计不完整。"
COMPLETE = "7类已报7类，合计完整。"
ZERO_RETURN = "（零申报）：填报单位确认本期为零，不是漏报。"
ZERO_BASE = "—：对比期为零，不计算百分比。"
INCOMPARABLE = "不可比：本期或对比期的数据不完整，不作比较。"
MEMO = "／：各类别之间有重叠，不计合计。"
EXTRAS = "专项指标只由一个类别填报，不计入合计。"
ALL = (INCOMPLETE, INCOMPLETE_YTD, COMPLETE, ZERO_RETURN, ZERO_BASE, INCOMPARABLE, MEMO, EXTRAS)


@pytest.fixture(scope="module")
def briefing(town_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("notes") / "briefing.docx"
    write_briefing(town_return, plan, path, ISSUED_ON)
    return Document(str(path))


@pytest.fixture(scope="module")
def book(town_return: TownReturn, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("notes") / "return.xlsx"
    write_return_workbook(town_return, plan, path, ISSUED_ON)
    return openpyxl.load_workbook(path)


def notes_after_tables(document: Any) -> list[list[str]]:
    """The notes that follow each annex table, in order."""
    found: list[list[str]] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            found.append([])
        elif found and block.text in ALL:
            found[-1].append(block.text)
    return found


def test_each_annex_explains_its_marks(briefing: Any) -> None:
    assert notes_after_tables(briefing) == [
        [INCOMPLETE, ZERO_RETURN, MEMO],  # 11*, 已报（零申报）, ／
        [INCOMPLETE, INCOMPLETE_YTD, ZERO_RETURN, MEMO],  # and 7* in a category
        [INCOMPLETE, INCOMPLETE_YTD, INCOMPARABLE],  # the totals only, memo indicators left out
        [],
        [],  # 版记
    ]


def test_the_workbook_explains_its_marks_alike(book: Any) -> None:
    notes = {name: [row[0].value for row in book[name].iter_rows() if row[0].value in ALL] for name in book.sheetnames}
    assert notes["本期"] == [INCOMPLETE, ZERO_RETURN, MEMO]
    assert notes["本年累计"] == [INCOMPLETE, INCOMPLETE_YTD, ZERO_RETURN, MEMO]
    assert notes["环比"] == [ZERO_RETURN, ZERO_BASE, INCOMPARABLE, MEMO]
    assert notes["同比"] == [ZERO_RETURN, INCOMPARABLE, MEMO]
    # 建材's months, 农资's own indicators as a zero return
    assert notes["专项指标"] == [EXTRAS, INCOMPLETE_YTD, ZERO_RETURN, ZERO_BASE, INCOMPARABLE]


def test_a_month_missing_earlier_is_not_called_complete(complete_return: TownReturn, plan: Plan) -> None:
    cells = list_common_cells(complete_return, plan)
    assert list_notes(complete_return, plan, cells, [Measure.CURRENT], with_states=True) == [
        COMPLETE,
        ZERO_RETURN,
        MEMO,
    ]
    assert list_notes(complete_return, plan, cells, [Measure.YTD], with_states=True) == [
        INCOMPLETE_YTD,
        ZERO_RETURN,
        MEMO,
    ]


def test_nothing_is_called_complete_when_nobody_reported(town_return: TownReturn, plan: Plan) -> None:
    nothing = Amount(None, AmountStatus.MISSING, 0, 7)
    totals = [replace(one, current=nothing) for one in town_return.cells if one.category == TOTAL]
    assert list_notes(town_return, plan, totals, [Measure.CURRENT], with_states=False) == []


def test_a_total_of_zero_returns_only_says_so(complete_return: TownReturn, plan: Plan) -> None:
    zero = Amount(Decimal(0), AmountStatus.ZERO, 7, 7)
    totals = [replace(one, current=zero) for one in complete_return.cells if one.category == TOTAL]
    assert list_notes(complete_return, plan, totals, [Measure.CURRENT], with_states=False) == [COMPLETE, ZERO_RETURN]


def test_a_memo_total_is_no_zero_base(book: Any) -> None:
    rows = {row[1]: row for row in book["环比"].iter_rows(values_only=True)}
    assert rows["检查各类市场"][-1] == "／"
    assert rows["撤案"][3] == "—"


def test_who_sent_nothing_is_said_in_words(book: Any, briefing: Any) -> None:
    row = next(row for row in book["报送情况"].iter_rows(values_only=True) if row[0] == "2.建材")
    assert (row[2], row[3], row[7]) == ("未报", "未收到", "未收到")
    annex = [[cell.text for cell in row.cells] for row in briefing.tables[3].rows]
    assert annex[2] == ["建材", "镇住建局", "未报", "未收到", "0", "未收到"]
