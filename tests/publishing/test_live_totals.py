"""合计 as live sums: what they hold when the file is opened, and when somebody lets them be calculated anew."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell

from townreturn.domain.form import Across
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Amount, AmountStatus, Measure, TownReturn
from townreturn.publishing.workbook import write_return_workbook

ISSUED_ON = date(2018, 4, 2)
SUMMED = {"本期": Measure.CURRENT, "本年累计": Measure.YTD}
# D to J are the seven categories, K is 合计; 28 indicators from row 7 on.
COUNT, DECIMALS = re.compile(r"=SUM\(D(\d+):J(\d+)\)"), re.compile(r"=ROUND\(SUM\(D(\d+):J(\d+)\),2\)")
needs_soffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)
RETURNS = ("town_return", "explained_return", "complete_return", "judged_return", "corrected_return")


@pytest.fixture(params=RETURNS)
def case(request: pytest.FixtureRequest, plan: Plan, tmp_path: Path) -> tuple[TownReturn, Path]:
    town_return: TownReturn = request.getfixturevalue(request.param)
    return town_return, write(town_return, plan, tmp_path)


def write(town_return: TownReturn, plan: Plan, folder: Path) -> Path:
    path = folder / "return.xlsx"
    write_return_workbook(town_return, plan, path, ISSUED_ON)
    return path


def totals(path: Path, plan: Plan, *, formulas: bool = False) -> Iterator[tuple[str, str, Cell]]:
    """(sheet, indicator's code, cell of 合计)."""
    book = openpyxl.load_workbook(path, data_only=not formulas)
    codes = {one.label: one.code for one in plan.form.indicators}
    for name in SUMMED:
        rows = [row for row in book[name].iter_rows() if row[1].value in codes]
        assert len(rows) == len(codes)
        yield from ((name, codes[row[1].value], row[10]) for row in rows)


def test_each_total_is_the_sum_of_its_row(case: tuple[TownReturn, Path], plan: Plan) -> None:
    for _, code, cell in totals(case[1], plan, formulas=True):
        indicator = plan.form.by_code[code]
        if indicator.across is Across.NEVER:
            assert cell.value == "／"
            continue
        found = (DECIMALS if indicator.decimals else COUNT).fullmatch(cell.value)
        assert found is not None
        assert (int(found[1]), int(found[2])) == (cell.row, cell.row)


def test_the_stored_values_are_the_compiled_ones(case: tuple[TownReturn, Path], plan: Plan) -> None:
    assert_totals(case[0], case[1], plan)


def assert_totals(town_return: TownReturn, path: Path, plan: Plan) -> None:
    compared = 0
    for name, code, cell in totals(path, plan):
        total = town_return.cell(TOTAL, code)
        if total is not None:
            amount: Amount = getattr(total, SUMMED[name].value)
            assert cell.value == float(amount.value or 0), (name, code)
            compared += 1
    assert compared == 2 * 26  # 28 indicators, two of them never added


def test_no_other_cell_calculates(case: tuple[TownReturn, Path]) -> None:
    with zipfile.ZipFile(case[1]) as package:
        formulas = {name: re.findall(rb"<f[ >].*?</f>", package.read(name)) for name in package.namelist()}
    found = {name: len(one) for name, one in formulas.items() if one}
    assert found == {"xl/worksheets/sheet1.xml": 26, "xl/worksheets/sheet2.xml": 26}
    assert all(re.fullmatch(rb"<f>(SUM|ROUND)\([A-Z0-9:(),]+</f>", one) for all_ in formulas.values() for one in all_)


def test_a_missing_total_stays_a_word(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    nothing = Amount(None, AmountStatus.MISSING, 0, 7)
    cells = tuple(replace(one, current=nothing) for one in town_return.cells)
    path = write(replace(town_return, cells=cells), plan, tmp_path)
    values = {(name, code): cell.value for name, code, cell in totals(path, plan, formulas=True)}
    assert values["本期", "cases_filed"] == "未报"
    assert values["本年累计", "cases_filed"] == "=SUM(D14:J14)"


@needs_soffice
def test_a_recalculation_gives_the_compiled_values(case: tuple[TownReturn, Path], plan: Plan) -> None:
    assert_totals(case[0], recalculated(without_stored_values(case[1])), plan)


@needs_soffice
def test_a_sum_of_hundredths_shows_no_binary_fraction(town_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    """0.10 + 0.20 + … as doubles is 0.7999999999999999; the published total is 0.80, and so is the formula's."""
    parts = ["0.10", "0.20", "0.30", "0.10", "0.05", "0.04", "0.01"]
    assert sum(map(float, parts)) != 0.8
    values = dict(zip((one.code for one in plan.categories), map(Decimal, parts), strict=True))
    values[TOTAL] = Decimal("0.80")
    cells = tuple(
        replace(one, current=Amount(values[one.category], AmountStatus.REPORTED, 1, 1))
        if one.indicator == "goods_value"
        else one
        for one in town_return.cells
    )
    path = recalculated(without_stored_values(write(replace(town_return, cells=cells), plan, tmp_path)))
    assert [cell.value for name, code, cell in totals(path, plan) if (name, code) == ("本期", "goods_value")] == [0.8]


def without_stored_values(path: Path) -> Path:
    """What is read from it after LibreOffice has saved it has been calculated."""
    target = path.with_name("bare.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            made.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    return target


def recalculated(path: Path) -> Path:
    folder = path.parent / "recalculated"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / path.name
