"""A worksheet of our own: texts in rows, links within the workbook, laid out for A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from townreturn.spreadsheets.editing.markup import MAIN, clean
from townreturn.spreadsheets.editing.styles import Look, Styles
from townreturn.spreadsheets.workbook import cell_name

_MOST_LINKS = 60_000  # Excel refuses a sheet with more than 65 530
_HEAD = f"""\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>\
<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>"""
_INLINE = ' t="inlineStr"'
_PAGE = """\
<printOptions horizontalCentered="1"/>\
<pageMargins left="0.6" right="0.5" top="0.7" bottom="0.8" header="0.3" footer="0.3"/>\
<pageSetup paperSize="9" orientation="%s" fitToWidth="1" fitToHeight="0"/>\
<headerFooter><oddFooter>%s</oddFooter></headerFooter></worksheet>"""


@dataclass(frozen=True)
class NewCell:
    """A text with its look, over ``columns`` columns; ``link`` is a place in this workbook ("'统计表'!D12")."""

    text: str
    look: Look
    columns: int = 1
    link: str = ""


class NewSheet:
    """Rows are appended from the top; ``widths`` in characters say how many columns there are."""

    def __init__(self, styles: Styles, widths: Sequence[float]) -> None:
        self._styles = styles
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
            for number, width in enumerate(widths, 1)
        )
        self._pieces = [_HEAD, f"<cols>{columns}</cols><sheetData>"]
        self._merges: list[str] = []
        self._links: list[tuple[str, str]] = []
        self.row_count = 0

    def append(self, cells: Sequence[NewCell], points: float) -> None:
        """One row of this height, its cells from the left."""
        self._pieces.append(f'<row r="{self.row_count + 1}" ht="{points:g}" customHeight="1">')
        column = 0
        for cell in cells:
            look, places = self._styles.look(cell.look), [column + offset for offset in range(cell.columns)]
            names = [cell_name(self.row_count, place) for place in places]
            text = f'<is><t xml:space="preserve">{escape(clean(cell.text))}</t></is>' if cell.text else ""
            self._pieces.append(f'<c r="{names[0]}" s="{look}"{_INLINE if text else ""}>{text}</c>')
            self._pieces += [f'<c r="{name}" s="{look}"/>' for name in names[1:]]
            if cell.columns > 1:
                self._merges.append(f"{names[0]}:{names[-1]}")
            if cell.link:
                self._links.append((names[0], cell.link))
            column += cell.columns
        self._pieces.append("</row>")
        self.row_count += 1

    def finish(self, footer: str, is_landscape: bool = False) -> bytes:
        """The sheet's part: one page wide, as many long as needed, with ``footer`` in Excel's codes."""
        merges = "".join(f'<mergeCell ref="{one}"/>' for one in self._merges)
        links = "".join(
            f'<hyperlink ref="{ref}" location="{escape(clean(target))}"/>' for ref, target in self._links[:_MOST_LINKS]
        )
        orientation = "landscape" if is_landscape else "portrait"
        self._pieces += [
            "</sheetData>",
            f'<mergeCells count="{len(self._merges)}">{merges}</mergeCells>' if merges else "",
            f"<hyperlinks>{links}</hyperlinks>" if links else "",
            _PAGE % (orientation, escape(clean(footer))),
        ]
        return "".join(self._pieces).encode()
