"""What a finished briefing prints outside its tables, in the order of its twin."""

from pathlib import Path

from docx import Document
from docx.text.paragraph import Paragraph


def printed_paragraphs(path: Path) -> list[str]:
    """Every paragraph that is not empty, a picture as what it says is to be seen in it, then the colophon's lines."""
    document = Document(str(path))
    colophon = [row.cells[0].text for row in document.tables[-1].rows]
    return [*(text for one in document.paragraphs if (text := _text_of(one))), *colophon]


def _text_of(paragraph: Paragraph) -> str:
    pictures = paragraph._p.xpath(".//wp:docPr/@descr")
    return str(pictures[0]) if pictures else paragraph.text
