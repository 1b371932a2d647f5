"""The sheets of figures: one a measure, indicators × categories with 合计, and the category extras."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from townreturn.domain.form import Indicator
from townreturn.domain.town_return import (
    TOTAL,
    Amount,
    Change,
    Measure,
    ReturnCell,
)
from townreturn.publishing.data_notes import mark_of
from townreturn.publishing.figure_notes import list_common_cells, list_notes
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.number_formats import amount_format, figure_text, percent_format, word_for
from townreturn.publishing.sheet_frame import (
    LINE_HEIGHT,
    ReturnBook,
    Sheet,
    open_sheet,
    set_up_print,
    write_notes,
    write_signatures,
)
from townreturn.publishing.standing_words import absent_word, say_category_state, say_reported_of
from townreturn.publishing.texts import count_lines, display_width
from townreturn.wording import say

_LABEL_WIDTHS = (9, 19, 9)
_NARROWEST_FIGURE = 13  # 「0（零申报）」 takes eleven
_EXTRA_HEADS = ("RETURN_HEAD_CATEGORY", "RETURN_HEAD_INDICATOR", "RETURN_HEAD_UNIT_OF_MEASURE")


def write_measure_sheet(book: ReturnBook, measure: Measure) -> None:
    """One measure of all common indicators; 合计 is empty of numbers where nothing may be added."""
    columns = [category.code for category in book.plan.categories] + [TOTAL]
    widths = (*_LABEL_WIDTHS, *[_figure_width(book, [measure])] * len(columns))
    sheet = open_sheet(book, measure_name(measure), widths, say("RETURN_HEAD_UNITS_OF_MEASURE"))
    head = sheet.row
    _write_head(sheet, columns, measure)
    sheet.worksheet.freeze_panes(sheet.row, len(_LABEL_WIDTHS))
    for group, indicators in groupby(book.plan.form.indicators, key=lambda one: one.group):
        _write_group(sheet, group, list(indicators), columns, measure)
    cells = list_common_cells(book.town_return, book.plan)
    write_notes(sheet, list_notes(book.town_return, book.plan, cells, [measure], with_states=True))
    write_signatures(sheet)
    set_up_print(sheet, head, head + 1)


def _figure_width(book: ReturnBook, measures: Iterable[Measure]) -> int:
    """Wide enough for the longest figure: a number too long for its column prints as ####."""
    by_code = book.plan.form.by_code
    texts = (
        figure_text(by_code[cell.indicator], getattr(cell, measure.value), "", _mark(book, cell, measure))
        for measure in measures
        for cell in book.town_return.cells
    )
    return max(_NARROWEST_FIGURE, max(map(display_width, texts), default=0) + 2)


def _mark(book: ReturnBook, cell: ReturnCell | None, measure: Measure) -> str:
    return "" if cell is None else mark_of(book.town_return, cell.category, cell.indicator, measure)


def _write_head(sheet: Sheet, columns: Sequence[str], measure: Measure) -> None:
    plan, town_return = sheet.book.plan, sheet.book.town_return
    names = [plan.category_by_code[code].heading for code in columns[:-1]] + [say("TOTAL_COLUMN")]
    sheet.span(0, 1, say("RETURN_HEAD_INDICATOR"), "head")
    sheet.text(2, say("RETURN_HEAD_UNIT_OF_MEASURE"), "head")
    for column, name in enumerate(names, start=len(_LABEL_WIDTHS)):
        sheet.text(column, name, "head")
    sheet.next_row(LINE_HEIGHT * max(count_lines(name, sheet.widths[-1] - 1) for name in names) + 6)
    sheet.span(0, 2, say("RETURN_HEAD_STANDING"), "state")
    for column, code in enumerate(columns[:-1], start=len(_LABEL_WIDTHS)):
        mark = mark_of(town_return, code, None, measure)
        sheet.text(column, say_category_state(town_return, code) + mark, "state")
    sheet.text(sheet.last_column, say_reported_of(town_return), "state")
    sheet.next_row()


def _write_group(
    sheet: Sheet, group: str, indicators: Sequence[Indicator], columns: Sequence[str], measure: Measure
) -> None:
    """A group of indicators; its name stands once, down the first column."""
    first = sheet.row
    for indicator in indicators:
        sheet.text(0, group, "centred")
        sheet.text(1, indicator.label, "label")
        sheet.text(2, indicator.unit, "centred")
        for column, category in enumerate(columns, start=len(_LABEL_WIDTHS)):
            cell = sheet.book.town_return.cell(category, indicator.code)
            _write_figure(sheet, column, indicator, cell, measure)
        sheet.next_row()
    if len(indicators) > 1:
        look = sheet.book.look("centred")
        sheet.worksheet.merge_range(first, 0, sheet.row - 1, 0, "", look)
        sheet.worksheet.write_string(first, 0, group, look)


def _write_figure(sheet: Sheet, column: int, indicator: Indicator, cell: ReturnCell | None, measure: Measure) -> None:
    """A number with its marking format, or the word that says why there is none; never a blank."""
    book, worksheet = sheet.book, sheet.worksheet
    figure: Amount | Change | None = None if cell is None else getattr(cell, measure.value)
    mark = _mark(book, cell, measure)
    if isinstance(figure, Amount) and figure.value is not None:
        look = book.look("number", amount_format(indicator, figure, mark))
        if cell is not None and cell.category == TOTAL:
            _write_total(sheet, column, indicator, figure.value, look)
        else:
            worksheet.write_number(sheet.row, column, float(figure.value), look)
    elif isinstance(figure, Change) and figure.pct is not None:
        worksheet.write_number(sheet.row, column, float(figure.pct), book.look("number", percent_format(mark)))
    else:
        absent = absent_word(book.town_return, cell.category if cell else "", measure)
        sheet.text(column, word_for(figure, absent) + mark, "word")


def _write_total(sheet: Sheet, column: int, indicator: Indicator, value: Decimal, look: Format) -> None:
    """合计 as a sum that whoever opens the file can follow; its stored value is the one that was compiled.

    SUM passes over the words of what is not there, as ``add_up`` does, and the gate has compared the two. Decimals
    are rounded, for a sum of binary fractions would show as 1037.8799999999999.
    """
    first, last = (xl_rowcol_to_cell(sheet.row, one) for one in (len(_LABEL_WIDTHS), column - 1))
    summed = f"SUM({first}:{last})"
    formula = f"=ROUND({summed},{indicator.decimals})" if indicator.decimals else f"={summed}"
    sheet.worksheet.write_formula(sheet.row, column, formula, look, float(value))


def write_extras_sheet(book: ReturnBook) -> None:
    """专项指标: the indicators that only one category reports, all measures side by side."""
    widths = (24, 24, 10, *[_figure_width(book, Measure)] * len(Measure))
    sheet = open_sheet(book, say("RETURN_SHEET_EXTRAS"), widths, say("RETURN_HEAD_UNITS_OF_MEASURE"))
    head = sheet.row
    heads = [say(code) for code in _EXTRA_HEADS] + [measure_name(measure) for measure in Measure]
    for column, text in enumerate(heads):
        sheet.text(column, text, "head")
    sheet.next_row(20)
    sheet.worksheet.freeze_panes(sheet.row, 2)
    cells = []
    for category in book.plan.categories:
        for indicator in book.plan.form.extras.get(category.code, ()):
            _write_extra(sheet, category.code, category.heading, indicator)
            cells.append(book.town_return.cell(category.code, indicator.code))
    notes = list_notes(book.town_return, book.plan, cells, list(Measure), with_states=False)
    write_notes(sheet, [say("RETURN_NOTE_EXTRAS"), *notes])
    write_signatures(sheet)
    set_up_print(sheet, head, head)


def _write_extra(sheet: Sheet, category: str, heading: str, indicator: Indicator) -> None:
    sheet.text(0, heading, "label")
    sheet.text(1, indicator.label, "label")
    sheet.text(2, indicator.unit, "centred")
    cell = sheet.book.town_return.cell(category, indicator.code)
    for column, measure in enumerate(Measure, start=3):
        _write_figure(sheet, column, indicator, cell, measure)
    sheet.next_row()
