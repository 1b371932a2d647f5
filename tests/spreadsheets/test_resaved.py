"""Workbooks saved again by LibreOffice in every format it writes read to the same values as the original."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from spreadsheet_files import STRICT, package, readable
from townreturn.spreadsheets.archive import Archive
from townreturn.spreadsheets.workbook import FileKind, Merge, RawWorkbook

NOW = datetime(2018, 1, 28, 2, tzinfo=UTC)
KINDS = {"xlsx": FileKind.XLSX, "xls": FileKind.XLS, "ods": FileKind.ODS}
CSV = "csv:Text - txt - csv (StarCalc):44,34,{encoding},1,,0,false,true,false,false,false,2"
"""Comma, quotation mark, encoding, from line 1, …, second sheet."""
needs_soffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)


def convert(path: Path, to: str, folder: Path) -> Path:
    """The file LibreOffice makes of this one."""
    folder.mkdir()
    profile = f"-env:UserInstallation=file://{folder}-profile"
    command = ["soffice", "--headless", profile, "--convert-to", to, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def original(filled: Callable[..., FilledWorkbook], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled workbook with whatever the formats write differently: dates, merges, hidden things, formulas."""
    book = filled("jingkexin", "2018-01")
    page = book.book.create_sheet("各种")
    page["A1"], page["B1"], page["C1"], page["D1"] = "日期", date(2018, 1, 5), "真假", True
    page["A2"], page["B2"], page["C2"] = "文字", "  前后有空格  ", "两行\n文字"
    page["A3"], page["B3"], page["C3"] = "公式", "=1+2", '=IF(1,"甲","")'
    page["A4"], page["B4"] = "错误", "=1/0"
    page["A5"], page["B5"], page["C5"] = "小数", 0.1 + 0.2, 1e-7
    page["A6"], page["B6"] = "引号", "'123"
    page.merge_cells("A8:C9")
    page["A8"] = "合并"
    page["D8"], page["E8"], page["D10"] = 1, 2, 3
    page.row_dimensions[10].hidden = True
    page.column_dimensions["E"].hidden = True
    book.book.create_sheet("隐藏").sheet_state = "hidden"
    book.book["隐藏"]["A1"] = "看不见"
    return book.save(tmp_path_factory.mktemp("original") / "月报.xlsx", NOW)


@pytest.fixture(scope="module", params=["xlsx", "xls", "ods"])
def resaved(request: pytest.FixtureRequest, original: Path, tmp_path_factory: pytest.TempPathFactory) -> RawWorkbook:
    folder = tmp_path_factory.mktemp("resaved")
    raw = readable(convert(original, request.param, folder / request.param).read_bytes(), folder)
    assert (raw.kind, raw.has_macros, raw.dates_from_1904) == (KINDS[request.param], False, False)
    return raw


def beneath(merge: Merge) -> list[tuple[int, int]]:
    """The cells that a merge hides. LibreOffice merges what the template only centres across columns."""
    rows, columns = range(merge.first_row, merge.last_row + 1), range(merge.first_column, merge.last_column + 1)
    return [(row, column) for row in rows for column in columns][1:]


@needs_soffice
def test_every_sheet_of_the_form_reads_the_same(original: Path, resaved: RawWorkbook, tmp_path: Path) -> None:
    raw = readable(original.read_bytes(), tmp_path)
    assert len(raw.sheets) == 10
    assert [one.name for one in raw.sheets] == [one.name for one in resaved.sheets]
    for sheet in raw.sheets[:-2]:
        again = resaved.sheet(sheet.name)
        assert again is not None
        assert again.rows == sheet.rows
        assert not [place for one in again.merges for place in beneath(one) if again.value(*place) is not None]
        assert (again.unread, again.is_hidden, again.hidden_rows) == ({}, False, frozenset())


@needs_soffice
def test_what_the_formats_write_differently(resaved: RawWorkbook) -> None:
    page = resaved.sheet("各种")
    assert page is not None
    assert page.rows[0] == ("日期", "2018-01-05", "真假", True)
    assert page.rows[1] == ("文字", "  前后有空格  ", "两行\n文字")
    assert page.rows[2:4] == (("公式", 3.0, "甲"), ("错误",))
    assert page.unread == {"B4": "ERROR_CELL"}
    assert page.rows[4] == ("小数", pytest.approx(0.3, rel=1e-15), 1e-7)
    assert page.rows[5] == ("引号", "'123")
    assert page.rows[7:] == (("合并", None, None, 1.0, 2.0), (), (None, None, None, 3.0))
    assert page.merges == (Merge(7, 0, 8, 2),)
    assert (page.hidden_rows, page.hidden_columns) == ({9}, {4})


@needs_soffice
def test_a_hidden_sheet_stays_hidden(resaved: RawWorkbook) -> None:
    assert [one.name for one in resaved.sheets if one.is_hidden] == ["隐藏"]


@needs_soffice
@pytest.mark.parametrize(("encoding", "told"), [("76", "utf-8"), ("85", "gb18030")])
def test_the_statistics_sheet_saved_as_csv(original: Path, tmp_path: Path, encoding: str, told: str) -> None:
    """Numbers come as they are shown; labels and figures of every category stand where they stood."""
    statistics = readable(original.read_bytes(), tmp_path).sheets[1]
    raw = readable(convert(original, CSV.format(encoding=encoding), tmp_path / "csv").read_bytes(), tmp_path)
    assert (raw.kind, raw.encoding) == (FileKind.CSV, told)
    assert raw.sheets[0].rows == statistics.rows


def test_strict_ooxml_reads_the_same(original: Path, tmp_path: Path) -> None:
    """As Excel saves "Strict Open XML": the same parts, other namespaces."""
    archive = Archive(original.read_bytes())
    parts: dict[str, str | bytes] = {}
    for name in archive.names:
        text = archive.part(name)
        for transitional, strict in STRICT.items():
            text = text.replace(transitional.encode(), strict.encode())
        parts[name] = text
    assert b"purl.oclc.org" in bytes(parts["xl/workbook.xml"])
    assert readable(package(parts), tmp_path) == readable(original.read_bytes(), tmp_path)


def test_macros_are_told_and_never_looked_at(original: Path, tmp_path: Path) -> None:
    archive = Archive(original.read_bytes())
    parts: dict[str, str | bytes] = {name: archive.part(name) for name in archive.names}
    raw = readable(package({**parts, "xl/vbaProject.bin": b"not even a macro"}), tmp_path)
    assert (raw.kind, raw.has_macros) == (FileKind.XLSM, True)
    assert raw.sheets == readable(original.read_bytes(), tmp_path).sheets
