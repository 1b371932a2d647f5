"""Every cell that a mapping file wants filled, in the order of the file, with the figure or text that goes into it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from townreturn.domain.plan import Plan
from townreturn.domain.superior import AMOUNTS, CHANGES
from townreturn.domain.town_return import TOTAL
from townreturn.plans.superior.mapping import Grid, MappingFile
from townreturn.plans.superior.naming import refuse_bad_placeholders
from townreturn.spreadsheets.editing.cells import place_of, range_of
from townreturn.spreadsheets.workbook import Merge
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say

Figure = tuple[str, str, str]
"""Category, indicator, measure."""


@dataclass(frozen=True)
class Wanted:
    """A cell to be filled: where the file names it, and how. ``sheet`` is empty where ``reference`` says it too."""

    at: Location
    sheet: str
    reference: str
    figure: Figure | None = None
    text: str = ""


def list_wanted(document: StrictDocument, mapping: MappingFile, plan: Plan) -> list[Wanted]:
    """Raises ConfigurationFault for figures that plan and form do not have, and for unknown placeholders."""
    wanted = []
    for row, text in enumerate(mapping.texts):
        refuse_bad_placeholders(document, ("texts", row, "text"), text.text)
        wanted.append(Wanted(("texts", row, "cell"), "", text.cell, text=text.text))
    for number, grid in enumerate(mapping.grids):
        wanted += _cells_of(document, ("grids", number), grid, plan)
    for row, one in enumerate(mapping.cells):
        at: Location = ("cells", row)
        _refuse_unknown(document, (*at, "category"), one.category, _categories(plan))
        _refuse_unknown(document, (*at, "indicator"), one.indicator, plan.form.by_code)
        _refuse_unknown(document, (*at, "measure"), one.measure, (*AMOUNTS, *CHANGES))
        figure = (one.category, one.indicator, one.measure)
        _refuse_no_figure(document, (*at, "indicator"), figure, plan)
        wanted.append(Wanted((*at, "cell"), "", one.cell, figure))
    return wanted


def skipped_cells(document: StrictDocument, at: Location, grid: Grid) -> list[Merge]:
    """The ranges that the office leaves alone; raises ConfigurationFault for what is none."""
    ranges = []
    for row, text in enumerate(grid.skip):
        found = range_of(text)
        if found is None:
            document.fail((*at, "skip", row), "CONFIG_BAD_VALUE", detail=say("SUPERIOR_BAD_RANGE", value=text))
        ranges.append(found)
    return ranges


def _cells_of(document: StrictDocument, at: Location, grid: Grid, plan: Plan) -> Iterator[Wanted]:
    """Row by row, without the skipped ones. Rows are categories where none of them is an indicator."""
    is_turned = not any(one in plan.form.by_code for one in grid.rows)
    _refuse_unknown_keys(document, at, grid, plan, is_turned)
    skipped = skipped_cells(document, at, grid)
    for row, line in grid.rows.items():
        for column, letters in grid.columns.items():
            category, indicator = (row, column) if is_turned else (column, row)
            for measure, letter in letters.items():
                reference, figure = f"{letter}{line}", (category, indicator, measure)
                place = place_of(reference)
                if place is not None and any(one.covers(*place) for one in skipped):
                    continue
                _refuse_no_figure(document, (*at, "rows", row), figure, plan)
                yield Wanted((*at, "rows", row), grid.sheet, reference, figure)


def _refuse_unknown_keys(document: StrictDocument, at: Location, grid: Grid, plan: Plan, is_turned: bool) -> None:
    categories, indicators = _categories(plan), plan.form.by_code
    rows, columns = (categories, indicators) if is_turned else (indicators, categories)
    for row in grid.rows:
        _refuse_unknown(document, (*at, "rows", row), row, rows)
    for column, letters in grid.columns.items():
        _refuse_unknown(document, (*at, "columns", column), column, columns)
        for measure in letters:
            _refuse_unknown(document, (*at, "columns", column, measure), measure, (*AMOUNTS, *CHANGES))


def _refuse_unknown(document: StrictDocument, at: Location, code: str, known: Collection[str]) -> None:
    if code not in known:
        document.fail(at, "CONFIG_DANGLING", value=code)


def _refuse_no_figure(document: StrictDocument, at: Location, figure: Figure, plan: Plan) -> None:
    """Another category's extra, or an extra's total. A memo indicator's total is ／, as in our own return."""
    category, indicator, _ = figure
    if plan.form.by_code[indicator] not in plan.form.indicators_of(category):
        detail = say("SUPERIOR_NO_FIGURE", category=category, indicator=indicator)
        document.fail(at, "CONFIG_BAD_VALUE", detail=detail)


def _categories(plan: Plan) -> tuple[str, ...]:
    return (*plan.category_by_code, TOTAL)
