"""Ruled tables in the template's styles: never wider than the type area, no row split, heads on every page."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Length, Mm
from docx.table import Table, _Cell

from townreturn.domain.briefing_styles import Style, TableStyle
from townreturn.publishing.official_document import style_id, text_width
from townreturn.wording import say

SHORT_ROWS = 12
"""A table of so few rows is kept on one page together with its head."""
_ROW_HEIGHT, _LOW_ROW_HEIGHT = Mm(6), Mm(3.9)


def write_table(
    document: WordDocument,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    style: Style = Style.TABLE_TEXT,
    *,
    left: int = 0,
    low: bool = False,
) -> None:
    """As wide as the type area, which columns have ``shares`` of; all but the column ``left`` are centred.

    ``low``: rows as low as their text allows.
    """
    table = add_table(document, 1 + len(rows), len(heads), TableStyle.RULED)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = [Length(int(text_width(document.sections[-1]) * share / sum(shares))) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    is_short, cell_style = len(rows) <= SHORT_ROWS, style_id(document, style)
    for number, (row, texts) in enumerate(zip(table.rows, (heads, *rows), strict=True)):
        row.height = _LOW_ROW_HEIGHT if low else _ROW_HEIGHT
        _mark_row(row, "w:cantSplit")
        for position, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = widths[position]
            write_cell(cell, text, cell_style, centred=not number or position != left)
            cell.paragraphs[0].paragraph_format.keep_with_next = (is_short and number < len(rows)) or None
    _mark_row(table.rows[0], "w:tblHeader")


def add_table(document: WordDocument, rows: int, columns: int, style: TableStyle) -> Table:
    """An empty table of fixed widths."""
    table: Table = document.add_table(rows, columns, style=say(f"TABLE_STYLE_{style.name}"))
    table.autofit = False
    return table


def write_cell(cell: _Cell, text: str, style: str | None, *, centred: bool = False) -> None:
    """The cell's one paragraph; ``style`` is what ``style_id`` gives."""
    paragraph: Any = cell.paragraphs[0]
    paragraph._p.style = style
    paragraph.add_run(text)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _mark_row(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
