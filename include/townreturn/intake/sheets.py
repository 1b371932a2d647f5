"""Which sheet is which: by the labels that only this sheet has, whatever its name and place."""

from collections.abc import Sequence
from dataclasses import dataclass

from townreturn.domain.findings import CellRef, Finding
from townreturn.domain.form import Form, Section
from townreturn.intake.faults import fault, listed, notice
from townreturn.intake.labels import LabelledSheet, label_sheet, plain_label, plain_labels, plain_set
from townreturn.spreadsheets.workbook import FileKind, RawWorkbook
from townreturn.wording import say


@dataclass(frozen=True)
class LabelledWorkbook:
    """A raw workbook with the labels of every sheet found, in order."""

    raw: RawWorkbook
    sheets: tuple[LabelledSheet, ...]

    @property
    def is_csv(self) -> bool:
        return self.raw.kind is FileKind.CSV


@dataclass(frozen=True)
class HeadedSheet:
    """A sheet of the form and the 0-based rows in which its heading stands: one, unless it was copied."""

    sheet: LabelledSheet
    headings: Sequence[int]


@dataclass(frozen=True)
class FoundSheets:
    """The form's sheets in a file; what is missing, doubtful, hidden or renamed is a finding."""

    statistics: HeadedSheet | None
    sections: dict[str, HeadedSheet]
    findings: list[Finding]


def label_workbook(raw: RawWorkbook, labels: frozenset[str]) -> LabelledWorkbook:
    """Find the labels in every sheet of the workbook."""
    known = plain_set(labels)
    return LabelledWorkbook(raw, tuple(label_sheet(sheet, known) for sheet in raw.sheets))


def with_heading(sheets: Sequence[LabelledSheet], labels: Sequence[str]) -> list[HeadedSheet]:
    """The sheets that have a row with every label."""
    plain = plain_labels(*labels)
    candidates = [sheet for sheet in sheets if plain[0] in sheet.places]
    return [HeadedSheet(sheet, rows) for sheet in candidates if (rows := sheet.rows_with(plain))]


def statistics_heading(form: Form) -> tuple[str, str]:
    """The labels that make a heading the statistics table's."""
    return (form.anchors.indicator, form.anchors.unit_of_measure)


def find_sheets(book: LabelledWorkbook, cover: LabelledSheet, form: Form) -> FoundSheets:
    """Every sheet of the form that the workbook has; a csv file is its statistics sheet alone."""
    findings: list[Finding] = []
    statistics = _find_statistics(book, form, findings)
    sections: dict[str, HeadedSheet] = {}
    if book.is_csv:
        findings.append(_without_sections(form))
    else:
        sections = _find_sections(book, form, findings)
    used = {id(cover), *(id(one.sheet) for one in (statistics, *sections.values()) if one)}
    told = {one.at.sheet for one in findings if one.at} | {form.sheets.instructions}
    others = [sheet for sheet in book.sheets if id(sheet) not in used and sheet.name not in told]
    return FoundSheets(statistics, sections, findings + _notice_others(others))


def _find_statistics(book: LabelledWorkbook, form: Form, findings: list[Finding]) -> HeadedSheet | None:
    """The one sheet with the table's heading; two of them return the file, whatever they are called."""
    name, labels = form.sheets.statistics, statistics_heading(form)
    alike = with_heading(book.sheets, labels)
    if len(alike) > 1:
        findings.append(_twice(name, alike))
        return next((one for one in alike if _is_named(one.sheet, name)), None)
    if not alike:
        findings.append(_missing(book, name, labels))
        return None
    sheet = alike[0].sheet
    if not book.is_csv:
        findings += _renamed(sheet, name)
    if sheet.raw.is_hidden:
        findings.append(fault("SHEET_HIDDEN", CellRef(sheet.name, ""), sheet.name))
    return alike[0]


def _find_sections(book: LabelledWorkbook, form: Form, findings: list[Finding]) -> dict[str, HeadedSheet]:
    found = {section.code: _find_section(book, form, section, findings) for section in form.sections}
    return {code: sheet for code, sheet in found.items() if sheet is not None}


def _find_section(book: LabelledWorkbook, form: Form, section: Section, findings: list[Finding]) -> HeadedSheet | None:
    """By all its labels; where no sheet has them all, by those that an entry cannot do without."""
    labels = section_labels(form, section)
    alike = with_heading(book.sheets, labels)
    if not alike and any(field.required for field in section.fields):
        required = [field.label for field in section.fields if field.required]
        alike = with_heading(book.sheets, (*required, form.anchors.category))
    if not alike:
        findings.append(_missing(book, section.sheet, labels))
        return None
    named = next((one for one in alike if _is_named(one.sheet, section.sheet)), None)
    if named is None and len(alike) > 1:
        findings.append(_twice(section.sheet, alike))
        return None
    if named is None:
        findings += _renamed(alike[0].sheet, section.sheet)
        return alike[0]
    findings += [_not_used(one.sheet, named.sheet) for one in alike if one is not named]
    return named


def section_labels(form: Form, section: Section) -> tuple[str, ...]:
    """The heading of a text section: its fields, and the category, which all sections share."""
    return (*(field.label for field in section.fields), form.anchors.category)


def _is_named(sheet: LabelledSheet, name: str) -> bool:
    return plain_label(sheet.name) == plain_label(name)


def _renamed(sheet: LabelledSheet, name: str) -> list[Finding]:
    if _is_named(sheet, name):
        return []
    return [notice("SHEET_RENAMED", CellRef(sheet.name, ""), sheet.name, name=name)]


def _not_used(sheet: LabelledSheet, named: LabelledSheet) -> Finding:
    return notice("SHEET_ALIKE_NOT_USED", CellRef(sheet.name, ""), sheet.name, name=named.name)


def _twice(name: str, alike: Sequence[HeadedSheet]) -> Finding:
    sheets = [one.sheet.raw for one in alike]
    names = [say("SHEET_NAMED_HIDDEN" if one.is_hidden else "SHEET_NAMED", name=one.name) for one in sheets]
    return fault("SHEET_TWICE", CellRef(sheets[-1].name, ""), sheets[-1].name, name=name, names=listed(names))


def _missing(book: LabelledWorkbook, name: str, labels: Sequence[str]) -> Finding:
    """Why a sheet of the form is not there: it reads empty, its heading was changed, or it is gone."""
    named = next((sheet for sheet in book.sheets if _is_named(sheet, name)), None)
    empty = named if named and named.raw.reads_empty else None
    if empty is None and named is None:
        empty = next((sheet for sheet in book.sheets if sheet.raw.reads_empty), None)
    if empty is not None:
        return fault("SHEET_READS_EMPTY", CellRef(empty.name, ""), empty.name)
    code = "SHEET_WITHOUT_HEADING" if named else "SHEET_MISSING"
    return fault(code, CellRef(named.name if named else name, ""), name=name, labels="、".join(labels))


def _without_sections(form: Form) -> Finding:
    names = "".join(say("SHEET_NAMED", name=section.sheet) for section in form.sections)
    return notice("CSV_WITHOUT_SECTIONS", names=names, statistics=form.sheets.statistics)


def _notice_others(others: Sequence[LabelledSheet]) -> list[Finding]:
    """Sheets of the unit's own: those that hide values are named, the others concern nobody."""
    hidden = [sheet.name for sheet in others if sheet.raw.is_hidden and sheet.raw.rows]
    empty = [sheet.name for sheet in others if sheet.raw.reads_empty]
    found = []
    if hidden:
        found.append(notice("OTHER_SHEETS_HIDDEN", CellRef(hidden[0], ""), names=listed(hidden)))
    if empty:
        found.append(notice("OTHER_SHEETS_READ_EMPTY", CellRef(empty[0], ""), names=listed(empty)))
    return found
