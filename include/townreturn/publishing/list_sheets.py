"""The sheets of rows: text sections as the units gave them, their explanations, where figures come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from townreturn.domain.form import Section
from townreturn.domain.town_return import ReturnEntry
from townreturn.publishing.data_notes import ToldNote, tell_notes
from townreturn.publishing.sheet_frame import (
    LINE_HEIGHT,
    ReturnBook,
    Sheet,
    open_sheet,
    set_up_print,
    write_notes,
)
from townreturn.publishing.texts import count_lines, split_text
from townreturn.wording import say

_MAX_LINES = 16  # so that two such rows, 230 points each, share a page
_INDENTED = ("label", "text", "small")
_NARROW = 15  # dates and choices
_WIDEST_SHEET = 166  # on A4 still legible


@dataclass(frozen=True)
class Column:
    """One column of a list: heading, width in half-width characters, look of its cells."""

    heading: str
    width: int
    look: str = "text"

    @property
    def room(self) -> int:
        """What margins and indent leave of the width for text."""
        return self.width - (3 if self.look in _INDENTED else 1)

    @property
    def gives_way(self) -> bool:
        """Whether it may be narrowed: a long text can be broken, a number or a date cannot."""
        return self.look in _INDENTED and self.width > _NARROW


@dataclass(frozen=True)
class NumberCell:
    """A number in a list, with its number format."""

    value: float
    number_format: str


Row = Sequence[str | NumberCell]
"""As many cells as there are columns; or one text, which stands across them all."""


def write_section_sheet(book: ReturnBook, section: Section) -> None:
    """One text section: a row an entry, with category and unit before it."""
    fields = [Column(field.label, field.width) for field in section.fields]
    columns = fit_columns(
        [Column(say("RETURN_HEAD_CATEGORY"), 22), Column(say("RETURN_HEAD_REPORTING_UNIT"), 22), *fields]
    )
    rows = [_entry_row(book, section, entry) for entry in book.town_return.entries_of(section.code)]
    write_list(book, section.sheet, columns, rows)


def fit_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns so narrow in sum that they print at a legible size; those with texts give way."""
    kept = sum(one.width for one in columns if not one.gives_way)
    giving = sum(one.width for one in columns if one.gives_way)
    factor = min(1.0, (_WIDEST_SHEET - kept) / max(giving, 1))
    return [replace(one, width=max(_NARROW, int(one.width * factor))) if one.gives_way else one for one in columns]


def _entry_row(book: ReturnBook, section: Section, entry: ReturnEntry) -> list[str]:
    category, unit = book.plan.category_by_code[entry.category], book.plan.unit_by_code[entry.unit]
    return [category.heading, unit.name, *(entry.values.get(field.code, "") for field in section.fields)]


def write_notes_sheet(book: ReturnBook) -> None:
    """数据说明: what was asked about a figure and what the unit explained, by the number that marks the figure."""
    columns = fit_columns(
        [
            Column(say("RETURN_HEAD_NUMBER_OF_NOTE"), 9, "centred"),
            Column(say("RETURN_HEAD_CATEGORY"), 20, "label"),
            Column(say("RETURN_HEAD_REPORTING_UNIT"), 22, "label"),
            Column(say("RETURN_HEAD_INDICATOR"), 18, "label"),
            Column(say("RETURN_HEAD_QUESTION"), 42, "label"),
            Column(say("RETURN_HEAD_EXPLANATION"), 42, "label"),
        ]
    )
    rows = [_note_row(book, note) for note in tell_notes(book.town_return, book.plan)]
    write_list(book, say("RETURN_SHEET_NOTES"), columns, rows)


def _note_row(book: ReturnBook, note: ToldNote) -> list[str]:
    category, unit = book.plan.category_by_code[note.category], book.plan.unit_by_code[note.unit]
    return [note.mark, category.heading, unit.name, note.subject, note.question, note.explanation]


def write_sources_sheet(book: ReturnBook) -> None:
    """数据来源: the file, sheet and cell of every current figure, the text as it stood there and how it was read."""
    columns = [
        Column(say("RETURN_HEAD_CATEGORY"), 20, "label"),
        Column(say("RETURN_HEAD_INDICATOR"), 22, "label"),
        Column(say("RETURN_HEAD_RAW"), 14, "label"),
        Column(say("RETURN_HEAD_NORMALISED"), 30, "label"),
        Column(say("RETURN_HEAD_FILE"), 30, "label"),
        Column(say("RETURN_HEAD_SHEET"), 10, "label"),
        Column(say("RETURN_HEAD_CELL"), 8, "label"),
        Column(say("RETURN_HEAD_HASH"), 60, "small"),
    ]
    write_list(book, say("RETURN_SHEET_SOURCES"), columns, _source_rows(book))


def _source_rows(book: ReturnBook) -> list[list[str]]:
    plan = book.plan
    return [
        [
            plan.category_by_code[source.category].heading,
            plan.form.by_code[source.indicator].label,
            source.raw,
            "\n".join(source.normalised),
            source.file_name,
            source.sheet,
            source.cell,
            source.file_hash,
        ]
        for source in book.town_return.sources
    ]


def write_list(
    book: ReturnBook,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    notes: Sequence[str] = (),
    about: str = "",
) -> None:
    """A sheet of rows under their headings, ``about`` them above; one without rows says so."""
    sheet = open_sheet(book, name, [column.width for column in columns], about)
    head = sheet.row
    for position, column in enumerate(columns):
        sheet.text(position, column.heading, "head")
    sheet.next_row(LINE_HEIGHT * max(count_lines(one.heading, one.width - 1) for one in columns) + 6)
    sheet.worksheet.freeze_panes(sheet.row, 0)
    for row in rows:
        _write_list_row(sheet, columns, row)
    if not rows:
        _write_across(sheet, say("NOTHING_THIS_PERIOD"), "centred")
    write_notes(sheet, notes)
    set_up_print(sheet, head, head)


def _write_across(sheet: Sheet, text: str, look: str) -> None:
    sheet.span(0, sheet.last_column, text, look)
    sheet.next_row(20)


def _write_list_row(sheet: Sheet, columns: Sequence[Column], row: Row) -> None:
    """One row, going on in further rows where a text is longer than a row can show."""
    if len(row) == 1 and isinstance(row[0], str):
        _write_across(sheet, row[0], "state")
        return
    pieces = [_split_for(column, cell) for column, cell in zip(columns, row, strict=True)]
    for part in range(max(map(len, pieces))):
        cells = [one[part] if part < len(one) else "" for one in pieces]
        for position, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            _write_cell(sheet, position, cell, column.look)
        lines = max(_lines_of(column, cell) for column, cell in zip(columns, cells, strict=True))
        sheet.next_row(LINE_HEIGHT * lines + 4)


def _write_cell(sheet: Sheet, position: int, cell: str | NumberCell, look: str) -> None:
    if isinstance(cell, str):
        sheet.text(position, cell, look)
    else:
        style = sheet.book.look("number", cell.number_format)
        sheet.worksheet.write_number(sheet.row, position, cell.value, style)


def _split_for(column: Column, cell: str | NumberCell) -> Sequence[str | NumberCell]:
    return split_text(cell, column.room, _MAX_LINES) if isinstance(cell, str) else [cell]


def _lines_of(column: Column, cell: str | NumberCell) -> int:
    one_line = column.look == "small" or not isinstance(cell, str)
    return 1 if one_line else count_lines(str(cell), column.room)
