"""One figure of the return as the workbook shows it, with its marks."""

from dataclasses import dataclass

from townreturn.domain.form import Indicator
from townreturn.domain.town_return import Amount, Change, Measure, TownReturn
from townreturn.publishing.data_notes import mark_of
from townreturn.publishing.number_formats import printed_figure
from townreturn.publishing.standing_words import absent_word, is_exempted


@dataclass(frozen=True)
class PrintedCell:
    """``figure`` is None where nothing is added up; ``is_missing``: an amount that is owed and not there (未报)."""

    text: str
    figure: Amount | Change | None
    is_missing: bool


def print_cell(town_return: TownReturn, category: str, indicator: Indicator, measure: Measure) -> PrintedCell:
    """A figure by category, or TOTAL, and indicator; text of units is not in it."""
    cell = town_return.cell(category, indicator.code)
    figure: Amount | Change | None = getattr(cell, measure.value) if cell else None
    mark = mark_of(town_return, category, indicator.code, measure)
    text = printed_figure(indicator, figure, absent_word(town_return, category, measure), mark)
    is_absent = isinstance(figure, Amount) and figure.value is None
    return PrintedCell(text, figure, is_absent and not is_exempted(town_return, category, measure))
