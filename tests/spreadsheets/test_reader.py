"""Workbooks are opened in a child process; what stands in them arrives, by its own type."""

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from filled_workbook import FilledWorkbook
from spreadsheet_files import book, readable, sheet, xlsx
from townreturn import spreadsheets
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import FileKind, RawWorkbook, Unreadable, cell_name, plain_text

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)


def test_nothing_to_read() -> None:
    assert read_workbooks([]) == {}


def test_every_file_has_its_own_answer(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> None:
    good = filled("shiyaojian", "2018-01").save(tmp_path / "good.xlsx", NOW)
    (tmp_path / "empty.xlsx").touch()
    answers = read_workbooks([tmp_path / "empty.xlsx", good, tmp_path / "gone.xlsx"])
    assert answers[tmp_path / "empty.xlsx"] == Unreadable("FILE_EMPTY")
    assert answers[tmp_path / "gone.xlsx"] == Unreadable("FILE_NOT_FOUND")
    raw = answers[good]
    assert isinstance(raw, RawWorkbook)
    assert raw.kind is FileKind.XLSX
    assert "单位代码" in [text for _, _, text in raw.sheets[0].texts()]


def test_values_as_they_stand(tmp_path: Path) -> None:
    made = Workbook()
    page = made["Sheet"]
    page["B2"], page["C2"], page["D2"], page["B3"] = "文字", 1.5, datetime(2018, 1, 5, 8, 30), True  # noqa: DTZ001
    page["D3"], page["B5"] = date(2018, 1, 5), " 空 白 "
    made.save(tmp_path / "values.xlsx")
    sheet = readable((tmp_path / "values.xlsx").read_bytes(), tmp_path).sheets[0]
    assert sheet.rows == (
        (),
        (None, "文字", 1.5, "2018-01-05T08:30:00"),
        (None, True, None, "2018-01-05"),
        (),
        (None, " 空 白 "),
    )
    assert sheet.value(99, 99) is None
    assert list(sheet.texts()) == [
        (1, 1, "文字"),
        (1, 3, "2018-01-05T08:30:00"),
        (2, 3, "2018-01-05"),
        (4, 1, " 空 白 "),
    ]


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    """Day 1 of the one calendar is 1 January 1900, day 1 of the other 2 January 1904."""
    rows = '<row r="1"><c r="A1" s="1"><v>41639</v></c><c r="B1"><v>41639</v></c></row>'
    usual = readable(xlsx(rows), tmp_path)
    apple = readable(xlsx(rows, workbook=book(sheet(1, "统计表"), before='<workbookPr date1904="1"/>')), tmp_path)
    assert (usual.dates_from_1904, apple.dates_from_1904) == (False, True)
    assert usual.sheets[0].rows == (("2013-12-31", 41639.0),)
    assert apple.sheets[0].rows == (("2018-01-01", 41639.0),)


@pytest.mark.parametrize(
    ("row", "column", "name"), [(0, 0, "A1"), (11, 3, "D12"), (0, 25, "Z1"), (0, 26, "AA1"), (9, 701, "ZZ10"),
                                (1048575, 16383, "XFD1048576")],
)  # fmt: skip
def test_cells_are_named_as_people_write_them(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (12.0, "12"), (2.5, "2.5"), (True, "TRUE"), (1e15, "1000000000000000.0"), ("甲", "甲")],
)
def test_values_read_as_the_sender_sees_them(value: object, text: str) -> None:
    assert plain_text(value) == text  # type: ignore[arg-type]


def test_every_reason_for_not_reading_has_its_text_and_every_text_its_reason() -> None:
    sources = (path.read_text(encoding="utf-8") for path in Path(spreadsheets.__file__).parent.glob("*.py"))
    told = {code for source in sources for code in re.findall(r'"((?:[A-Z]+_)+[A-Z]+)"', source)}
    wording = Path(spreadsheets.__file__).parents[1] / "wording/spreadsheets.toml"
    codes = set(tomllib.loads(wording.read_text(encoding="utf-8")))
    of_cells = {"ERROR_CELL", "FORMULA_WITHOUT_VALUE", "NOT_FINITE"}
    of_expat = {"XML_ERROR_UNKNOWN_ENCODING", "XML_ERROR_INCORRECT_ENCODING"}
    assert told - of_cells - of_expat == codes
