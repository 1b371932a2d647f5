"""The cover: unit, period and edition, found by their labels."""

from dataclasses import dataclass

from townreturn.domain.findings import CellRef
from townreturn.domain.form import Form
from townreturn.spreadsheets.workbook import RawSheet, RawWorkbook, cell_name, plain_text


@dataclass(frozen=True)
class Cover:
    """What the cover says, as text; ``other_period`` is what the statistics sheet says instead."""

    unit: str
    unit_code: str
    period: str
    edition: str
    filled_by: str
    at_unit: CellRef
    at_period: CellRef
    at_edition: CellRef
    other_period: str
    at_other_period: CellRef | None


def read_cover(raw: RawWorkbook, form: Form) -> Cover | None:
    """The cover sheet, by name or by its labels; None when no sheet has them."""
    anchors = form.anchors
    labels = (anchors.unit_code, anchors.period, anchors.edition)
    named = raw.sheet(form.sheets.cover)
    candidates = [named] if named else []
    candidates += [sheet for sheet in raw.sheets if sheet is not named]
    for sheet in candidates:
        if all(sheet.places_of(label) for label in labels):
            return _read(raw, sheet, form)
    return None


def _read(raw: RawWorkbook, sheet: RawSheet, form: Form) -> Cover:
    anchors = form.anchors
    unit, at_unit = value_beside(sheet, anchors.unit)
    unit_code, at_code = value_beside(sheet, anchors.unit_code)
    period, at_period = value_beside(sheet, anchors.period)
    edition, at_edition = value_beside(sheet, anchors.edition)
    filled_by, _ = value_beside(sheet, anchors.filled_by)
    other_period, at_other_period = _find_other_period(raw, sheet, form, period)
    return Cover(
        unit=unit,
        unit_code=unit_code,
        period=period,
        edition=edition,
        filled_by=filled_by,
        at_unit=at_code if unit_code else at_unit,
        at_period=at_period,
        at_edition=at_edition,
        other_period=other_period,
        at_other_period=at_other_period,
    )


def value_beside(sheet: RawSheet, label: str) -> tuple[str, CellRef]:
    """The text right of a label and where it stands; empty text when the label is not there."""
    for row, column in sheet.places_of(label):
        return plain_text(sheet.value(row, column + 1)).strip(), CellRef(sheet.name, cell_name(row, column + 1))
    return "", CellRef(sheet.name, "")


def _find_other_period(raw: RawWorkbook, cover: RawSheet, form: Form, period: str) -> tuple[str, CellRef | None]:
    """The statistics sheet repeats the period; another one there means pasted-over sheets."""
    for sheet in raw.sheets:
        if sheet is cover or not sheet.places_of(form.anchors.indicator):
            continue
        text, at = value_beside(sheet, form.anchors.period)
        if text and text != period:
            return text, at
    return "", None
