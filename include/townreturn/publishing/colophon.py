"""The colophon (版记) of the briefing by GB/T 9704-2012: who gets it, who issued it and when, on the last lines."""

from datetime import date
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table

from townreturn.domain.briefing_styles import Style, TableStyle
from townreturn.domain.plan import Deliverable, Plan
from townreturn.publishing import origins
from townreturn.publishing.briefing_parts import Paragraph
from townreturn.publishing.naming import full_unit_name
from townreturn.publishing.official_document import add_paragraph, style_id, text_width
from townreturn.publishing.official_tables import add_table, write_cell
from townreturn.publishing.origins import from_plan
from townreturn.publishing.prose import join, tell
from townreturn.wording import say


def compose_colophon(plan: Plan, issued_on: date) -> tuple[Paragraph, ...]:
    """抄送, if the plan has anybody get the briefing; 印发机关 and 印发日期."""
    unit = from_plan(full_unit_name(plan, plan.coordinating_unit))
    issued = tell("COLOPHON_ISSUED", unit=unit, day=origins.day(issued_on))
    names = [from_plan(one.name) for one in plan.recipients if Deliverable.BRIEFING in one.receives]
    copies = tell("COLOPHON_COPIES", names=join(say("CLAUSE_SEPARATOR"), names))
    return tuple(Paragraph(Style.COLOPHON, one) for one in ([copies, issued] if names else [issued]))


def write_colophon(document: WordDocument, plan: Plan, issued_on: date) -> None:
    """At the foot of the last page's type area, between rules."""
    lines = compose_colophon(plan, issued_on)
    table = add_table(document, len(lines), 1, TableStyle.COLOPHON)
    section = document.sections[-1]
    table.columns[0].width = text_width(section)
    for row, one in zip(table.rows, lines, strict=True):
        row.cells[0].width = text_width(section)
        write_cell(row.cells[0], one.prose.text, style_id(document, Style.COLOPHON))
    _put_to_foot(table, section.left_margin or Length(0))
    add_paragraph(document, Style.ANNEX_NOTE, "")  # a table that floats hangs on the paragraph after it


def _put_to_foot(table: Table, left: Length) -> None:
    """Counted from the page's edge, for LibreOffice floats a table as wide as the type area only then."""
    place: Any = OxmlElement("w:tblpPr")
    values = {"vertAnchor": "margin", "horzAnchor": "page", "tblpX": f"{left.twips:.0f}", "tblpYSpec": "bottom"}
    for name, value in values.items():
        place.set(qn(f"w:{name}"), value)
    layout: Any = table._tbl.tblPr
    layout.find(qn("w:tblStyle")).addnext(place)
