"""The annex tables (附表) of the briefing, each from the cells of the return."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

from townreturn.domain.form import Indicator
from townreturn.domain.plan import Plan
from townreturn.domain.timeliness import UnitTimeliness
from townreturn.domain.town_return import TOTAL, Measure, TownReturn
from townreturn.publishing.annexes import compose_annexes, list_totals
from townreturn.publishing.data_notes import mark_of
from townreturn.publishing.league_words import say_rank, say_share
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.number_formats import figure_text
from townreturn.publishing.official_document import HEADING_FONT, TABLE_FONT, add_body, set_east_asian_font
from townreturn.publishing.standing_words import (
    absent_word,
    say_late_by,
    say_received,
    say_reported_of,
    say_state,
    say_timeliness,
)
from townreturn.publishing.texts import display_width
from townreturn.wording import say

_TYPE_AREA_MM = 156
_ROW_HEIGHT = Mm(6)
_SMALL = Pt(9)
_LARGEST_PT, _SMALLEST_PT = 8.0, 5.0
_LEAGUE_COLUMNS = (
    ("LEAGUE_HEAD_RANK", 9),
    ("LEAGUE_HEAD_UNIT", 33),
    ("LEAGUE_HEAD_EXPECTED", 10),
    ("LEAGUE_HEAD_ON_TIME", 10),
    ("LEAGUE_HEAD_LATE", 10),
    ("LEAGUE_HEAD_MISSING", 10),
    ("LEAGUE_HEAD_RETURNED", 14),
    ("LEAGUE_HEAD_EXEMPTED", 10),
    ("LEAGUE_HEAD_ON_TIME_RATE", 16),
    ("LEAGUE_HEAD_COMPLETENESS", 16),
    ("LEAGUE_HEAD_FIRST_PASS_RATE", 18),
)


def write_annexes(document: WordDocument, town_return: TownReturn, plan: Plan) -> None:
    """附表, each on a page of its own: its head, its table, the notes below."""
    tables: tuple[Callable[[WordDocument, TownReturn, Plan], None], ...] = (
        partial(_write_measure, measure=Measure.CURRENT), partial(_write_measure, measure=Measure.YTD),
        _write_comparison, _write_standings, _write_league,
    )  # fmt: skip
    for annex, write_table in zip(compose_annexes(town_return, plan), tables, strict=False):
        _head_annex(document, annex.head.text)
        write_table(document, town_return, plan)
        _write_notes(document, [one.text for one in annex.notes])


def _write_measure(document: WordDocument, town_return: TownReturn, plan: Plan, measure: Measure) -> None:
    standing_by_category = {
        one.category: say_state(one) + mark_of(town_return, one.category, None, measure)
        for one in town_return.standings
    }
    codes = [category.code for category in plan.categories]
    heads = [say("RETURN_HEAD_INDICATOR"), *(plan.category_by_code[code].name for code in codes), say("TOTAL_COLUMN")]
    states = [standing_by_category.get(code, "") for code in codes]
    rows = [[say("RETURN_HEAD_STANDING"), *states, say_reported_of(town_return)]]
    for indicator in plan.form.indicators:
        figures = [_figure_text(town_return, code, indicator, measure) for code in (*codes, TOTAL)]
        rows.append([_with_unit(indicator), *figures])
    rest = (_TYPE_AREA_MM - 36) / (len(codes) + 1)
    _write_table(document, heads, rows, [36, *[rest] * (len(codes) + 1)], _size_for(rows[1:], rest))


def _figure_text(town_return: TownReturn, category: str, indicator: Indicator, measure: Measure) -> str:
    cell = town_return.cell(category, indicator.code)
    figure = None if cell is None else getattr(cell, measure.value)
    mark = mark_of(town_return, category, indicator.code, measure)
    return figure_text(indicator, figure, absent_word(town_return, category, measure), mark)


def _size_for(rows: Sequence[Sequence[str]], width_mm: float) -> Pt:
    """The type size at which the longest figure stays on one line; a digit is half as wide as high."""
    longest = max((display_width(text) for row in rows for text in row[1:]), default=1)
    fitting = Mm(width_mm - 1).pt / (longest * 0.5)
    return Pt(int(max(_SMALLEST_PT, min(_LARGEST_PT, fitting)) * 2) / 2)


def _write_comparison(document: WordDocument, town_return: TownReturn, plan: Plan) -> None:
    heads = [say("RETURN_HEAD_INDICATOR"), *(measure_name(measure) for measure in Measure)]
    rows = []
    for cell in list_totals(town_return, plan):
        indicator = plan.form.by_code[cell.indicator]
        absent = say("AMOUNT_MISSING")
        figures = [figure_text(indicator, getattr(cell, measure.value), absent) for measure in Measure]
        rows.append([_with_unit(indicator), *figures])
    _write_table(document, heads, rows, [46, *[22] * 5], _SMALL)


def _write_standings(document: WordDocument, town_return: TownReturn, plan: Plan) -> None:
    codes = (
        "RETURN_HEAD_CATEGORY",
        "RETURN_HEAD_REPORTING_UNIT",
        "RETURN_HEAD_STANDING",
        "RETURN_HEAD_TIMELINESS",
        "RETURN_HEAD_RETURNED",
        "RETURN_HEAD_RECEIVED_AT",
    )
    rows = [
        [
            plan.category_by_code[one.category].name,
            plan.unit_by_code[one.unit].name,
            say_state(one),
            say_timeliness(one) + say_late_by(one),
            str(one.returned_count),
            say_received(one, plan),
        ]
        for one in town_return.standings
    ]
    _write_table(document, [say(code) for code in codes], rows, [33, 34, 20, 24, 14, 31], _SMALL)


def _write_league(document: WordDocument, town_return: TownReturn, plan: Plan) -> None:
    rows = [_league_row(one, plan) for one in town_return.league.units]
    _write_table(document, [say(code) for code, _ in _LEAGUE_COLUMNS], rows, [mm for _, mm in _LEAGUE_COLUMNS], _SMALL)


def _league_row(one: UnitTimeliness, plan: Plan) -> list[str]:
    counts = (one.expected, one.on_time, one.late, one.missing, one.returned_count, one.exempted)
    shares = (one.on_time_rate, one.completeness, one.first_pass_rate)
    return [say_rank(one), plan.unit_by_code[one.unit].name, *map(str, counts), *map(say_share, shares)]


def _head_annex(document: WordDocument, text: str) -> None:
    paragraph = add_body(document, text, indent=False)
    paragraph.paragraph_format.page_break_before = True
    paragraph.paragraph_format.keep_with_next = True
    set_east_asian_font(paragraph.runs[0], HEADING_FONT)


def _with_unit(indicator: Indicator) -> str:
    return say("INDICATOR_WITH_UNIT", label=indicator.label, unit=indicator.unit)


def _write_notes(document: WordDocument, notes: Sequence[str]) -> None:
    for note in notes:
        paragraph = add_body(document, note, indent=False)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.space_before = Pt(4)
        paragraph.runs[0].font.size = _SMALL


def _write_table(
    document: WordDocument, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], size: Pt
) -> None:
    """A ruled table with fixed widths in mm; its head is repeated on every page, no row is split."""
    table = document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _tighten(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row, texts in zip(table.rows, (heads, *rows), strict=True):
        _mark_row(row, "w:cantSplit")
        row.height = _ROW_HEIGHT
        for position, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(widths[position])
            _write_cell(cell, text, size, centred=texts is heads or position > 0)
    _mark_row(table.rows[0], "w:tblHeader")


def _write_cell(cell: _Cell, text: str, size: Pt, *, centred: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(text)
    run.font.size = size
    set_east_asian_font(run, TABLE_FONT)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _mark_row(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _tighten(table: Table) -> None:
    """Cell margins of half a millimetre, so that money fits beside six other columns."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "28")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)
