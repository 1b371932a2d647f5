"""Filled cells that the form does not ask for: they are named, and their values are not used."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from townreturn.domain.findings import Finding
from townreturn.intake.faults import MOST_NAMED, listed, notice
from townreturn.intake.labels import LabelledSheet
from townreturn.intake.numbers import is_blank
from townreturn.spreadsheets.workbook import RawSheet, cell_name


def filled_beside(raw: RawSheet, heading_row: int, columns: AbstractSet[int | None]) -> list[tuple[int, int]]:
    """Filled cells below a heading in other columns than the heading's."""
    if columns >= set(range(max(map(len, raw.rows)))):
        return []
    return [
        (row, column)
        for row in range(heading_row + 1, len(raw.rows))
        for column, value in enumerate(raw.rows[row])
        if column not in columns and not is_blank(value)
    ]


def outside_the_form(sheet: LabelledSheet, places: Iterable[tuple[int, int]]) -> list[Finding]:
    """One notice for all the cells of a sheet."""
    ordered = sorted(places)
    if not ordered:
        return []
    names = listed([cell_name(*place) for place in ordered[:MOST_NAMED]], len(ordered))
    return [notice("OUTSIDE_THE_FORM", sheet.at(*ordered[0]), sheet.text(*ordered[0]), names=names)]
