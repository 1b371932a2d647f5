"""Filling an issued template: every cell is found by its label, as a person would find it."""

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from townreturn.samples.filing import CellValue, Filing

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def fill_template(template: Path, filing: Filing) -> bytes:
    """The template with a filing's contents, as the bytes of a workbook; same inputs, same bytes."""
    book = load_workbook(template)
    form = filing.plan.form
    _fill_cover(book[form.sheets.cover], filing)
    _fill_statistics(book[form.sheets.statistics], filing)
    _fill_sections(book, filing)
    packed = BytesIO()
    book.save(packed)
    return _without_clock(packed.getvalue(), filing)


def _fill_cover(sheet: Worksheet, filing: Filing) -> None:
    for label, text in filing.cover.items():
        row, column = _find(sheet, label)
        _write(sheet, row, column + 1, text)


def _fill_statistics(sheet: Worksheet, filing: Filing) -> None:
    form, plan = filing.plan.form, filing.plan
    heading_row, label_column = _find(sheet, form.anchors.indicator)
    columns = {sheet.cell(heading_row, column).value: column for column in range(1, sheet.max_column + 1)}
    rows = {sheet.cell(row, label_column).value: row for row in range(heading_row, sheet.max_row + 1)}
    for category, month in filing.figures.items():
        column = columns[plan.category_by_code[category].heading]
        _write(sheet, rows[form.anchors.zero_return], column, form.yes if month.zero_return else form.no)
        for indicator in month.values:
            _write(sheet, rows[form.by_code[indicator].label], column, filing.cells[category, indicator])


def _fill_sections(book: Workbook, filing: Filing) -> None:
    form = filing.plan.form
    for code, entries in filing.entries.items():
        section = form.section(code)
        sheet = book[section.sheet]
        heading_row, category_column = _find(sheet, form.anchors.category)
        columns = {sheet.cell(heading_row, column).value: column for column in range(1, sheet.max_column + 1)}
        for row, (category, entry) in enumerate(entries, heading_row + 1):
            _write(sheet, row, category_column, filing.plan.category_by_code[category].heading)
            for field in section.fields:
                _write(sheet, row, columns[field.label], entry[field.code])


def _find(sheet: Worksheet, label: str) -> tuple[int, int]:
    """Row and column, from 1, of the first cell that holds exactly the label."""
    return next((cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value == label)


def _write(sheet: Worksheet, row: int, column: int, value: CellValue) -> None:
    """Numbers as numbers, texts as texts: never as a formula, whatever they begin with."""
    cell = sheet.cell(row, column)
    if isinstance(value, Decimal):
        cell.value = int(value) if value == value.to_integral_value() else value
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _without_clock(packed: bytes, filing: Filing) -> bytes:
    """openpyxl stamps the wall clock on its zip entries and in the properties; put fixed times there."""
    stamped = f"{filing.plan.calendar.end(filing.period):%Y-%m-%dT%H:%M:%SZ}".encode()
    clean = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as source, zipfile.ZipFile(clean, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + stamped, part)
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return clean.getvalue()
