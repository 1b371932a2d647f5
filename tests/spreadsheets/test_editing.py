"""The package editor: what is touched is sound, what is not touched stays byte for byte."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from filled_workbook import blank_workbook
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.spreadsheets.editing.cells import place_of
from townreturn.spreadsheets.editing.markup import WORKBOOK_ORDER, WORKSHEET_ORDER
from townreturn.spreadsheets.editing.new_sheet import NewCell, NewSheet
from townreturn.spreadsheets.editing.package import NotEditable, Package
from townreturn.spreadsheets.editing.styles import Look, Tint
from townreturn.spreadsheets.editing.workbook import EditedWorkbook

RED = Tint("FF0000", "000000", "thin", bold=True)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_HEAD = f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATION}">'


@pytest.fixture(scope="module")
def blank(plans: PlanBook) -> bytes:
    plan = plans.plans[0]
    return blank_workbook(plan.code, plan, plan.unit_by_code["jingkexin"], Period("2018-02"))


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def packed_parts(content: bytes) -> dict[str, bytes]:
    """Each part's compressed bytes, as they lie in the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        infos = package.infolist()
    starts = {one: one.header_offset + 30 + len(one.filename.encode()) for one in infos}
    return {one.filename: content[start : start + one.compress_size] for one, start in starts.items()}


def changed(content: bytes, edits: Mapping[str, Callable[[bytes], bytes] | bytes | None]) -> bytes:
    """The package with parts changed, added (bytes) or left out (None)."""
    target = io.BytesIO()
    parts = parts_of(content)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in dict.fromkeys([*parts, *edits]):
            edit = edits.get(name, parts.get(name))
            part = edit(parts[name]) if callable(edit) else edit
            if part is not None:
                package.writestr(name, part)
    return target.getvalue()


def declared(content_type: str, part: str = "/xl/thing.bin") -> dict[str, Callable[[bytes], bytes]]:
    override = f'<Override PartName="{part}" ContentType="{content_type}"/></Types>'.encode()
    return {"[Content_Types].xml": lambda types: types.replace(b"</Types>", override)}


def marked(content: bytes) -> bytes:
    """An edit of every kind."""
    book = EditedWorkbook(content)
    sheet = book.sheet("统计表")
    assert sheet is not None
    sheet.tint(["D10"], book.styles.tint(RED), 'ISTEXT("回执")')
    book.comment(sheet, {(9, 3): "回执：没有填"}, "回执")
    sheet.cells.put(9, 3, Decimal("3.50"))
    front = NewSheet(book.styles, (10, 20))
    front.append([NewCell("题", Look(size=18), 2)], 30)
    front.append([NewCell("一", Look(boxed=True)), NewCell("统计表!D10", Look(), link="'统计表'!D10")], 20)
    book.put_first("回执", front.finish("&C&P"), "$1:$1")
    return book.pack()


def test_what_is_not_touched_keeps_its_compressed_bytes(blank: bytes) -> None:
    before, after = packed_parts(blank), packed_parts(marked(blank))
    same = {name for name in before if after.get(name) == before[name]}
    assert set(before) - same == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
    }, "sheet1 was the selected one"  # fmt: skip
    assert set(after) - set(before) == {
        "xl/worksheets/sheet9.xml", "xl/worksheets/_rels/sheet2.xml.rels", "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip


def test_the_same_edits_give_the_same_bytes(blank: bytes) -> None:
    assert marked(blank) == marked(blank)
    untouched = EditedWorkbook(blank).pack()
    assert parts_of(untouched).keys() == parts_of(blank).keys()


def test_the_package_is_sound(blank: bytes) -> None:
    """Every part has a content type, every relationship leads to a part, every child stands in the schema's order."""
    parts = parts_of(marked(blank))
    types = etree.fromstring(parts["[Content_Types].xml"])
    extensions = {one.get("Extension") for one in types if one.tag.endswith("Default")}
    overrides = [one.get("PartName") for one in types if one.tag.endswith("Override")]
    assert len(overrides) == len(set(overrides))
    assert {name.removeprefix("/") for name in overrides} <= parts.keys()
    for name in parts.keys() - {"[Content_Types].xml"}:
        assert f"/{name}" in overrides or name.rpartition(".")[2] in extensions, name
    for name, part in parts.items():
        root = etree.fromstring(part)
        if name.endswith(".rels"):
            folder = name.replace("_rels/", "").rpartition("/")[0]
            targets = [one.get("Target") for one in root]
            assert all((t.removeprefix("/") if t[0] == "/" else f"{folder}/{t}".lstrip("/")) in parts for t in targets)
        order = WORKSHEET_ORDER if name.startswith("xl/worksheets/sheet") else WORKBOOK_ORDER
        if root.tag in (f"{{{MAIN}}}worksheet", f"{{{MAIN}}}workbook"):
            places = [order.index(etree.QName(one).localname) for one in root]
            assert places == sorted(places), name
    # ECMA-376 18.3.1.99, by hand for what was added here.
    children = [etree.QName(one).localname for one in etree.fromstring(parts["xl/worksheets/sheet2.xml"])]
    assert children.index("sheetProtection") < children.index("conditionalFormatting")
    assert children.index("conditionalFormatting") < children.index("dataValidations")
    assert children.index("headerFooter") < children.index("legacyDrawing") == len(children) - 1


def test_two_readers_find_what_was_written(blank: bytes) -> None:
    content = marked(blank)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == "回执"
    assert book.active.title == "回执"
    assert [one.title for one in book if one.sheet_view.tabSelected] == ["回执"], "sheets selected are edited together"
    assert (book["统计表"]["D10"].value, book["统计表"]["D10"].comment.text) == (3.5, "回执：没有填")
    assert book["统计表"].protection.sheet
    assert len(book["统计表"].data_validations.dataValidation) > 20
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("统计表").to_python()[9][3] == 3.5


def test_names_that_belong_to_a_sheet_move_with_it(blank: bytes) -> None:
    before, after = load_workbook(io.BytesIO(blank)), load_workbook(io.BytesIO(marked(blank)))
    for sheet in before:
        assert (after[sheet.title].print_area, after[sheet.title].print_title_rows) == (
            sheet.print_area, sheet.print_title_rows
        )  # fmt: skip
    assert after["回执"].print_title_rows == "$1:$1"
    again = load_workbook(io.BytesIO(marked(marked(blank))))
    assert [one.print_area for one in again] == [one.print_area for one in after]
    assert again.sheetnames == after.sheetnames


def test_a_cell_keeps_its_look_and_takes_numbers_and_texts(blank: bytes) -> None:
    book = EditedWorkbook(blank)
    cells = book.sheet("统计表").cells  # type: ignore[union-attr]
    look = cells.look(7, 3)
    for row, value in enumerate([7, Decimal("1.10"), "=1+1", " a\nb ", "\x00\ud800<&>", "_x0041_", None], 7):
        cells.put(row, 3, value)
    cells.put(99, 30, "外面")
    assert cells.look(7, 3) == look
    content = book.pack()
    sheet = load_workbook(io.BytesIO(content))["统计表"]
    assert [sheet.cell(row, 4).value for row in range(8, 14)][:5] == [7, 1.1, "=1+1", " a\nb ", "\ufffd\ufffd<&>"]
    assert sheet["D10"].data_type == "s"
    assert sheet["D14"].value is None
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("统计表").to_python()
    assert (rows[12][3], rows[99][30]) == ("_x0041_", "外面")


def sheet_with(content: bytes, cells: str, tail: str = "") -> bytes:
    return changed(content, {
        "xl/worksheets/sheet2.xml": f"{SHEET_HEAD}<sheetData>{cells}</sheetData>{tail}</worksheet>".encode()
    })  # fmt: skip


def test_rows_and_cells_may_leave_their_place_out(blank: bytes) -> None:
    cells = "<row><c><v>1</v></c><c r='C1'><v>2</v></c><c><v>3</v></c></row><row r='5'><c><v>4</v></c></row><row/>"
    book = EditedWorkbook(sheet_with(blank, cells))
    edited = book.sheet("统计表").cells  # type: ignore[union-attr]
    assert [edited.text(0, column) for column in range(5)] == ["1", "", "2", "3", ""]
    edited.put(0, 1, "甲")
    edited.put(2, 0, "乙")
    edited.put(5, 0, "丙")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.pack())).get_sheet_by_name("统计表").to_python()
    assert [row[:4] for row in rows] == [
        [1, "甲", 2, 3], ["", "", "", ""], ["乙", "", "", ""], ["", "", "", ""], [4, "", "", ""], ["丙", "", "", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("cells", [
    "<row r='2'/><row r='1'/>", "<row r='1'/><row r='1'/>", "<row r='1'><c r='B1'/><c r='A1'/></row>",
    "<row r='1'><c r='A2'/></row>", "<row r='1'><c r='ZZZZ1'/></row>", "<row r='1'><c r='A0'/></row>",
])  # fmt: skip
def test_cells_out_of_place_are_left_alone(blank: bytes, cells: str) -> None:
    sheet = EditedWorkbook(sheet_with(blank, cells)).sheet("统计表")
    with pytest.raises(NotEditable):
        _ = sheet.cells  # type: ignore[union-attr]


def test_a_formula_is_never_written_over(blank: bytes) -> None:
    book = EditedWorkbook(sheet_with(blank, "<row r='1'><c r='A1'><f>1+1</f><v>2</v></c></row>"))
    with pytest.raises(NotEditable):
        book.sheet("统计表").cells.put(0, 0, "x")  # type: ignore[union-attr]


def test_cached_values_of_formulas_survive(blank: bytes) -> None:
    content = sheet_with(blank, "<row r='1'><c r='A1'><f>1+1</f><v>2</v></c><c r='B1'/></row>")
    book = EditedWorkbook(content)
    book.sheet("统计表").cells.put(0, 1, 5)  # type: ignore[union-attr]
    assert b"<f>1+1</f><v>2</v>" in parts_of(book.pack())["xl/worksheets/sheet2.xml"]


def test_a_sheet_in_utf_16_is_edited(blank: bytes) -> None:
    def recode(part: bytes) -> bytes:
        return part.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    content = marked(changed(blank, {"xl/worksheets/sheet2.xml": recode}))
    assert load_workbook(io.BytesIO(content))["统计表"]["D10"].value == 3.5


def test_what_excel_itself_writes_keeps_its_place(blank: bytes) -> None:
    """Excel puts alternatives behind workbookPr, and in sheets behind controls; both have to stay in order."""
    namespace = b'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    alternatives = b"<mc:AlternateContent " + namespace + b"><mc:Fallback/></mc:AlternateContent>"

    def without_names(part: bytes) -> bytes:
        part = re.sub(rb"<definedNames>.*</definedNames>", b"", part)
        return part.replace(b"<bookViews>", alternatives + b"<bookViews>")

    def with_controls(part: bytes) -> bytes:
        return part.replace(b"</worksheet>", alternatives + b"<extLst/></worksheet>")

    parts = parts_of(marked(changed(blank, {
        "xl/workbook.xml": without_names, "xl/worksheets/sheet2.xml": with_controls,
    })))  # fmt: skip
    tags = {name: [etree.QName(one).localname for one in etree.fromstring(parts[name])] for name in parts}
    assert tags["xl/workbook.xml"] == [
        "fileVersion", "workbookPr", "AlternateContent", "bookViews", "sheets", "definedNames", "calcPr",
    ]  # fmt: skip
    assert tags["xl/worksheets/sheet2.xml"][-4:] == ["headerFooter", "legacyDrawing", "AlternateContent", "extLst"]


def test_macros_are_left_behind(blank: bytes) -> None:
    macro_type = "application/vnd.ms-office.vbaProject"
    relation = b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '

    def as_xlsm(types: bytes) -> bytes:
        plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        default = f'<Default Extension="bin" ContentType="{macro_type}"/><Default Extension="rels"'.encode()
        return types.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml").replace(
            b'<Default Extension="rels"', default
        )  # fmt: skip

    content = changed(blank, {
        "[Content_Types].xml": as_xlsm,
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros",
        "xl/_rels/workbook.xml.rels": lambda rels: rels.replace(
            b"</Relationships>", relation + b'Target="vbaProject.bin"/></Relationships>'
        ),
    })  # fmt: skip
    parts = parts_of(marked(content))
    assert "xl/vbaProject.bin" not in parts
    assert not re.search(rb"vba|macroEnabled", parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"])
    assert load_workbook(io.BytesIO(marked(content))).sheetnames[0] == "回执"


_LINK = b'<Relationship Id="rId77" Type="http://x/%s" Target="http://example.org/x" TargetMode="External"/>'
UNFIT: dict[str, Callable[[bytes], bytes]] = {
    "macro sheets": lambda blank: changed(blank, declared("application/vnd.ms-excel.macrosheet+xml")),
    "ActiveX": lambda blank: changed(blank, declared("application/vnd.ms-office.activeX+xml")),
    "links to other workbooks": lambda blank: changed(
        blank, declared("application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml")
    ),
    "embedded objects": lambda blank: changed(
        blank, declared("application/vnd.openxmlformats-officedocument.oleObject")
    ),
    "data connections": lambda blank: changed(
        blank, declared("application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml")
    ),
    "add-ins": lambda blank: changed(blank, {"_rels/.rels": lambda rels: rels.replace(
        b"</Relationships>", b'<Relationship Id="rId9" Type="x/extensibility" Target="ui.xml"/></Relationships>')}),
    "pictures fetched from outside": lambda blank: changed(blank, {"xl/drawings/_rels/drawing1.xml.rels": (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + _LINK % b"image" + b"</Relationships>")}),
    "document types": lambda blank: changed(blank, {"xl/workbook.xml": lambda part: part.replace(
        b"<workbook ", b'<!DOCTYPE w [<!ENTITY a "b">]><workbook ', 1)}),
    "strict packages": lambda blank: changed(blank, {"xl/workbook.xml": lambda part: part.replace(
        MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")}),
    "no styles": lambda blank: changed(blank, {"xl/styles.xml": None}),
    "no workbook": lambda blank: changed(blank, {"_rels/.rels": None}),
    "damaged markup": lambda blank: changed(blank, {"xl/styles.xml": b"<styleSheet>"}),
    "sheets that lead nowhere": lambda blank: changed(blank, {"xl/workbook.xml": lambda part: part.replace(
        b'r:id="rId2"', b'r:id="rId200"')}),
    "cut off": lambda blank: blank[:4000],
    "no package": lambda blank: b"sheet;1;2",
}  # fmt: skip


@pytest.mark.parametrize("what", UNFIT)
def test_packages_that_act_or_are_damaged_are_left_alone(blank: bytes, what: str) -> None:
    with pytest.raises(NotEditable):
        marked(UNFIT[what](blank))


def test_links_that_a_person_clicks_may_stay(blank: bytes) -> None:
    rels = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    link = rels + _LINK % b"hyperlink" + b"</Relationships>"
    content = marked(changed(blank, {"xl/worksheets/_rels/sheet1.xml.rels": link}))
    assert parts_of(content)["xl/worksheets/_rels/sheet1.xml.rels"] == link


def test_the_editor_never_unpacks_more_than_was_declared(blank: bytes) -> None:
    bomb = changed(blank, {"xl/styles.xml": b"<a>" + b" " * 40_000_000})
    with pytest.raises(NotEditable):
        Package(bomb)


@pytest.mark.parametrize(
    ("name", "place"),
    [("A1", (0, 0)), ("D12", (11, 3)), ("XFD1048576", (1048575, 16383)), ("$B$3", (2, 1)), ("B3:C4", (2, 1)),
     ("", None), ("D", None), ("12", None), ("d12", None), ("A0", None), ("XFE1", None), ("ABCD1", None)],
)  # fmt: skip
def test_places_of_cells(name: str, place: tuple[int, int] | None) -> None:
    assert place_of(name) == place


def test_comments_go_into_the_parts_that_are_there(blank: bytes) -> None:
    """A sheet that has comments and their drawing already gets ours into the same parts."""
    once, twice = marked(blank), marked(marked(blank))
    assert [name for name in parts_of(twice) if "comments" in name or "vml" in name] == [
        name for name in parts_of(once) if "comments" in name or "vml" in name
    ]
    assert parts_of(twice)["xl/drawings/vmlDrawing1.vml"].count(b"<v:shape ") == 1
    assert parts_of(twice)["xl/comments1.xml"].count(b"<comment ") == 1


def test_a_row_is_made_higher_never_lower(blank: bytes) -> None:
    book = EditedWorkbook(blank)
    sheet = book.sheet("重点案件")
    assert sheet is not None
    for row, points in ((3, 120), (4, 20), (99, 50)):
        sheet.cells.heighten(row, points)
    rows = load_workbook(io.BytesIO(book.pack()))["重点案件"].row_dimensions
    assert (rows[4].height, rows[5].height, rows[100].height) == (120, 33.75, 50)
