"""What a cell says as a number: one table of everything real files hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from townreturn.intake.numbers import is_blank, read_number
from townreturn.spreadsheets.workbook import RawValue


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (12, "12"), (12.0, "12"), (0.0, "0"), (-3.0, "-3"), (2.5, "2.5"), (-0.5, "-0.5"), (1e3, "1000"),
        (1234567.89, "1234567.89"), (999999999999.0, "999999999999"),
        # Float noise is the spreadsheet's, real digits are the sender's.
        (0.1 + 0.2, "0.3"), (0.07 * 100, "7"), (1.005, "1.005"), (0.001, "0.001"), (12.345, "12.345"),
        (0.0000001, "1E-7"),
    ],
)  # fmt: skip
def test_number_cells(cell: RawValue, value: str) -> None:
    reading = read_number(cell)
    assert (reading.value, reading.fault, reading.normalised) == (Decimal(value), "", False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"), (" 12 ", "12"), ("１２", "12"), ("１，２３４", "1234"), ("1,234,567.5", "1234567.5"),
        ("３．５", "3.5"), ("　７　", "7"), ("-3", "-3"), ("－３", "-3"), ("+3", "3"), ("007", "7"), ("0.10", "0.10"),
        ("12\n", "12"), ("\u00a012", "12"),
    ],
)  # fmt: skip
def test_text_that_is_one_number_is_read_and_marked(text: str, value: str) -> None:
    reading = read_number(text)
    assert (reading.value, reading.fault, reading.normalised) == (Decimal(value), "", True)


@pytest.mark.parametrize(
    "text",
    ["16/140", "50/2500", "1街道、2个社区", "12宗", "3.5万元", "1e3", "1_000", "NaN", "inf", "无", "-", "12,34",
     "1,2345", "1.2.3", "--3", "3-", "约12", "12%", "=1+2", "①", "3²", "½", "Ⅳ", "十二", "١٢", "१२",
     "1 2", ".5", "5.", "0x10"],
)  # fmt: skip
def test_everything_else_is_a_fault(text: str) -> None:
    reading = read_number(text)
    assert (reading.value, reading.fault) == (None, "NOT_A_NUMBER")


@pytest.mark.parametrize("cell", [True, False, float("nan"), float("inf"), float("-inf")])
def test_cells_that_hold_no_number(cell: RawValue) -> None:
    assert read_number(cell).fault == "NOT_A_NUMBER"


@pytest.mark.parametrize("cell", [1e12, -1e12, 1e15, 1e22, 1e30, 1.7e308, "1000000000000", "9" * 400])
def test_slips_of_the_keyboard_are_too_large(cell: RawValue) -> None:
    reading = read_number(cell)
    assert (reading.value, reading.fault) == (None, "NUMBER_TOO_LARGE")


@pytest.mark.parametrize(("cell", "blank"), [(None, True), ("", True), (" 　\n", True), (0, False), ("0", False)])
def test_blank_is_not_zero(cell: RawValue, blank: bool) -> None:
    assert is_blank(cell) is blank


@given(st.one_of(st.text(max_size=20), st.floats(), st.booleans(), st.integers()))
def test_any_cell_is_a_number_or_a_fault(cell: RawValue) -> None:
    reading = read_number(cell)
    assert (reading.value is None) == bool(reading.fault)


@given(st.integers(-(10**13), 10**13))
def test_money_of_two_decimals_survives_a_float(fen: int) -> None:
    exact = Decimal(fen).scaleb(-2)
    assert read_number(float(exact)).value == exact
