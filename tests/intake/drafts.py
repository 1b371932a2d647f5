"""Workbooks as the reader would give them, made in memory: the filled template through openpyxl, then spoiled."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from filled_workbook import FilledWorkbook, find
from townreturn.domain.findings import Finding
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, Submission
from townreturn.intake.interpret import interpret
from townreturn.spreadsheets.workbook import FileKind, Merge, RawSheet, RawValue, RawWorkbook

LATER = Arrival("a.xlsx", "0" * 64, datetime(2018, 3, 1, tzinfo=UTC))


@dataclass
class Draft:
    """A filled workbook on its way to the reader's form; ``marks`` are what only a real reader sees."""

    filled: FilledWorkbook
    kind: FileKind = FileKind.XLSX
    has_macros: bool = False
    dates_from_1904: bool = False
    only: str = ""
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def mark(self, sheet: str, **marks: Any) -> None:
        self.marks.setdefault(sheet, {}).update(marks)

    def raw(self) -> RawWorkbook:
        sheets = tuple(_raw_sheet(page) for page in self.filled.book if self.only in ("", page.title))
        marked = tuple(replace(sheet, **self.marks.get(sheet.name, {})) for sheet in sheets)
        return RawWorkbook(marked, self.kind, self.has_macros, self.dates_from_1904)


Spoil = Callable[[Draft], object]


def drafted(filled: FilledWorkbook, *spoils: Spoil) -> Draft:
    draft = Draft(filled)
    for spoil in spoils:
        spoil(draft)
    return draft


def read(draft: Draft, plans: PlanBook, arrival: Arrival = LATER) -> Submission:
    return interpret(draft.raw(), arrival, plans)


def findings_of(submission: Submission) -> list[Finding]:
    return [*submission.findings, *(one for report in submission.reports for one in report.findings)]


def found(submission: Submission) -> set[tuple[str, str]]:
    """Every finding as its code and the place it points at."""
    return {(one.code, str(one.at or "")) for one in findings_of(submission)}


def figures_of(submission: Submission) -> dict[tuple[str, str], Any]:
    return {(report.category, one.indicator): one.value for report in submission.reports for one in report.figures}


def _raw_sheet(page: Worksheet) -> RawSheet:
    rows = [_trimmed([_value(cell.value) for cell in row]) for row in page.iter_rows()]
    while rows and not rows[-1]:
        rows.pop()
    merges = tuple(
        Merge(one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1) for one in page.merged_cells.ranges
    )
    hidden_rows = frozenset(row - 1 for row, look in page.row_dimensions.items() if look.hidden)
    hidden_columns = frozenset(
        column_index_from_string(letters) - 1 for letters, look in page.column_dimensions.items() if look.hidden
    )
    return RawSheet(
        page.title, tuple(map(tuple, rows)), {}, page.sheet_state != "visible", hidden_rows, hidden_columns, merges
    )


def _value(value: Any) -> RawValue:
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _trimmed(values: list[RawValue]) -> list[RawValue]:
    while values and values[-1] is None:
        values.pop()
    return values


def put(indicator: str, value: object, category: str | None = None) -> Spoil:
    """Type a value into a figure's cell."""
    return lambda draft: draft.filled.put(indicator, value, category)


def beside(label: str, value: object, sheet: str = "封面") -> Spoil:
    """Type a value right of a label."""
    return lambda draft: setattr(draft.filled.beside(label, sheet), "value", value)


def relabel(sheet: str, old: str, new: object) -> Spoil:
    """Overwrite the cell that holds a text."""
    return lambda draft: setattr(find(draft.filled.book[sheet], old), "value", new)


def cell(sheet: str, name: str, value: object) -> Spoil:
    """Overwrite a cell by its name."""
    return lambda draft: draft.filled.book[sheet].__setitem__(name, value)


def entry(section: str, values: dict[str, str], category: str | None = None) -> Spoil:
    """One more row of a text section."""
    return lambda draft: draft.filled.add_entry(section, values, category)


def on_page(sheet: str, change: Callable[[Worksheet], object]) -> Spoil:
    """Anything else that a person can do to a sheet."""
    return lambda draft: change(draft.filled.book[sheet])
