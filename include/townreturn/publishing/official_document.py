"""A Word document in the manner of GB/T 9704-2012: page, type area, fonts, page numbers."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LINE_PITCH = Pt(28.9)  # 225 mm / 22 lines
TITLE_SIZE, BODY_SIZE, PAGE_NUMBER_SIZE = Pt(22), Pt(16), Pt(14)  # 2号, 3号, 4号
TITLE_FONT, BODY_FONT, HEADING_FONT, SUBHEADING_FONT, TABLE_FONT = "方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"
_LATIN_FONT = "Times New Roman"
_STYLES = (
    ("Normal", BODY_FONT, BODY_SIZE),
    ("Title", TITLE_FONT, TITLE_SIZE),
    ("Heading 1", HEADING_FONT, BODY_SIZE),
    ("Heading 2", SUBHEADING_FONT, BODY_SIZE),
)
_FONT_FALLBACK = f'<w:font w:name="{TITLE_FONT}"><w:altName w:val="宋体"/></w:font></w:fonts>'
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def open_document() -> WordDocument:
    """An empty document: A4, type area 156 × 225 mm, 22 lines of 28 characters."""
    document = Document()
    for name, font, size in _STYLES:
        _set_style(document, name, font, size)
    _set_page(document)
    _name_font_fallback(document)
    return document


def add_title(document: WordDocument, text: str) -> None:
    """The document's title, centred in 2号."""
    paragraph = document.add_paragraph(text, style="Title")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def add_byline(document: WordDocument, text: str) -> None:
    """Who presents the document and when: centred in 楷体 between two empty lines."""
    paragraph = document.add_paragraph(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = LINE_PITCH
    paragraph.paragraph_format.space_after = LINE_PITCH
    set_east_asian_font(paragraph.runs[0], SUBHEADING_FONT)


def set_east_asian_font(run: Run, font: str) -> None:
    """The font of a run's Chinese characters; python-docx sets that of Latin ones only."""
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def add_body(document: WordDocument, text: str, *, indent: bool = True) -> Paragraph:
    """A paragraph of body text, its first line indented by two characters."""
    paragraph = document.add_paragraph(text)
    if indent:
        indent_first_line(paragraph)
    return paragraph


def add_heading(document: WordDocument, text: str, level: int) -> None:
    """「一、」 in 黑体 (level 1) or 「（一）」 in 楷体 (level 2)."""
    indent_first_line(document.add_paragraph(text, style=f"Heading {level}"))


def indent_first_line(paragraph: Paragraph) -> None:
    """Two characters, whatever the font size."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(2 * int(BODY_SIZE.pt) * 20))


def save_document(document: WordDocument, path: Path, title: str, author: str, issued_on: date) -> None:
    """Save so that the same document gives the same bytes: no times of the machine anywhere."""
    moment = datetime.combine(issued_on, time())
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.created = properties.modified = moment
    properties.comments, properties.revision = "", 1
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))


def _set_style(document: WordDocument, name: str, font: str, size: Pt) -> None:
    """Fonts for both scripts; what the built-in style brings of colour, border and spacing goes."""
    style: Any = document.styles[name]
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.size, style.font.name = size, _LATIN_FONT
    properties.rFonts.set(qn("w:eastAsia"), font)
    properties.rFonts.set(qn("w:hint"), "eastAsia")  # else “” and — are set in the Latin font
    border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE_PITCH


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        _write_page_number(paragraph)


def _write_page_number(paragraph: Paragraph) -> None:
    """「— 1 —」 in 4号 宋体; odd pages right, even pages left."""
    for part in ("— ", None, " —"):
        run = paragraph.add_run(part or "")
        run.font.size, run.font.name = PAGE_NUMBER_SIZE, TABLE_FONT
        if part is None:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            paragraph._p.replace(run._r, field)
            field.append(run._r)
            run.text = "1"


def _name_font_fallback(document: WordDocument) -> None:
    """小标宋 is not on every machine: the font table names 宋体 in its place."""
    part: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = part.blob.replace(b"</w:fonts>", _FONT_FALLBACK.encode())
