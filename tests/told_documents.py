"""A workbook and a Word document told line by line: values, formats, merges and styles, but no bytes.

What is compared with the golden files, and what a person reads in a review of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

_EMU_PER_MM = 36_000


def tell_workbook(path: Path) -> str:
    """Every sheet: its set-up, its merges, then every cell that holds something or looks like something."""
    formulas, values = (openpyxl.load_workbook(path, data_only=one) for one in (False, True))
    lines = [f"# sheets: {'、'.join(formulas.sheetnames)}"]
    for sheet in formulas.worksheets:
        lines += ["", f"## {sheet.title}", *_tell_set_up(sheet)]
        lines += (_tell_cell(cell, values[sheet.title]) for row in sheet.iter_rows() for cell in row if _is_told(cell))
    return "\n".join(lines) + "\n"


def _tell_set_up(sheet: Any) -> Iterator[str]:
    page = sheet.page_setup
    yield f"page: {page.orientation} paper {page.paperSize} fit {page.fitToWidth}×{page.fitToHeight}"
    yield f"repeated: {sheet.print_title_rows} frozen: {sheet.freeze_panes} footer: {sheet.oddFooter.center.text}"
    widths = {letter: round(one.width, 1) for letter, one in sorted(sheet.column_dimensions.items())}
    yield "widths: " + " ".join(f"{letter}={width}" for letter, width in widths.items())
    yield "merged: " + " ".join(sorted(map(str, sheet.merged_cells.ranges)))
    for chart in sheet._charts:
        references = [one.val.numRef.f for one in chart.series if one.val and one.val.numRef]
        yield f"chart: {type(chart).__name__} at {chart.anchor._from.row},{chart.anchor._from.col} of {references}"


def _is_told(cell: Any) -> bool:
    return cell.value is not None


def _tell_cell(cell: Any, values: Any) -> str:
    shown = repr(cell.value)
    if cell.data_type == "f":
        shown += f" → {values[cell.coordinate].value!r}"
    font, fill, border = cell.font, cell.fill, cell.border
    looks = [f"{font.name} {font.sz:g}", cell.number_format, f"{cell.alignment.horizontal}/{cell.alignment.vertical}"]
    looks += ["bold"] * bool(font.b) + ["wrap"] * bool(cell.alignment.wrap_text)
    looks += [f"fill {fill.fgColor.rgb}"] * (fill.fill_type == "solid")
    looks += ["ruled"] * bool(border.left.style and border.bottom.style)
    return f"{cell.coordinate} {shown} [{'; '.join(map(str, looks))}]"


def tell_briefing(path: Path) -> str:
    """Every section's page, then the body in order: paragraphs with their styles, tables row by row, pictures."""
    document = Document(str(path))
    lines = [_tell_section(one) for one in document.sections]
    for element in document.element.body:
        if element.tag == qn("w:p"):
            lines += _tell_paragraph(Paragraph(element, document))
        elif element.tag == qn("w:tbl"):
            lines += _tell_table(Table(element, document))
    return "\n".join(lines) + "\n"


def _tell_section(section: Any) -> str:
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    margins = " ".join(f"{side.mm:.0f}" for side in sides)
    grid = section._sectPr.find(qn("w:docGrid"))
    told = {} if grid is None else {name.split("}")[1]: value for name, value in sorted(grid.attrib.items())}
    return f"page {section.page_width.mm:.0f}×{section.page_height.mm:.0f} mm, margins {margins}, grid {told}"


def _tell_paragraph(paragraph: Paragraph) -> Iterator[str]:
    marks = [f"align {paragraph.alignment}"] if paragraph.alignment is not None else []
    marks += ["page break before"] * bool(paragraph.paragraph_format.page_break_before)
    sizes = sorted({f"{one.font.size.pt:g} pt" for one in paragraph.runs if one.font.size})
    style = paragraph.style.name if paragraph.style else ""
    yield f"<{'; '.join([str(style), *marks, *sizes])}> {paragraph.text}"
    for shape in paragraph._p.iter(qn("wp:inline")):
        extent, about = shape.find(qn("wp:extent")), shape.find(qn("wp:docPr"))
        width, height = (int(extent.get(side)) / _EMU_PER_MM for side in ("cx", "cy"))
        yield f"  picture {width:.0f}×{height:.0f} mm: {about.get('descr')}"


def _tell_table(table: Table) -> Iterator[str]:
    yield f"table of {len(table.rows)} rows"
    for row in table._tbl.tr_lst:
        cells = [" / ".join(Paragraph(p, table).text for p in cell.p_lst) for cell in row.tc_lst]
        yield "  | " + " | ".join(cells)
