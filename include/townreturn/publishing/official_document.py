"""A Word document in the manner of GB/T 9704-2012: styles, pages and page numbers are those of a template.

Nothing here says how anything looks: an office that wants it otherwise changes its template.
"""

import io
import zipfile
from copy import deepcopy
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

from townreturn.domain.briefing_styles import Style
from townreturn.domain.errors import Broken
from townreturn.domain.plan import Plan
from townreturn.plans.word_template import Pages, find_pages, open_template
from townreturn.wording import say

PACKAGED = Path(__file__).parent / "briefing-template.docx"
_USUAL_SIZE = Pt(10.5)
"""Of a style that names none, as its template has none for all."""
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@cache
def packaged_template() -> bytes:
    """The template by the standard."""
    return PACKAGED.read_bytes()


def open_document(plan: Plan) -> tuple[WordDocument, Pages]:
    """An empty document from the plan's template or the packaged one, on upright pages; and its pages."""
    document = open_template(plan.word_template.content if plan.word_template else packaged_template())
    pages = find_pages(document)
    if pages is None:
        raise Broken("BRIEFING_TEMPLATE_PAGES", name=PACKAGED.name)
    body = document.element.body
    for one in list(body):
        body.remove(one)
    body.append(deepcopy(pages.upright._sectPr))
    return document, pages


def add_paragraph(document: WordDocument, style: Style, text: str) -> Paragraph:
    """A paragraph in one of the template's styles."""
    return document.add_paragraph(text, style=say(f"STYLE_{style.name}"))


def style_id(document: WordDocument, style: Style) -> str | None:
    """By what many paragraphs get one of the template's styles: python-docx would go through all styles for each.

    None for the style that paragraphs have by default.
    """
    part: Any = document.part
    found: str | None = part.get_style_id(say(f"STYLE_{style.name}"), WD_STYLE_TYPE.PARAGRAPH)
    return found


def start_pages(document: WordDocument, section: Section) -> None:
    """A new page, from which on pages are like those of a section: upright or across."""
    body = document.element.body
    ended = body.sectPr
    last = ended.getprevious()
    if last is None or last.tag != qn("w:p"):
        last = add_paragraph(document, Style.ANNEX_NOTE, "")._p
    last.get_or_add_pPr().append(deepcopy(ended))
    body.replace(ended, deepcopy(section._sectPr))


def text_width(section: Section) -> Length:
    """How wide the type area is."""
    width, left, right = section.page_width or 0, section.left_margin or 0, section.right_margin or 0
    return Length(width - left - right)


def type_size(document: WordDocument, style: Style) -> Length:
    """The size of type of a style, be it that of one that it is based on."""
    one: Any = document.styles[say(f"STYLE_{style.name}")]
    while one is not None and one.font.size is None:
        one = one.base_style
    return _USUAL_SIZE if one is None else one.font.size


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
