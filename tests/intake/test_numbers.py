"""What a cell says as a number: the table of docs/numbers-in-cells.md, row by row, and what holds of any cell."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townreturn.intake.numbers import is_blank, read_number
from townreturn.spreadsheets.workbook import RawValue

DOCUMENT = Path(__file__).parents[2] / "docs" / "numbers-in-cells.md"


def rows_of(part: str) -> list[list[str]]:
    """The cells of each row of the table under a heading."""
    text = DOCUMENT.read_text(encoding="utf-8").split(f"## {part}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r" \| ?", line.strip("| "))] for line in lines]


def value_of(cell: str) -> RawValue:
    value: RawValue = json.loads(cell.strip("`"))
    return value


ACCEPTED, RETURNED = rows_of("Accepted"), rows_of("Returned")


def test_no_row_of_the_document_is_passed_over() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    headings = [line for line in lines if line.startswith("| Cell")]
    assert len(ACCEPTED) + len(RETURNED) == len(lines) - len(headings) > 70


@pytest.mark.parametrize("row", ACCEPTED, ids=lambda row: row[0])
def test_what_the_table_accepts(row: list[str]) -> None:
    cell, unit, number, told, *_ = row
    reading = read_number(value_of(cell), unit)
    assert (reading.value, reading.fault, reading.notice) == (Decimal(number), "", told.strip("–"))


@pytest.mark.parametrize("row", RETURNED, ids=lambda row: row[0])
def test_what_the_table_returns(row: list[str]) -> None:
    cell, unit, told, *_ = row
    reading = read_number(value_of(cell), unit)
    assert (reading.value, reading.fault, reading.notice) == (None, told, "")


@pytest.mark.parametrize(
    ("text", "unit", "written"), [("12人", "宗", "人"), ("3.5 万元", "元", "万元"), ("5（件）", "宗", "件")]
)
def test_a_unit_that_differs_is_named(text: str, unit: str, written: str) -> None:
    assert read_number(text, unit).unit == written


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (12, "12"), (2.0, "2"), (-0.0, "0"), (-0.5, "-0.5"), (1e3, "1000"), (1234567.89, "1234567.89"),
        (999999999999.0, "999999999999"), (0.07 * 100, "7"), (0.001, "0.001"), (12.345, "12.345"), (0.0000001, "1E-7"),
    ],
)  # fmt: skip
def test_number_cells_are_exact(cell: RawValue, value: str) -> None:
    reading = read_number(cell)
    assert (str(reading.value), reading.notice) == (value, "")


def test_a_truth_value_is_never_taken_for_the_number_it_equals() -> None:
    assert read_number(1.0).value == 1
    assert read_number(True).fault == "NOT_A_NUMBER"
    assert read_number(0.0).value == 0
    assert read_number(False).fault == "NOT_A_NUMBER"


@pytest.mark.parametrize("cell", ["-0", "0.0", "-0.00", "000", "－０", "0宗"])
def test_a_zero_is_stored_and_shown_as_0(cell: str) -> None:
    assert f"{read_number(cell, '宗').value:f}" == "0"


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none(cell: RawValue) -> None:
    assert read_number(cell).fault == "NOT_FINITE"


@pytest.mark.parametrize("cell", [1e12, -1e12, 1e15, 1e22, 1e30, 1.7e308, 10**400, "9" * 400, "9" * 400 + "宗"])
def test_slips_of_the_keyboard_are_too_large(cell: RawValue) -> None:
    reading = read_number(cell, "宗")
    assert (reading.value, reading.fault) == (None, "NUMBER_TOO_LARGE")


@pytest.mark.parametrize(
    ("cell", "blank"),
    [
        (None, True),
        ("", True),
        (" 　\n", True),
        ("\u200b\ufeff", True),
        (0, False),
        (0.0, False),
        ("0", False),
        (False, False),
    ],
)
def test_blank_is_not_zero(cell: RawValue, blank: bool) -> None:
    assert is_blank(cell) is blank


@pytest.mark.parametrize(
    "text", ["1/" * 16_000 + "a", "1" * 32_000, "1," * 16_000, " " * 32_000 + "1", "1，000" * 5_000]
)
def test_no_text_that_a_cell_can_hold_takes_long(text: str) -> None:
    assert read_number(text, "宗").value is None or len(text.strip()) == 1


@given(
    st.one_of(
        st.text(max_size=20),
        st.text("0123456789,.+- /万元宗人年月日e", max_size=12),
        st.floats(),
        st.booleans(),
        st.integers(),
    )
)
def test_any_cell_is_a_number_or_a_fault(cell: RawValue) -> None:
    reading = read_number(cell, "宗")
    assert (reading.value is None) == bool(reading.fault)
    assert not (reading.fault and reading.notice)


@given(st.text("0123456789,.+- /万元宗人", max_size=12))
def test_a_text_is_accepted_only_when_its_digits_are_the_numbers(text: str) -> None:
    """An independent reading: take separators and the unit away, and what is left must be the same number."""
    reading = read_number(text, "宗")
    if reading.value is not None:
        left = text.strip().removesuffix("宗").replace(",", "").strip()
        assert reading.value == Decimal(left)


@given(st.integers(-(10**13), 10**13))
def test_money_of_two_decimals_survives_a_float(fen: int) -> None:
    exact = Decimal(fen).scaleb(-2)
    assert read_number(float(exact)).value == exact
