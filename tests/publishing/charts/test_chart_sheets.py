"""The workbook's own charts: they refer to cells, the cells hold the return's figures, gaps stay empty."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from golden_documents import render_month
from townreturn.domain.breaks import Break, BreakKind
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.charts.palette import MARK_SHADES
from townreturn.publishing.charts.timeliness_map import Mark
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
DATA = "图表数据"


@pytest.fixture
def opened(plan: Plan, tmp_path: Path) -> Callable[[TownReturn], Workbook]:
    def open_return(town_return: TownReturn) -> Workbook:
        write_return_workbook(town_return, plan, tmp_path / "r.xlsx", ISSUED_ON)
        return openpyxl.load_workbook(tmp_path / "r.xlsx")

    return open_return


def read(book: Workbook, reference: str) -> list[Any]:
    """What stands in the cells that a chart refers to."""
    name, cells = reference.rsplit("!", 1)
    left, top, right, bottom = range_boundaries(cells)
    rows = book[name.strip("'")].iter_rows(top, bottom, left, right, values_only=True)
    return [value for row in rows for value in row]


def charts_of(book: Workbook) -> list[Any]:
    return list(book["图表"]._charts)


def values_of(book: Workbook, chart: Any) -> list[list[Any]]:
    return [read(book, one.val.numRef.f) for one in chart.series]


def test_every_category_has_a_chart_of_its_cells(
    opened: Callable[[TownReturn], Workbook], charted_return: TownReturn
) -> None:
    book = opened(charted_return)
    charts = charts_of(book)
    assert len(charts) == 7 + 1 + 2
    food, building, tobacco = (values_of(book, one) for one in charts[:3])
    assert food == [[3, 5, 2, 4, 1, 5]]
    empty = [None] * 6
    assert building == [[1, 1, 1, 1, None, None], [*empty[:4], 0, None], [*empty[:5], 0]]
    assert tobacco == [[4, None, 2, 0, 6, 3], [None, 0, *empty[2:]]]
    assert {chart.display_blanks for chart in charts} == {"gap"}
    names = charts[0].series[0].cat.multiLvlStrRef.f
    assert read(book, names) == ["2017年", "10", None, "11", None, "12", "2018年", "1", None, "2", None, "3"]


def test_a_sign_is_shown_as_a_word(opened: Callable[[TownReturn], Workbook], charted_return: TownReturn) -> None:
    """Its cell holds a place on the axis; nobody may read a nought there."""
    sheet = opened(charted_return)[DATA]
    signs = [cell for row in sheet.iter_rows() for cell in row if cell.value == 0 and "报" in cell.number_format]
    assert [cell.number_format.split(";")[0] for cell in signs] == ['"未报"_ ', '"未报"_ ', '"免报"_ ']


def test_a_break_stands_in_the_period_it_begins_with(
    opened: Callable[[TownReturn], Workbook], charted_return: TownReturn
) -> None:
    book = opened(replace(charted_return, breaks=(Break("2018-01", BreakKind.SCOPE, "tobacco"),)))
    assert values_of(book, charts_of(book)[2])[-1] == [None, None, None, 0, None, None]
    assert len(charts_of(book)[0].series) == 1


def test_years_and_shares(opened: Callable[[TownReturn], Workbook], charted_return: TownReturn) -> None:
    book = opened(charted_return)
    years, filed, value = charts_of(book)[7:]
    none = [None] * 12
    assert values_of(book, years) == [[*none[:9], 11, 9, 9], [8, 10, 11, *none[3:]]]
    assert [[point.idx for point in one.dPt] for one in years.series] == [[10], [1, 2]]
    # 5, 3, 2, 1 of 11; 1025.33, 12.50 and 0.05 of 1037.88.
    assert values_of(book, filed) == [[45.5, 27.3, 18.2, 9.1, 0, 0, None]]
    assert values_of(book, value) == [[98.8, 1.2, 0, 0, 0, 0, None]]
    assert read(book, filed.series[0].cat.strRef.f)[-1] == "2.建材（免报）"


def test_a_first_month_has_shares_only(opened: Callable[[TownReturn], Workbook], town_return: TownReturn) -> None:
    book = opened(town_return)
    assert len(charts_of(book)) == 2
    assert [name for name in book.sheetnames if "图表" in name] == ["图表", DATA]


def test_the_map_is_a_table_of_signs_on_shades(
    opened: Callable[[TownReturn], Workbook], charted_return: TownReturn
) -> None:
    sheet = opened(charted_return)["报送时效"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert [one.value for one in rows["7.互联网电子商务商品"][1:6]] == ["镇工商分局", "补", "√", "迟", "迟"]
    assert [one.value for one in rows["2.建材"][2:6]] == ["补", "√", "√", "免"]
    late = rows["7.互联网电子商务商品"][4]
    assert late.fill.fgColor.rgb == f"FF{MARK_SHADES[Mark.LATE].ground[1:]}"
    assert sheet["C5"].value == "2017"
    assert sheet["D5"].value == "2018年"


def test_what_is_missing_is_no_zero_in_what_a_chart_keeps(tmp_path: Path) -> None:
    """Of the poor month 建材 and 农资 are 未报: their bars and the ends of their lines hold nothing."""
    book = render_month("poor", tmp_path / "poor").workbook
    with zipfile.ZipFile(book) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    for chart in charts:
        for series in re.findall("<c:val>.*?</c:val>", chart, flags=re.DOTALL):
            [reference] = re.findall("<c:f>(.*?)</c:f>", series)
            points = re.findall('idx="([0-9]+)"><c:v>(.*?)</c:v>', series)
            kept = {int(place): float(value) for place, value in points}
            sheet, cells = reference.replace("'", "").split("!")
            column = openpyxl.load_workbook(book, data_only=True)[sheet][cells.replace("$", "")]
            held = {place: float(cell.value) for place, (cell,) in enumerate(column) if cell.value is not None}
            assert kept == held, reference
