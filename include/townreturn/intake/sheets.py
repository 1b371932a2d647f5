"""Which sheet is which: by name, else by the labels that only this sheet has."""

from dataclasses import dataclass

from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.form import Form, Section
from townreturn.spreadsheets.workbook import RawSheet, RawWorkbook
from townreturn.wording import say


@dataclass(frozen=True)
class FoundSheets:
    """The form's sheets in a file; what is missing or renamed is a finding."""

    statistics: RawSheet | None
    sections: dict[str, RawSheet]
    findings: tuple[Finding, ...]


def find_sheets(raw: RawWorkbook, form: Form) -> FoundSheets:
    """Every sheet of the form that the workbook has."""
    findings: list[Finding] = []
    statistics = _find(raw, form.sheets.statistics, (form.anchors.indicator, form.anchors.unit_of_measure), findings)
    sections = {}
    for section in form.sections:
        sheet = _find(raw, section.sheet, _labels(form, section), findings)
        if sheet is not None:
            sections[section.code] = sheet
    return FoundSheets(statistics, sections, tuple(findings))


def _labels(form: Form, section: Section) -> tuple[str, ...]:
    return (form.anchors.category, *(field.label for field in section.fields))


def _find(raw: RawWorkbook, name: str, labels: tuple[str, ...], findings: list[Finding]) -> RawSheet | None:
    sheet = raw.sheet(name)
    if sheet is not None and _has(sheet, labels):
        return sheet
    other = next((one for one in raw.sheets if _has(one, labels)), None)
    if other is not None:
        message = say("SHEET_RENAMED", name=name, value=other.name)
        findings.append(Finding("SHEET_RENAMED", Severity.INFO, message, at=CellRef(other.name, ""), value=other.name))
        return other
    code = "SHEET_MISSING" if sheet is None else "SHEET_WITHOUT_HEADING"
    message = say(code, name=name, labels="、".join(labels))
    findings.append(Finding(code, Severity.MANDATORY, message, at=CellRef(name, "")))
    return None


def _has(sheet: RawSheet, labels: tuple[str, ...]) -> bool:
    return all(sheet.places_of(label) for label in labels)
