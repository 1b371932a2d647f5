"""Filling somebody else's workbook: what is filled, what can be, and that everything else stays."""

import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from spreadsheet_files import MAIN, package, worksheet, xlsx_parts
from townreturn.spreadsheets.editing.filling import Cell, FillableWorkbook, split_reference
from townreturn.spreadsheets.editing.package import NotEditable

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(rows: str, before: str = "", after: str = "", names: str = "") -> bytes:
    """A package of one sheet 统计表."""
    parts = xlsx_parts()
    parts["xl/worksheets/sheet1.xml"] = worksheet(rows, before, after)
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("</workbook>", f"{names}</workbook>")
    return package(parts)


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name).decode()


def cell(name: str) -> Cell:
    found = FillableWorkbook(workbook("")).cell("统计表", name)
    assert found is not None
    return found


def fill(content: bytes, values: Mapping[str, Decimal | str | None]) -> bytes:
    return FillableWorkbook(content).fill({cell(name): value for name, value in values.items()})


def test_numbers_are_numbers_and_texts_never_formulas() -> None:
    filled = fill(workbook('<row r="2"><c r="B2" s="1"><v>5</v></c></row>'), {
        "B2": Decimal("1025.30"), "C2": "=1+1", "D4": "未报"
    })  # fmt: skip
    assert '<c r="B2" s="1"><v>1025.30</v></c>' in part(filled)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(filled)).get_sheet_by_name("统计表").to_python()
    assert rows[0][1] == "=1+1"
    assert rows[-1][-1] == "未报"
    assert "<f>" not in part(filled)


def test_a_cell_is_emptied_and_keeps_its_look() -> None:
    filled = fill(workbook('<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>'), {"A1": None})
    assert '<c r="A1" s="1"/>' in part(filled)


def test_a_new_cell_looks_as_its_row_or_column_does() -> None:
    columns = '<cols><col min="2" max="3" width="9" style="1"/></cols>'
    rows = '<row r="1" s="1" customFormat="1"/><row r="2" s="1"/>'
    filled = fill(workbook(rows, columns), {"A1": "行", "A2": "无", "C3": "列", "D3": "无"})
    looks = dict(re.findall(r'<c r="([A-Z]\d)"(?: s="(\d)")?', part(filled)))
    assert looks == {"A1": "1", "A2": "", "C3": "1", "D3": ""}


def test_stored_values_of_formulas_go_and_programs_are_told_to_calculate() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>777</v></c>'
        '<c r="C1" t="str"><f>A1&amp;""</f><v>777</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    filled = fill(workbook(rows), {"A1": Decimal(3)})
    assert '<c r="B1"><f>A1*2</f></c><c r="C1"><f>A1&amp;""</f></c><c r="D1"><f>1/0</f></c>' in part(filled)
    assert CalamineWorkbook.from_filelike(io.BytesIO(filled)).get_sheet_by_name("统计表").to_python() == [[3.0]]
    root = etree.fromstring(part(filled, "xl/workbook.xml").encode())
    [settings] = root.iter(f"{{{MAIN}}}calcPr")
    assert settings.get("fullCalcOnLoad") == "1"


def test_cells_of_array_formulas_are_calculated_those_left_by_shared_ones_are_not() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="array" ref="A1:B2">{1,2;3,4}</f><v>777</v></c><c r="B1"><v>777</v></c>'
        '<c r="C1"><f t="shared" ref="C1:C3" si="0">1+1</f><v>777</v></c></row>'
        '<row r="2"><c r="A2"><v>777</v></c><c r="B2"><v>777</v></c><c r="C2"><v>6</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>777</v></c></row>'
    )
    book = FillableWorkbook(workbook(rows))
    calculated = [name for name in ("A1", "B1", "A2", "B2", "C1", "C2", "C3", "D4") if book.is_calculated(cell(name))]
    assert calculated == ["A1", "B1", "A2", "B2", "C1", "C3"]
    filled = book.fill({})
    assert "777" not in part(filled)
    assert '<c r="C2"><v>6</v></c>' in part(filled)


def test_only_the_first_cell_of_a_merge_can_be_filled() -> None:
    book = FillableWorkbook(workbook("", after='<mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>'))
    assert {name: book.can_fill(cell(name)) for name in ("A1", "B2", "B3", "C2", "C3", "D3")} == {
        "A1": True, "B2": True, "B3": False, "C2": False, "C3": False, "D3": True,
    }  # fmt: skip
    assert book.cell("统计表", "$B$2:$C$3") == cell("B2")
    assert book.cell("统计表", "B2:C2") is None


@pytest.mark.parametrize(
    "text", ["", "9", "D", "d9", "D0", "D9:", "D9:D10:D11", "XFE1", "A1048577", "R1C1", "B2:A1", "D9 "]
)
def test_what_is_no_cell(text: str) -> None:
    assert FillableWorkbook(workbook("")).cell("统计表", text) is None


def test_names_of_the_whole_workbook() -> None:
    names = (
        '<definedNames><definedName name="Total">统计表!$B$3</definedName>'
        '<definedName name="Local" localSheetId="0">统计表!$B$4</definedName></definedNames>'
    )
    book = FillableWorkbook(workbook("", names=names))
    assert (book.named("total"), book.named("Local"), book.named("x")) == ("统计表!$B$3", None, None)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("汇总表!D9", ("汇总表", "D9")),
        ("'汇 总'!$D$9:$D$11", ("汇 总", "$D$9:$D$11")),
        ("'it''s'!A1", ("it's", "A1")),
        ("D9", None),
        ("刑拘人数", None),
        ("a!b!c", None),
        ("'open!A1", None),
    ],
)
def test_references(reference: str, expected: tuple[str, str] | None) -> None:
    assert split_reference(reference) == expected


def test_pivot_tables_are_left_alone() -> None:
    """Their stored numbers would stay as they were, whatever is filled in."""
    parts = xlsx_parts()
    override = f'<Override PartName="/xl/pivotTables/p1.xml" ContentType="{SHEET}.pivotTable+xml"/>'
    parts["[Content_Types].xml"] = f'<Types xmlns="{TYPES}">{override}</Types>'
    parts["xl/pivotTables/p1.xml"] = "<p/>"
    with pytest.raises(NotEditable, match="pivot"):
        FillableWorkbook(package(parts))


def test_the_same_values_give_the_same_bytes() -> None:
    content = workbook('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')
    assert fill(content, {"B1": "x"}) == fill(content, {"B1": "x"})
