"""The text sections → entries of each category, each with its row."""

from collections.abc import Mapping, Sequence

from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.form import Form, Section
from townreturn.domain.plan import Category
from townreturn.domain.submission import TextEntry
from townreturn.intake.numbers import is_blank
from townreturn.spreadsheets.workbook import RawSheet, cell_name, plain_text
from townreturn.wording import say

Entries = list[tuple[str, TextEntry]]


def read_entries(sheets: Mapping[str, RawSheet], form: Form, own: Sequence[Category]) -> tuple[Entries, list[Finding]]:
    """(category, entry) of every filled row of every section, and what is wrong with rows."""
    entries: Entries = []
    findings: list[Finding] = []
    for section in form.sections:
        sheet = sheets.get(section.code)
        if sheet is not None:
            _read_section(sheet, form, section, own, entries, findings)
    return entries, findings


def _read_section(
    sheet: RawSheet, form: Form, section: Section, own: Sequence[Category], entries: Entries, findings: list[Finding]
) -> None:
    heading_row, category_column = sheet.places_of(form.anchors.category)[0]
    columns = {field.code: _column_of(sheet, heading_row, field.label) for field in section.fields}
    for row in range(heading_row + 1, len(sheet.rows)):
        values = {
            code: plain_text(sheet.value(row, column)).strip()
            for code, column in columns.items()
            if column is not None and not is_blank(sheet.value(row, column))
        }
        if not values:
            continue
        at = CellRef(sheet.name, cell_name(row, category_column))
        category = _category_of(plain_text(sheet.value(row, category_column)).strip(), own)
        if category is None:
            message = say("ENTRY_WITHOUT_CATEGORY", section=section.sheet, row=row + 1)
            findings.append(Finding("ENTRY_WITHOUT_CATEGORY", Severity.MANDATORY, message, at=at))
            continue
        entries.append((category.code, TextEntry(section.code, values, at)))
        findings += _missing_fields(section, category, values, columns, sheet, row)


def _column_of(sheet: RawSheet, row: int, label: str) -> int | None:
    return next((column for at, column in sheet.places_of(label) if at == row), None)


def _category_of(text: str, own: Sequence[Category]) -> Category | None:
    """A unit that leads one category may leave the cell blank."""
    if not text and len(own) == 1:
        return own[0]
    return next((one for one in own if text in (one.heading, one.name)), None)


def _missing_fields(
    section: Section, category: Category, values: Mapping[str, str], columns: Mapping[str, int | None],
    sheet: RawSheet, row: int,
) -> list[Finding]:  # fmt: skip
    missing = [field for field in section.fields if field.required and field.code not in values]
    return [
        Finding(
            "ENTRY_FIELD_BLANK",
            Severity.MANDATORY,
            say("ENTRY_FIELD_BLANK", section=section.sheet, row=row + 1, label=field.label),
            category.code,
            CellRef(sheet.name, cell_name(row, columns[field.code] or 0)),
        )
        for field in missing
    ]
