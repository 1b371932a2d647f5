"""Ruled tables in the template's styles: never wider than the type area, no row split, heads on every page."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Length, Mm
from docx.table import Table, _Cell, _Row

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
    table = add_table(document, 2, len(heads), TableStyle.RULED)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths = [Length(int(text_width(document.sections[-1]) * share / sum(shares))) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    head, pattern = table.rows
    for row, left_column in ((head, None), (pattern, left)):
        row.height = _LOW_ROW_HEIGHT if low else _ROW_HEIGHT
        _mark_row(row, "w:cantSplit")
        _shape_cells(row, widths, style_id(document, style), left_column, kept=len(rows) <= SHORT_ROWS)
    _mark_row(head, "w:tblHeader")
    _fill(table, head, pattern, (heads, *rows))


def _shape_cells(row: _Row, widths: Sequence[Length], style: str | None, left: int | None, *, kept: bool) -> None:
    """All but the column ``left`` are centred; ``kept`` on one page with the next row."""
    for position, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        cell.width = width
        write_cell(cell, "", style, centred=position != left)
        cell.paragraphs[0].paragraph_format.keep_with_next = kept or None


def _fill(table: Table, head: _Row, pattern: _Row, texts: Sequence[Sequence[str]]) -> None:
    """The first texts into the head, all others each into a copy of the pattern: to shape every cell by itself takes
    three times as long. The last row is kept with nothing."""
    table._tbl.remove(pattern._tr)
    rows = [head, *(_Row(deepcopy(pattern._tr), table) for _ in texts[1:])]
    for row, row_texts in zip(rows, texts, strict=True):
        table._tbl.append(row._tr)
        for cell, text in zip(row.cells, row_texts, strict=True):
            cell.paragraphs[0].runs[0].text = text
    for cell in rows[-1].cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = None


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
