"""The packaged Word template: that it keeps to GB/T 9704-2012, and what a briefing makes of it and of others."""

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from publishing.briefing_template import PACKAGED, make_template
from townreturn.domain.briefing_styles import Style, TableStyle
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Amount, AmountStatus, TownReturn
from townreturn.plans import load_plan
from townreturn.publishing.briefing import write_briefing
from townreturn.publishing.official_document import add_paragraph, open_document, text_width
from townreturn.wording import say

ISSUED_ON = date(2018, 4, 2)
needs_programs = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="not installed: apt-get install libreoffice-writer poppler-utils",
)


@pytest.fixture(scope="module")
def template() -> Any:
    return Document(str(PACKAGED))


def named(template: Any, style: Style) -> Any:
    return template.styles[say(f"STYLE_{style.name}")]


def test_it_is_what_the_script_makes() -> None:
    assert PACKAGED.read_bytes() == make_template()


def test_it_has_every_style_and_shows_it(template: Any) -> None:
    shown = {one.style.name for one in template.paragraphs}
    assert {say(f"STYLE_{one.name}") for one in Style} <= shown
    assert {one.style.name for one in template.tables} == {say(f"TABLE_STYLE_{one.name}") for one in TableStyle}


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        (Style.TITLE, "方正小标宋简体", 22),
        (Style.BYLINE, "楷体", 16),
        (Style.PART, "黑体", 16),
        (Style.CATEGORY, "楷体", 16),
        (Style.ITEM, "仿宋", 16),
        (Style.BODY, "仿宋", 16),
        (Style.COLOPHON, "仿宋", 14),
    ],
)
def test_fonts_and_sizes_are_those_of_the_standard(template: Any, style: Style, font: str, size: int) -> None:
    one = named(template, style)
    assert (one.element.rPr.rFonts.get(qn("w:eastAsia")), one.font.size.pt) == (font, size)
    assert one.font.name == "Times New Roman"
    assert bool(one.font.bold) is (style is Style.ITEM)


def test_a_machine_without_these_fonts_is_told_of_others() -> None:
    with zipfile.ZipFile(PACKAGED) as package:
        table = package.read("word/fontTable.xml").decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="FZXiaoBiaoSong-B05S,宋体,SimSun"/>' in table
    assert '<w:font w:name="仿宋"><w:altName w:val="FangSong,仿宋_GB2312,FangSong_GB2312"/>' in table


def test_headings_never_stand_alone_at_the_foot_of_a_page(template: Any) -> None:
    for style in (Style.PART, Style.CATEGORY, Style.ITEM, Style.ANNEX, Style.TABLE_TITLE):
        assert named(template, style).paragraph_format.keep_with_next, style
    assert template.styles["Normal"].paragraph_format.widow_control


def test_twenty_two_lines_fill_the_type_area(template: Any) -> None:
    section, normal = template.sections[0], template.styles["Normal"].paragraph_format
    height = section.page_height - section.top_margin - section.bottom_margin
    assert height == pytest.approx(Mm(225), abs=Mm(0.1))
    assert 22 * normal.line_spacing <= height < 22.1 * normal.line_spacing
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


def test_twenty_eight_characters_fill_a_line(template: Any) -> None:
    """3号 is 16 points; a character is closed up by a quarter of one."""
    closer = named(template, Style.BODY).element.rPr.find(qn("w:spacing")).get(qn("w:val"))
    advance = Pt(16) + int(closer) * 635  # twentieths of a point
    assert 28 * advance <= text_width(template.sections[0]) < 28.5 * advance


def test_page_numbers_stand_one_character_from_the_outer_edge(template: Any) -> None:
    section = template.sections[0]
    assert template.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        layout = footer.paragraphs[0]._p.pPr
        assert layout.find(qn("w:jc")).get(qn("w:val")) == side
        assert layout.find(qn("w:ind")).get(qn(f"w:{side}Chars")) == "100"
        assert footer.paragraphs[0]._p.xpath("string(.)") == "— 1 —"
        assert footer.paragraphs[0].style.font.size == Pt(14)


def test_pages_across_have_theirs_at_the_same_place_of_the_sheet(template: Any) -> None:
    across = template.sections[1]
    assert across.orientation == WD_ORIENT.LANDSCAPE
    margins = (across.top_margin, across.right_margin, across.bottom_margin, across.left_margin)
    for value, millimetres in zip(margins, (28, 37, 26, 35), strict=True):  # left, top, right, foot of an upright page
        assert value == pytest.approx(Mm(millimetres), abs=Mm(0.1))
    for footer in (across.footer, across.even_page_footer):
        [table] = footer.tables
        place = table._tbl.tblPr.find(qn("w:tblpPr"))
        assert (place.get(qn("w:tblpX")), place.get(qn("w:horzAnchor"))) == ("1276", "page")  # 22.5 mm
        assert table._tbl.xpath(".//w:textDirection/@w:val") == ["tbRl"]


@needs_programs
def test_full_pages_have_22_lines_of_28_characters_in_print(plan: Plan, tmp_path: Path) -> None:
    document, _ = open_document(plan)
    add_paragraph(document, Style.BODY, "中" * 28 * 66)
    document.save(str(tmp_path / "full.docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "full.docx")], check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "full.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = [[line.count("中") for line in page.splitlines() if "中" in line] for page in text.split("\f")]
    assert pages[0] == [26, *[28] * 21]  # the first line is indented by two
    assert pages[1] == [28] * 22


@pytest.fixture
def wide_return(town_return: TownReturn) -> TownReturn:
    """Figures of eleven digits with their commas: 9 points need 27 mm for them, and 7.5 points 23 mm."""
    large = Amount(Decimal("123456789.50"), AmountStatus.REPORTED, 1, 1)
    cells = (
        replace(one, current=large) if (one.category, one.indicator) == ("tobacco", "goods_value") else one
        for one in town_return.cells
    )
    return replace(town_return, cells=tuple(cells))


def orientations(document: Any) -> list[bool]:
    return [one.page_width > one.page_height for one in document.sections]


def test_a_table_without_room_upright_lies_across(wide_return: TownReturn, plan: Plan, tmp_path: Path) -> None:
    write_briefing(wide_return, plan, tmp_path / "b.docx", ISSUED_ON)
    document = Document(str(tmp_path / "b.docx"))
    assert orientations(document) == [False, True, False]
    footers = [one.footer.part.partname for one in document.sections]
    assert footers[0] == footers[2] != footers[1]
    widths = [sum(column.width for column in table.columns) for table in document.tables]
    assert widths[0] == pytest.approx(Mm(225), abs=Mm(0.5))
    assert max(widths[1:]) <= Mm(156.1)


@pytest.mark.parametrize(
    ("name", "style", "size"),
    [
        ("complete_return", "STYLE_TABLE_TEXT", 9),  # 1,037.88: 8 × 4.5 points are 12.7 mm of 13.8
        ("town_return", "STYLE_TABLE_SMALL", 7.5),  # 1,037.88*: 9 × 4.5 points are 14.3 mm
    ],
)
def test_usual_figures_stand_upright(
    name: str, style: str, size: float, request: pytest.FixtureRequest, plan: Plan, tmp_path: Path
) -> None:
    write_briefing(request.getfixturevalue(name), plan, tmp_path / "b.docx", ISSUED_ON)
    document = Document(str(tmp_path / "b.docx"))
    assert orientations(document) == [False]
    cell = document.tables[0].rows[3].cells[3].paragraphs[0]
    assert (cell.style.name, cell.style.font.size) == (say(style), Pt(size))


def restyled(change: Any) -> KeptFile:
    """The packaged template as an office saves it again."""
    document = Document(str(PACKAGED))
    change(document)
    buffer = BytesIO()
    document.save(buffer)
    return KeptFile(FileKind.WORD_TEMPLATE, "own.docx", buffer.getvalue())


@pytest.fixture
def own_plan() -> Iterator[Plan]:
    plan = load_plan("qingxi-2018")

    def change(document: Any) -> None:
        document.styles[say("STYLE_BODY")].font.size = Pt(15)
        document.sections[0].header.paragraphs[0].text = "内部资料"

    object.__setattr__(plan, "word_template", restyled(change))
    return plan


def test_an_office_has_its_own_styles_and_pages(own_plan: Plan, town_return: TownReturn, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_briefing(town_return, own_plan, tmp_path / name, ISSUED_ON)
    document = Document(str(tmp_path / "a"))
    assert document.styles[say("STYLE_BODY")].font.size == Pt(15)
    assert document.sections[0].header.paragraphs[0].text == "内部资料"
    assert "横排的附表" not in "".join(one.text for one in document.paragraphs), "the specimen is not told"
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
