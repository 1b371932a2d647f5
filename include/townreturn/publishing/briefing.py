"""The meeting briefing (打假形势分析会材料): the return told in words, as a document and as its JSON twin."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from townreturn.domain.briefing_styles import Style
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.annex_tables import write_annexes
from townreturn.publishing.annexes import compose_annexes
from townreturn.publishing.area_table import draw_areas
from townreturn.publishing.briefing_parts import Paragraph, compose_briefing, title_of
from townreturn.publishing.charts.placing import add_pictures, compose_pictures
from townreturn.publishing.colophon import compose_colophon, write_colophon
from townreturn.publishing.figure_origins import describe_span
from townreturn.publishing.naming import full_unit_name
from townreturn.publishing.official_document import add_paragraph, open_document, save_document
from townreturn.publishing.official_tables import write_table


def write_briefing(town_return: TownReturn, plan: Plan, path: Path, issued_on: date) -> None:
    """Write the document to ``path``, pictures and colophon last; the same return and day give the same bytes."""
    document, pages = open_document(plan)
    for one in compose_briefing(town_return, plan, issued_on):
        add_paragraph(document, one.style, one.prose.text)
        if one.style is Style.TABLE_TITLE:
            table = draw_areas(town_return, plan)
            write_table(document, table.heads, table.rows, table.shares)
    write_annexes(document, pages, town_return, plan)
    add_pictures(document, pages, town_return, plan)
    write_colophon(document, plan, issued_on)
    title, author = title_of(town_return, plan).text, full_unit_name(plan, plan.coordinating_unit)
    save_document(document, path, title, author, issued_on)


def write_briefing_twin(town_return: TownReturn, plan: Plan, path: Path, issued_on: date) -> None:
    """The same paragraphs as JSON, each stretch of text that rests on something with what it rests on."""
    around_tables = (one for annex in compose_annexes(town_return, plan) for one in annex.paragraphs)
    composed = compose_briefing(town_return, plan, issued_on)
    paragraphs = (*composed, *around_tables, *compose_pictures(town_return, plan), *compose_colophon(plan, issued_on))
    told = [_describe(one, town_return, plan) for one in paragraphs]
    about = {"town": plan.town_code, "period": town_return.period, "issue": town_return.issue, "plan": plan.code}
    text = json.dumps({**about, "paragraphs": told}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _describe(paragraph: Paragraph, town_return: TownReturn, plan: Plan) -> dict[str, Any]:
    text = paragraph.prose.text
    return {
        "style": paragraph.style.value,
        "text": text,
        "figures": [describe_span(one, text, town_return, plan) for one in paragraph.prose.spans],
    }
