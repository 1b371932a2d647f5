"""The sheets of rows: text sections as the units gave them, how they reported, where figures come from."""

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
)
from townreturn.publishing.standing_words import say_received, say_state, say_timeliness
from townreturn.publishing.texts import count_lines, split_text
from townreturn.wording import say

_MAX_LINES = 24
_NARROWEST = 9
_WIDEST_SHEET = 140


@dataclass(frozen=True)
class Column:
    """One column of a list: heading, width in half-width characters, look of its cells."""

    heading: str
    width: int
    look: str = "text"


def write_section_sheet(book: ReturnBook, section: Section) -> None:
    """One text section: a row an entry, with category and unit before it."""
    fields = [Column(field.label, field.width) for field in section.fields]
    columns = fit_columns(
        [Column(say("RETURN_HEAD_CATEGORY"), 22), Column(say("RETURN_HEAD_REPORTING_UNIT"), 22), *fields]
    )
    rows = [_entry_row(book, section, entry) for entry in book.town_return.entries_of(section.code)]
    _write_list(book, section.sheet, columns, rows)


def fit_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns narrowed in proportion until their sum still prints at a legible size."""
    factor = min(1.0, _WIDEST_SHEET / sum(column.width for column in columns))
    return [replace(column, width=max(_NARROWEST, int(column.width * factor))) for column in columns]


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
    _write_list(book, say("RETURN_SHEET_NOTES"), columns, rows)


def _note_row(book: ReturnBook, note: ToldNote) -> list[str]:
    category, unit = book.plan.category_by_code[note.category], book.plan.unit_by_code[note.unit]
    return [note.mark, category.heading, unit.name, note.subject, note.question, note.explanation]


def write_standings_sheet(book: ReturnBook) -> None:
    """报送情况: how each obligation of the period stands, times in the plan's zone."""
    columns = [
        Column(say("RETURN_HEAD_CATEGORY"), 26, "label"),
        Column(say("RETURN_HEAD_REPORTING_UNIT"), 26, "label"),
        Column(say("RETURN_HEAD_STANDING"), 18, "centred"),
        Column(say("RETURN_HEAD_TIMELINESS"), 10, "centred"),
        Column(say("RETURN_HEAD_REVISION"), 10, "centred"),
        Column(say("RETURN_HEAD_RECEIVED_AT"), 22, "centred"),
        Column(say("RETURN_HEAD_NOTE"), 40, "label"),
    ]
    _write_list(book, say("RETURN_SHEET_STANDINGS"), columns, _standing_rows(book))


def _standing_rows(book: ReturnBook) -> list[list[str]]:
    plan = book.plan
    return [
        [
            plan.category_by_code[standing.category].heading,
            plan.unit_by_code[standing.unit].name,
            say_state(standing),
            say_timeliness(standing),
            str(standing.revision),
            say_received(standing, plan),
            standing.note,
        ]
        for standing in book.town_return.standings
    ]


def write_sources_sheet(book: ReturnBook) -> None:
    """数据来源: the file, sheet and cell of every current figure, the text as it stood there."""
    columns = [
        Column(say("RETURN_HEAD_CATEGORY"), 22, "label"),
        Column(say("RETURN_HEAD_INDICATOR"), 22, "label"),
        Column(say("RETURN_HEAD_RAW"), 14, "label"),
        Column(say("RETURN_HEAD_FILE"), 34, "label"),
        Column(say("RETURN_HEAD_SHEET"), 12, "label"),
        Column(say("RETURN_HEAD_CELL"), 8, "label"),
        Column(say("RETURN_HEAD_HASH"), 56, "small"),
    ]
    _write_list(book, say("RETURN_SHEET_SOURCES"), columns, _source_rows(book))


def _source_rows(book: ReturnBook) -> list[list[str]]:
    plan = book.plan
    return [
        [
            plan.category_by_code[source.category].heading,
            plan.form.by_code[source.indicator].label,
            source.raw,
            source.file_name,
            source.sheet,
            source.cell,
            source.file_hash,
        ]
        for source in book.town_return.sources
    ]


def _write_list(book: ReturnBook, name: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    sheet = open_sheet(book, name, [column.width for column in columns])
    head = sheet.row
    for position, column in enumerate(columns):
        sheet.text(position, column.heading, "head")
    sheet.next_row(20)
    sheet.worksheet.freeze_panes(sheet.row, 0)
    for row in rows:
        _write_list_row(sheet, columns, row)
    if not rows:
        sheet.span(0, sheet.last_column, say("NOTHING_THIS_PERIOD"), "centred")
        sheet.next_row(20)
    set_up_print(sheet, head, head)


def _write_list_row(sheet: Sheet, columns: Sequence[Column], row: Sequence[str]) -> None:
    """One row, going on in further rows where a text is longer than a row can show."""
    pieces = [_split_for(column, text) for column, text in zip(columns, row, strict=True)]
    for part in range(max(map(len, pieces))):
        texts = [one[part] if part < len(one) else "" for one in pieces]
        for position, (column, text) in enumerate(zip(columns, texts, strict=True)):
            sheet.text(position, text, column.look)
        lines = max(_lines_of(column, text) for column, text in zip(columns, texts, strict=True))
        sheet.next_row(LINE_HEIGHT * lines + 4)


def _split_for(column: Column, text: str) -> list[str]:
    return split_text(text, column.width - 1, _MAX_LINES)


def _lines_of(column: Column, text: str) -> int:
    return 1 if column.look == "small" else count_lines(text, column.width - 1)
