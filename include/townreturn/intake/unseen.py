"""What the person who filled the sheet could not see: hidden rows and columns, cells under a merge."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from townreturn.domain.findings import Finding
from townreturn.domain.form import Form
from townreturn.domain.plan import Category
from townreturn.intake.faults import fault
from townreturn.intake.numbers import is_blank
from townreturn.intake.table import StatisticsTable
from townreturn.spreadsheets.workbook import Merge, RawSheet, cell_name


def unseen_figures(table: StatisticsTable, form: Form, category: Category) -> list[Finding]:
    """Hidden or merged cells among a category's own figures and its zero return."""
    raw = table.sheet.raw
    if not (raw.hidden_rows or raw.hidden_columns or raw.merges):
        return []
    column = table.columns[category.code]
    figures = [(one.label, one.code) for one in form.indicators_of(category.code)]
    cells = [(form.anchors.zero_return, None), *figures]
    asked = [(table.rows[label], code, label) for label, code in cells if label in table.rows]
    found = [*_hidden_rows(table, asked, column, category.code), *_merged(table, asked, column, category.code)]
    if column in raw.hidden_columns:
        at = table.sheet.at(table.heading_row, column)
        letters = column_name(column)
        found.insert(0, fault("CATEGORY_HIDDEN", at, category.heading, category=category.code, column=letters))
    return found


def _hidden_rows(
    table: StatisticsTable, asked: Iterable[tuple[int, str | None, str]], column: int, category: str
) -> Iterator[Finding]:
    for row, code, label in asked:
        if row in table.sheet.raw.hidden_rows:
            at = table.sheet.at(row, column)
            yield fault("FIGURE_HIDDEN", at, category=category, indicator=code, label=label, row=row + 1)


def _merged(
    table: StatisticsTable, asked: Iterable[tuple[int, str | None, str]], column: int, category: str
) -> Iterator[Finding]:
    """One finding a merged range, at the first figure that it covers."""
    places = sorted(asked, key=lambda one: one[0])
    for merge in table.sheet.raw.merges:
        if merge.first_column <= column <= merge.last_column and is_range(merge):
            covered = [one for one in places if merge.first_row <= one[0] <= merge.last_row]
            for row, code, label in covered[:1]:
                at = table.sheet.at(row, column)
                name = range_name(merge)
                yield fault("FIGURE_MERGED", at, category=category, indicator=code, label=label, range=name)


def is_hidden(raw: RawSheet, row: int, column: int) -> bool:
    """Whether the cell's row or column is hidden."""
    return row in raw.hidden_rows or column in raw.hidden_columns


def merged_rows(table: StatisticsTable, column: int) -> frozenset[int]:
    """The rows of the table whose cell in a column is merged with another one."""
    merges = [one for one in table.sheet.raw.merges if one.first_column <= column <= one.last_column and is_range(one)]
    if not merges:
        return frozenset()
    return frozenset(row for row in table.rows.values() if any(one.first_row <= row <= one.last_row for one in merges))


def merged_over(raw: RawSheet, first_row: int, columns: Sequence[int]) -> Iterator[tuple[Merge, int, int]]:
    """Merges below a row with the first filled cell of these columns that each shows another one instead of."""
    filled = {
        column: [row for row in range(first_row, len(raw.rows)) if not is_blank(raw.value(row, column))]
        for column in (columns if raw.merges else ())
    }
    for merge in raw.merges:
        for column in columns:
            if merge.first_column <= column <= merge.last_column:
                # The top left cell is the one that is shown.
                start = merge.first_row + (column == merge.first_column)
                place = bisect_left(filled[column], start)
                if place < len(filled[column]) and filled[column][place] <= merge.last_row:
                    yield merge, filled[column][place], column
                    break


def is_range(merge: Merge) -> bool:
    """A merge of a single cell covers nothing."""
    return (merge.first_row, merge.first_column) != (merge.last_row, merge.last_column)


def range_name(merge: Merge) -> str:
    """As people write it: D10:D12."""
    return f"{cell_name(merge.first_row, merge.first_column)}:{cell_name(merge.last_row, merge.last_column)}"


def column_name(column: int) -> str:
    """The letters of a 0-based column."""
    return cell_name(0, column).rstrip("1")
