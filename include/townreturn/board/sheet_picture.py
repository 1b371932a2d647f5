"""A picture of a unit's workbook: the cells of one sheet as the unit sees them, those with findings marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from townreturn.board.finding_lines import FindingLine, Mark
from townreturn.foreign_text import one_line
from townreturn.spreadsheets.places import read_place
from townreturn.spreadsheets.workbook import Merge, RawSheet, RawWorkbook, cell_name, plain_text

MOST_ROWS, MOST_MARKED_ROWS, MOST_COLUMNS = 200, 100, 30
"""Rows from the top, rows with findings beyond them, and columns that a picture shows: ours have under a
hundred rows and ten columns, and a page of 9 000 cells is still quick."""
MOST_SIGNS = 300
"""Of one cell's text."""
_MOST_MERGES = 500


@dataclass(frozen=True)
class Tab:
    """A sheet, named by its number from 1; its name is a sender's text."""

    number: int
    name: str
    is_hidden: bool
    finding_count: int


@dataclass(frozen=True)
class Cell:
    """A cell or merged range; ``mark`` is None without findings, ``findings`` are their numbers.

    ``unread`` is the code of why a cell that is not blank has no value, else empty.
    """

    name: str
    text: str
    is_number: bool
    rows: int
    columns: int
    mark: Mark | None
    findings: tuple[int, ...]
    unread: str


@dataclass(frozen=True)
class Row:
    """``number`` as the sheet counts; ``skipped`` rows above it are not shown."""

    number: int
    is_hidden: bool
    skipped: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """A column by its letters."""

    letters: str
    is_hidden: bool


@dataclass(frozen=True)
class Picture:
    """The sheet's used cells from A1 on; ``row_count`` and ``column_count`` are all that it has."""

    number: int
    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    row_count: int
    column_count: int

    @property
    def is_cut(self) -> bool:
        return self.column_count > len(self.columns) or self.row_count > len(self.rows)


def list_tabs(book: RawWorkbook, findings: Sequence[FindingLine]) -> tuple[Tab, ...]:
    """Every sheet, in the workbook's order."""
    return tuple(
        Tab(number, one_line(one.name), one.is_hidden, len(_of_sheet(one, findings)))
        for number, one in enumerate(book.sheets, start=1)
    )


def draw_sheet(sheet: RawSheet, number: int, findings: Sequence[FindingLine]) -> Picture:
    """A sheet of a workbook with the findings on it."""
    marked = _marked_cells(_of_sheet(sheet, findings))
    unread = {place for name in sheet.unread if (place := read_place(name))}
    width = max([0, *(len(row) for row in sheet.rows), *(column + 1 for _, column in (*marked, *unread))])
    height = max([len(sheet.rows), *(row + 1 for row, _ in (*marked, *unread))])
    shown = _shown_rows(height, marked)
    columns = range(min(width, MOST_COLUMNS))
    merged = _merged(sheet.merges, shown, len(columns))
    taken = {row for row, _ in (*marked, *merged, *unread)}
    spans = merged | _titles(sheet, [row for row in shown if row not in taken], len(columns))
    rows = tuple(_draw_rows(sheet, shown, columns, spans, marked))
    letters = tuple(Column(cell_name(0, one)[:-1], one in sheet.hidden_columns) for one in columns)
    return Picture(number, one_line(sheet.name), letters, rows, height, width)


Place = tuple[int, int]
Spans = dict[Place, Place | None]
"""First cell of a merged range → rows and columns of it that are shown; every other cell of it → None."""


def _of_sheet(sheet: RawSheet, findings: Iterable[FindingLine]) -> list[FindingLine]:
    return [one for one in findings if one.sheet and one.sheet.strip() == sheet.name.strip()]


def _marked_cells(findings: Iterable[FindingLine]) -> dict[Place, list[FindingLine]]:
    marked: dict[Place, list[FindingLine]] = {}
    for one in findings:
        if place := read_place(one.cell):
            marked.setdefault(place, []).append(one)
    return marked


def _shown_rows(height: int, marked: Iterable[Place]) -> list[int]:
    beyond = sorted({row for row, _ in marked if row >= MOST_ROWS})
    return [*range(min(height, MOST_ROWS)), *beyond[:MOST_MARKED_ROWS]]


def _titles(sheet: RawSheet, rows: Iterable[int], width: int) -> Spans:
    """A text alone in its row, as titles and headings are: spreadsheet programs let it run on over blank cells."""
    spans: Spans = {}
    for row in rows:
        filled = [column for column in range(width) if sheet.value(row, column) not in (None, "")]
        if len(filled) == 1 and isinstance(sheet.value(row, filled[0]), str):
            spans |= dict.fromkeys((row, column) for column in range(filled[0] + 1, width))
            spans[row, filled[0]] = 1, width - filled[0]
    return spans


def _merged(merges: Iterable[Merge], shown: Sequence[int], width: int) -> Spans:
    """Of ranges that overlap, which no spreadsheet program writes, the first counts."""
    spans: Spans = {}
    for merge in islice(merges, _MOST_MERGES):
        rows = [row for row in shown if merge.first_row <= row <= merge.last_row]
        columns = range(merge.first_column, min(merge.last_column + 1, width))
        cells = [(row, column) for row in rows for column in columns]
        if cells and spans.keys().isdisjoint(cells):
            spans |= dict.fromkeys(cells[1:])
            spans[cells[0]] = len(rows), len(columns)
    return spans


def _draw_rows(
    sheet: RawSheet, shown: Sequence[int], columns: range, spans: Spans, marked: Mapping[Place, Sequence[FindingLine]]
) -> Iterator[Row]:
    before = -1
    for row in shown:
        cells = (
            _draw_cell(sheet, (row, column), spans.get((row, column)) or (1, 1), marked.get((row, column), ()))
            for column in columns
            if spans.get((row, column), (1, 1)) is not None
        )
        yield Row(row + 1, row in sheet.hidden_rows, row - before - 1, tuple(cells))
        before = row


def _draw_cell(sheet: RawSheet, place: Place, span: Place, findings: Sequence[FindingLine]) -> Cell:
    name, value = cell_name(*place), sheet.value(*place)
    return Cell(
        name=name,
        text=_shown_text(plain_text(value)),
        is_number=isinstance(value, int | float) and not isinstance(value, bool),
        rows=span[0],
        columns=span[1],
        mark=findings[0].mark if findings else None,
        findings=tuple(one.number for one in findings),
        unread=sheet.unread.get(name, ""),
    )


def _shown_text(text: str) -> str:
    """On as many lines as it has, without control characters."""
    shown = text if len(text) <= MOST_SIGNS else f"{text[:MOST_SIGNS]}…"
    return "\n".join(map(one_line, shown.splitlines()))
