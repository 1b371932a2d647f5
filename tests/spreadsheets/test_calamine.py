"""What calamine does when it is asked directly, and what becomes of it here: the reason for all the rest.

A new version of calamine may do better; these tests then say which precaution is no longer needed.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from test_xls import GOOD, dimensions

from spreadsheet_files import GOOD_ROWS, book, code_of, read_one, readable, shared_strings, sheet, xls, xls_label, xlsx
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import CHILD_MEMORY_BYTES
from townreturn.spreadsheets.scanned import Marks, mark_not_finite, sheet_of
from townreturn.spreadsheets.workbook import RawValue

DIRECTLY = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({CHILD_MEMORY_BYTES}, {CHILD_MEMORY_BYTES}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from python_calamine import CalamineWorkbook
try:
    book = CalamineWorkbook.from_path(sys.argv[1])
    print([book.get_sheet_by_name(one).to_python(skip_empty_area=False) for one in book.sheet_names])
except Exception as fault:
    print(type(fault).__name__)
"""
FAR = GOOD_ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LYING = shared_strings("指标").replace('uniqueCount="1"', 'uniqueCount="30000000000"')


def ask_directly(content: bytes, folder: Path) -> tuple[int, str]:
    """The exit status of a process that has calamine read this file, and what it says."""
    path = folder / "directly"
    path.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", DIRECTLY, str(path)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (xlsx(FAR), "CELLS_REACH_TOO_FAR"),
        (xlsx(sharedStrings=LYING), ""),
        (xls(dimensions(0, 0xFFFFFFFF, 0, 0xFFFF) + GOOD), "CELLS_REACH_TOO_FAR"),
    ],
    ids=["a cell in the last corner", "a thousand million strings announced", "an area announced"],
)
def test_files_that_kill_a_process(content: bytes, code: str, tmp_path: Path) -> None:
    assert ask_directly(content, tmp_path)[0] != 0
    assert code_of(read_one(content, tmp_path)) == code


@pytest.mark.parametrize(
    ("cells", "misread"),
    [
        ('<c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>2</v></c>', "[[['', 2.0]]]"),
        ('<c r="A1"><f>1+1</f></c><c r="B1"><v>2</v></c>', "[[['', 2.0]]]"),
        ('<c r="A1" t="s"><v> 1 </v></c>', "[[['指标']]]"),
        ('<c r="A1"><v>NaN</v></c>', "[[[nan]]]"),
        ('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', "[[[2.0]]]"),
    ],
)
def test_cells_that_are_misread_in_silence(cells: str, misread: str, tmp_path: Path) -> None:
    """Each of these is a finding or read rightly here; see the hostile cells."""
    assert ask_directly(xlsx(f'<row r="1">{cells}</row>'), tmp_path) == (0, misread)


def test_a_sheet_in_utf_16_is_misread_in_silence(tmp_path: Path) -> None:
    content = xlsx(sheet1=f'<worksheet xmlns="x"><sheetData>{GOOD_ROWS}</sheetData></worksheet>'.encode("utf-16"))
    assert "12.5" not in ask_directly(content, tmp_path)[1]


def test_of_two_sheets_of_one_name_the_first_is_read_twice(tmp_path: Path) -> None:
    parts = book(sheet(1, "甲"), sheet(1, "甲"))
    assert ask_directly(xlsx(workbook=parts), tmp_path) == (0, "[[['指标', 12.5]], [['指标', 12.5]]]")


def test_values_that_the_reader_loses_are_noticed() -> None:
    """Places 0-based; of two values that stand in the file one comes back, or none."""
    marks = Marks()
    marks.fill(0, 0)
    marks.fill(1, 1)
    with pytest.raises(CannotRead, match="VALUES_LOST"):
        sheet_of("表", False, marks, [["x", ""], ["", ""]])
    empty = sheet_of("表", False, marks, [])
    assert (empty.rows, empty.reads_empty) == ((), True)
    whole = sheet_of("表", False, marks, [["x", ""], ["", 1.0]])
    assert (whole.rows, whole.reads_empty) == ((("x",), (None, 1.0)), False)


def test_numbers_that_are_none_become_marks() -> None:
    marks = Marks()
    rows: list[list[RawValue]] = [[1.0, float("nan")], [float("-inf"), 2.0]]
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        marks.fill(row, column)
    mark_not_finite(rows, marks)
    sheet = sheet_of("表", False, marks, rows)
    assert sheet.rows == ((1.0,), (None, 2.0))
    assert sheet.unread == {"B1": "NOT_FINITE", "A2": "NOT_FINITE"}


def test_a_text_with_nul_is_stored_without_it(tmp_path: Path) -> None:
    """xls may hold what XML may not."""
    assert readable(xls(xls_label(0, 0, "a\0b")), tmp_path).sheets[0].rows == (("a\ufffdb",),)
