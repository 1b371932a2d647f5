"""xls, record by record: what calamine gives back blank or believes blindly is found by the walk over the records."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from spreadsheet_files import (
    biff,
    code_of,
    compound,
    read_among_neighbours,
    readable,
    xls,
    xls_formula,
    xls_label,
    xls_number,
)
from townreturn.spreadsheets.workbook import FileKind, Merge, RawWorkbook, Unreadable

GOOD = xls_label(0, 0, "指标") + xls_number(0, 1, 12.5)
TEXT, TRUE, ERROR, BLANK = (
    bytes([kind, 0, value, 0, 0, 0, 0xFF, 0xFF]) for kind, value in ((0, 0), (1, 1), (2, 7), (3, 0))
)


def dimensions(*places: int) -> bytes:
    return biff(0x0200, struct.pack("<IIHHH", *places, 0))


def moved(offset: int) -> bytes:
    """A good workbook whose sheet is said to start elsewhere."""
    content = bytearray(xls(GOOD))
    at = content.find(struct.pack("<HH", 0x0085, 14))
    content[at + 4 : at + 8] = struct.pack("<I", offset)
    return bytes(content)


def test_values_and_marks(tmp_path: Path) -> None:
    records = (
        GOOD
        + biff(0x007D, struct.pack("<HHHHHH", 2, 3, 0, 0, 1, 0))  # columns C and D hidden
        + biff(0x0208, struct.pack("<HHHHHHHH", 1, 0, 4, 0, 0, 0, 0x20, 0))  # row 2 hidden
        + xls_number(1, 0, 7)
        + biff(0x0205, struct.pack("<HHHBB", 1, 1, 0, 42, 1))  # #N/A
        + biff(0x0205, struct.pack("<HHHBB", 1, 2, 0, 1, 0))  # TRUE
        + xls_formula(2, 0, struct.pack("<d", 3))
        + xls_formula(2, 1, ERROR)
        + xls_formula(2, 2, TEXT) + biff(0x0207, struct.pack("<HB", 1, 1) + "甲".encode("utf-16-le"))
        + xls_formula(2, 3, TEXT)
        + xls_formula(3, 0, BLANK) + xls_formula(3, 1, TRUE)
        + xls_number(3, 2, float("nan")) + xls_number(3, 3, float("inf"))
        + biff(0x00BD, struct.pack("<HHHIHIH", 4, 0, 0, 5 << 2 | 2, 0, 6 << 2 | 2, 1))  # 5 and 6
        + biff(0x00E5, struct.pack("<H4H", 1, 0, 1, 0, 2))
    )  # fmt: skip
    raw = readable(xls(records, before=biff(0x0022, b"\1\0"), state=2), tmp_path)
    sheet = raw.sheets[0]
    assert (raw.kind, raw.dates_from_1904, raw.has_macros) == (FileKind.XLS, True, False)
    assert sheet.is_hidden
    assert sheet.rows == (("指标", 12.5), (7.0, None, True), (3.0, None, "甲"), (None, True), (5.0, 6.0))
    assert sheet.unread == {
        "B2": "ERROR_CELL",
        "B3": "ERROR_CELL",
        "D3": "FORMULA_WITHOUT_VALUE",
        "C4": "NOT_FINITE",
        "D4": "NOT_FINITE",
    }
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, {2})
    assert sheet.merges == (Merge(0, 0, 1, 2),)


@pytest.mark.parametrize(("width", "hidden"), [(0, {1}), (2048, set())])
def test_a_column_without_width_is_hidden(width: int, hidden: set[int], tmp_path: Path) -> None:
    records = GOOD + biff(0x007D, struct.pack("<HHHHHH", 1, 1, width, 0, 0, 0))
    assert readable(xls(records), tmp_path).sheets[0].hidden_columns == hidden


def test_an_embedded_chart_is_no_part_of_the_sheet(tmp_path: Path) -> None:
    chart = biff(0x0809, struct.pack("<4HII", 0x0600, 0x20, 0, 0, 0, 0)) + xls_number(0, 1, 99) + biff(0x000A)
    assert readable(xls(chart + GOOD), tmp_path).sheets[0].rows == (("指标", 12.5),)


KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "good": (lambda: xls(GOOD), ""),
    "password": (lambda: xls(GOOD, before=biff(0x002F, struct.pack("<H", 1) + bytes(52))), "FILE_ENCRYPTED"),
    "password by the old method": (lambda: xls(GOOD, before=biff(0x002F, bytes(4))), "FILE_ENCRYPTED"),
    "garbage records": (lambda: compound({"Workbook": bytes(range(256)) * 20}), "FILE_UNREADABLE"),
    "no records": (lambda: compound({"Workbook": bytes(5000)}), "FILE_UNREADABLE"),
    "record longer than the file": (lambda: xls(GOOD + struct.pack("<HH", 0x0203, 0xFFFF)), "FILE_UNREADABLE"),
    "record too short": (lambda: xls(GOOD + biff(0x0203, b"\0")), "FILE_UNREADABLE"),
    "formula too short": (lambda: xls(GOOD + biff(0x0006, bytes(9))), "FILE_UNREADABLE"),
    "sheet that starts nowhere": (lambda: moved(1 << 30), "FILE_UNREADABLE"),
    "sheet that starts inside the workbook's records": (lambda: moved(4), "FILE_UNREADABLE"),
    "no sheet": (
        lambda: compound({"Workbook": biff(0x0809, struct.pack("<4HII", 0x600, 5, 0, 0, 0, 0)) + biff(0x000A)}),
        "FILE_UNREADABLE",
    ),
    "an area of four thousand million cells announced": (
        lambda: xls(dimensions(0, 0xFFFFFFFF, 0, 0xFFFF) + GOOD),
        "CELLS_REACH_TOO_FAR",
    ),
    "an area upside down": (lambda: xls(dimensions(9, 1, 9, 1) + GOOD), "CELLS_REACH_TOO_FAR"),
    "the largest area there is": (lambda: xls(dimensions(0, 65536, 0, 256) + GOOD), ""),
    "a cell in the last row and column": (lambda: xls(GOOD + xls_number(65535, 255, 1)), "CELLS_REACH_TOO_FAR"),
    "many numbers beyond the last column": (
        lambda: xls(GOOD + biff(0x00BD, struct.pack("<HHHIH", 1, 0, 0, 0, 0xFFFF))),
        "CELLS_REACH_TOO_FAR",
    ),
    "many numbers backwards": (
        lambda: xls(GOOD + biff(0x00BD, struct.pack("<HHHIH", 1, 9, 0, 0, 2))),
        "FILE_UNREADABLE",
    ),
    "more merges than it lists": (
        lambda: xls(GOOD + biff(0x00E5, struct.pack("<H4H", 999, 0, 0, 0, 0))),
        "FILE_UNREADABLE",
    ),
    "one number twice": (lambda: xls(GOOD + xls_number(0, 1, 99)), "CELL_TWICE"),
    "not a workbook's records": (lambda: compound({"Workbook": xls_number(0, 0, 1) * 300}), "FILE_UNREADABLE"),
    "strings announced that are not there": (
        lambda: xls(GOOD, before=biff(0x00FC, struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF))),
        "",
    ),
    "a shared string that does not exist": (
        lambda: xls(xls_number(0, 0, 1) + biff(0x00FD, struct.pack("<HHHI", 1, 1, 0, 99))),
        "SHARED_STRING_MISSING",
    ),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawWorkbook | Unreadable]:
    return read_among_neighbours({kind: make() for kind, (make, _) in KINDS.items()}, tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_records(kind: str, answers: dict[str, RawWorkbook | Unreadable]) -> None:
    assert code_of(answers[kind]) == KINDS[kind][1]
