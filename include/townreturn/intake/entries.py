"""The text sections → entries of each category, each with its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from townreturn.domain.findings import CellRef, Finding
from townreturn.domain.form import Field, Form, Section
from townreturn.domain.plan import Category
from townreturn.domain.submission import TextEntry
from townreturn.intake.faults import fault
from townreturn.intake.labels import LabelledSheet, plain_label, plain_labels
from townreturn.intake.numbers import is_blank
from townreturn.intake.outside import filled_beside, outside_the_form
from townreturn.intake.sheets import HeadedSheet
from townreturn.intake.unseen import column_name, is_hidden, merged_over, range_name
from townreturn.spreadsheets.workbook import cell_name

Entries = list[tuple[str, TextEntry]]
_MIDNIGHT = "T00:00:00"


@dataclass(frozen=True)
class SectionTable:
    """A section's heading row and columns, and whose entries it may hold."""

    sheet: LabelledSheet
    section: Section
    heading_row: int
    category_column: int
    columns: Sequence[tuple[Field, int]]
    own: Sequence[Category]
    is_explanations: bool


def read_entries(
    sheets: Mapping[str, HeadedSheet], form: Form, own: Sequence[Category]
) -> tuple[Entries, list[Finding]]:
    """(category, entry) of every filled row of every section, and what is wrong with rows."""
    entries: Entries = []
    findings: list[Finding] = []
    for section in form.sections:
        found = sheets.get(section.code)
        if found is not None and _is_used(found):
            _read_section(_find_columns(found, form, section, own), entries, findings)
    return entries, findings


def _is_used(found: HeadedSheet) -> bool:
    """Whether anything stands below the heading, most sections of most files being empty."""
    raw = found.sheet.raw
    return len(raw.rows) > found.headings[0] + 1 or bool(raw.unread)


def _find_columns(found: HeadedSheet, form: Form, section: Section, own: Sequence[Category]) -> SectionTable:
    sheet, heading_row = found.sheet, found.headings[0]
    places = ((field, sheet.column_in(heading_row, field.label)) for field in section.fields)
    columns = [(field, column) for field, column in places if column is not None]
    category_column = sheet.column_in(heading_row, form.anchors.category) or 0
    is_explanations = section.code == form.explanations
    return SectionTable(sheet, section, heading_row, category_column, columns, own, is_explanations)


def _read_section(table: SectionTable, entries: Entries, findings: list[Finding]) -> None:
    raw, before = table.sheet.raw, len(entries)
    for row in range(table.heading_row + 1, len(raw.rows)):
        values = _values(table, row)
        if values:
            _read_row(table, row, values, entries, findings)
    if raw.unread:
        findings += _unread(table)
    if len(entries) > before:
        findings += _unseen(table)
    findings += _outside(table)


def _values(table: SectionTable, row: int) -> dict[str, str]:
    """The row's filled fields; an explanation without its reason is only a question left open."""
    cells = table.sheet.raw.rows[row]
    values = {
        field.code: _choice(field, _as_read(table.sheet.text(row, column)))
        for field, column in table.columns
        if column < len(cells) and not is_blank(cells[column])
    }
    return {} if table.is_explanations and "reason" not in values else values


def _as_read(text: str) -> str:
    """A date typed without a time has none."""
    return text.removesuffix(_MIDNIGHT)


def _choice(field: Field, text: str) -> str:
    return next((one for one in field.choices if plain_label(one) == plain_label(text)), text)


def _read_row(table: SectionTable, row: int, values: dict[str, str], entries: Entries, findings: list[Finding]) -> None:
    at, category = table.sheet.at(row, table.category_column), _category_of(table, row)
    if category is None:
        findings.append(fault("ENTRY_WITHOUT_CATEGORY", at, section=table.section.sheet, row=row + 1))
        return
    cells = {one.code: table.sheet.at(row, column) for one, column in table.columns if one.code in values}
    entries.append((category, TextEntry(table.section.code, values, at, cells)))
    findings += _field_faults(table, row, values)


def _category_of(table: SectionTable, row: int) -> str | None:
    """A unit that leads one category may leave the cell blank."""
    text = plain_label(table.sheet.text(row, table.category_column))
    if not text and len(table.own) == 1:
        return table.own[0].code
    return next((one.code for one in table.own if text in plain_labels(one.heading, one.name)), None)


def _field_faults(table: SectionTable, row: int, values: Mapping[str, str]) -> Iterator[Finding]:
    for field, column in table.columns:
        if field.required and field.code not in values:
            if cell_name(row, column) not in table.sheet.raw.unread:  # that one is told as it is
                yield _row_fault("ENTRY_FIELD_BLANK", table, (row, column), label=field.label)
        elif field.required and field.choices and values[field.code] not in field.choices:
            choices = "、".join(field.choices)
            yield _row_fault("ENTRY_CHOICE_UNKNOWN", table, (row, column), label=field.label, choices=choices)


def _row_fault(code: str, table: SectionTable, place: tuple[int, int], **values: str) -> Finding:
    """A fault of one cell of an entry, which returns the entry's category and no other."""
    row, column = place
    category, text = _category_of(table, row), table.sheet.text(row, column)
    at = table.sheet.at(row, column)
    words: dict[str, Any] = {"section": table.section.sheet, "row": row + 1, **values}
    return fault(code, at, text, category=category, **words)


def _unread(table: SectionTable) -> Iterator[Finding]:
    """Formulas without a value and error cells below the heading: they look blank and are not."""
    fields = {column_name(column): (field, column) for field, column in table.columns}
    for cell in table.sheet.raw.unread:
        letters = cell.rstrip("0123456789")
        row = int(cell[len(letters) :]) - 1
        if letters in fields and row > table.heading_row:
            field, column = fields[letters]
            yield _row_fault("ENTRY_UNREAD", table, (row, column), label=field.label)


def _unseen(table: SectionTable) -> Iterator[Finding]:
    """Entries that the person who filled the sheet could not see."""
    raw, first = table.sheet.raw, table.heading_row + 1
    if raw.is_hidden:
        yield fault("SHEET_HIDDEN", CellRef(raw.name, ""), raw.name)
    if raw.hidden_rows or raw.hidden_columns:
        for row in range(first, len(raw.rows)):
            hidden = [place for place in _filled(table, row) if is_hidden(raw, *place)]
            yield from (_row_fault("ENTRY_HIDDEN", table, place) for place in hidden[:1])
    for merge, row, column in merged_over(raw, first, [column for _, column in table.columns]):
        yield _row_fault("ENTRY_MERGED", table, (row, column), range=range_name(merge))


def _filled(table: SectionTable, row: int) -> Iterator[tuple[int, int]]:
    return ((row, column) for _, column in table.columns if not is_blank(table.sheet.raw.value(row, column)))


def _outside(table: SectionTable) -> list[Finding]:
    columns = {table.category_column, *(column for _, column in table.columns)}
    return outside_the_form(table.sheet, filled_beside(table.sheet.raw, table.heading_row, columns))
