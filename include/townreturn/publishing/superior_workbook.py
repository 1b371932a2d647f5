"""The superior's own template (上级表式), filled from the return: its cells, and nothing else of it."""

from datetime import date
from decimal import Decimal

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.superior import FigureCell, Percent, SuperiorTemplate, WhereNoNumber
from townreturn.domain.town_return import Amount, Change, Measure, TownReturn
from townreturn.publishing.naming import full_unit_name, issue_name, period_name, say_day
from townreturn.publishing.number_formats import word_for
from townreturn.publishing.standing_words import absent_word, name_missing, say_reported_of
from townreturn.spreadsheets.editing.cells import CellValue
from townreturn.spreadsheets.editing.filling import Cell, FillableWorkbook
from townreturn.wording import say


def fill_template(town_return: TownReturn, plan: Plan, superior: SuperiorTemplate, issued_on: date) -> bytes:
    """The filled workbook; the same return, template and day give the same bytes."""
    values = placeholder_values(town_return, plan, issued_on)
    filled: dict[Cell, CellValue] = {
        Cell(one.sheet, one.row, one.column): one.text.format_map(values) for one in superior.texts
    }
    for figure in superior.figures:
        filled[Cell(figure.sheet, figure.row, figure.column)] = _value_of(town_return, superior, figure)
    return FillableWorkbook(superior.template.content).fill(filled)


def placeholder_values(town_return: TownReturn, plan: Plan, issued_on: date) -> dict[str, object]:
    """What ``domain.superior.PLACEHOLDERS`` stand for; days of the period as 2018-02-26."""
    period = Period(town_return.period)
    return {
        "town": town_return.town,
        "unit": full_unit_name(plan, plan.coordinating_unit),
        "period": period_name(town_return),
        "year": period.year,
        "month": period.month,
        "first": plan.calendar.first_day(period).isoformat(),
        "last": plan.calendar.last_day(period).isoformat(),
        "issued_on": say_day(issued_on),
        "issue": issue_name(town_return),
        "reported": say_reported_of(town_return),
        "missing": name_missing(town_return, plan) or say("NONE"),
    }


def _value_of(town_return: TownReturn, superior: SuperiorTemplate, place: FigureCell) -> CellValue:
    """The number, or what the mapping wants where there is none; no cell for a total that is not added (／)."""
    cell = town_return.cell(place.category, place.indicator)
    figure: Amount | Change | None = None if cell is None else getattr(cell, place.measure)
    if isinstance(figure, Amount) and figure.value is not None:
        return figure.value
    if isinstance(figure, Change) and figure.pct is not None:
        return figure.pct if superior.percent is Percent.NUMBER else figure.pct / Decimal(100)
    wish = superior.missing if isinstance(figure, Amount) else superior.incomparable
    if wish is WhereNoNumber.BLANK:
        return None
    return word_for(figure, _absent_word(town_return, place))


def _absent_word(town_return: TownReturn, place: FigureCell) -> str:
    """未报, or 免报 where nothing was owed; of figures of other periods nobody knows that here."""
    if place.measure not in (Measure.CURRENT, Measure.YTD):
        return say("AMOUNT_MISSING")
    return absent_word(town_return, place.category, Measure(place.measure))
