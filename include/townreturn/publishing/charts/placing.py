"""The part 附图 of the briefing: pictures as wide as the type area, each with its caption below."""

import io
from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordDocument
from docx.shared import Length

from townreturn.domain.briefing_styles import Style
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.plans.word_template import Pages
from townreturn.publishing.briefing_parts import Paragraph
from townreturn.publishing.charts.illustrations import Illustration, list_illustrations
from townreturn.publishing.official_document import add_paragraph, text_width
from townreturn.publishing.prose import plain
from townreturn.publishing.texts import clean_text
from townreturn.wording import say


def compose_pictures(town_return: TownReturn, plan: Plan) -> Iterator[Paragraph]:
    """The part as text: of each picture what is to be seen in it, then its caption."""
    yield Paragraph(Style.ANNEX, plain(say("PICTURES_HEAD")))
    for one in list_illustrations(town_return, plan):
        yield Paragraph(Style.PICTURE, one.alt)
        yield Paragraph(Style.PICTURE_CAPTION, one.caption)


def add_pictures(document: WordDocument, pages: Pages, town_return: TownReturn, plan: Plan) -> None:
    """The part itself, on an upright page of its own; a picture is never parted from its caption."""
    add_paragraph(document, Style.ANNEX, say("PICTURES_HEAD")).paragraph_format.page_break_before = True
    from townreturn.publishing.charts.canvas import drawing

    with drawing():
        for one in list_illustrations(town_return, plan):
            _add_picture(document, one, text_width(pages.upright))
            add_paragraph(document, Style.PICTURE_CAPTION, one.caption.text)


def _add_picture(document: WordDocument, one: Illustration, width: Length) -> None:
    paragraph = add_paragraph(document, Style.PICTURE, "")
    picture: Any = paragraph.add_run().add_picture(io.BytesIO(one.draw()), width=width)
    picture._inline.docPr.set("descr", clean_text(one.alt.text))
