"""Workbooks are opened in a child process; a file that kills it harms none of its neighbours."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import Workbook

from filled_workbook import FilledWorkbook
from townreturn.spreadsheets import reader
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable, cell_name, plain_text

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)

CHILD = """#!{python}
import os
from townreturn.spreadsheets import reader_child
read_one = reader_child.read_one
def read_or_die(path):
    if path.name.startswith("deadly"):
        os.abort()
    return read_one(path)
reader_child.read_one = read_or_die
reader_child.main()
"""


@pytest.fixture
def good(filled: Callable[..., FilledWorkbook], tmp_path: Path) -> list[Path]:
    return [filled("shiyaojian", "2018-01").save(tmp_path / f"good-{number}.xlsx", NOW) for number in range(5)]


def test_a_file_that_kills_the_reader_is_found_and_its_neighbours_are_read(
    good: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    child.write_text(CHILD.format(python=sys.executable), encoding="utf-8")
    child.chmod(0o755)
    monkeypatch.setattr(reader, "sys", SimpleNamespace(executable=str(child)))
    deadly = [tmp_path / "deadly-1.xlsx", tmp_path / "deadly-2.xlsx"]
    for path in deadly:
        path.write_bytes(good[0].read_bytes())
    answers = read_workbooks([good[0], deadly[0], *good[1:3], deadly[1], *good[3:]])
    assert {path for path, answer in answers.items() if isinstance(answer, RawWorkbook)} == set(good)
    assert [answers[path] for path in deadly] == [Unreadable("FILE_UNREADABLE")] * 2


def test_a_sheet_that_reaches_to_the_last_cell_meets_the_memory_limit(good: list[Path], tmp_path: Path) -> None:
    """A few bytes of file, 17 thousand million cells: the child may die, the caller may not."""
    book = Workbook()
    book["Sheet"]["A1"], book["Sheet"]["XFD1048576"] = 1, 1
    bomb = tmp_path / "bomb.xlsx"
    book.save(bomb)
    answers = read_workbooks([bomb, *good])
    assert answers[bomb] == Unreadable("FILE_UNREADABLE")
    assert all(isinstance(answers[path], RawWorkbook) for path in good)


def test_nothing_to_read() -> None:
    assert read_workbooks([]) == {}


def test_values_as_they_stand(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book["Sheet"]
    sheet["B2"], sheet["C2"], sheet["D2"], sheet["B3"] = "文字", 1.5, datetime(2018, 1, 5), True  # noqa: DTZ001
    path = tmp_path / "values.xlsx"
    book.save(path)
    raw = read_workbooks([path])[path]
    assert isinstance(raw, RawWorkbook)
    page = raw.sheets[0]
    assert (page.value(0, 0), page.value(1, 1), page.value(1, 2), page.value(2, 1)) == (None, "文字", 1.5, True)
    assert str(page.value(1, 3)).startswith("2018-01-05")
    assert page.value(99, 99) is None
    assert list(page.places_of("文字")) == [(1, 1)]


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
