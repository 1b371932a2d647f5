"""The return workbook (打假统计月报) for the city office: plain numbers, and 合计 that add them up."""

from datetime import date, datetime, time
from pathlib import Path

from xlsxwriter import Workbook

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import Measure, TownReturn
from townreturn.publishing.changes_sheet import write_changes_sheet
from townreturn.publishing.charts.chart_sheet import write_chart_sheets
from townreturn.publishing.charts.map_sheet import write_map_sheet
from townreturn.publishing.duties_sheet import write_duties_sheet
from townreturn.publishing.figure_sheets import write_extras_sheet, write_measure_sheet
from townreturn.publishing.list_sheets import (
    write_notes_sheet,
    write_section_sheet,
    write_sources_sheet,
)
from townreturn.publishing.naming import full_unit_name, issue_name, period_name
from townreturn.publishing.sheet_frame import ReturnBook
from townreturn.publishing.standing_sheets import write_league_sheet, write_standings_sheet
from townreturn.wording import say

_TEXTS_STAY_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_return_workbook(town_return: TownReturn, plan: Plan, path: Path, issued_on: date) -> None:
    """Write the workbook to ``path``; the same return and day give the same bytes."""
    workbook = Workbook(str(path), {**_TEXTS_STAY_TEXTS, "in_memory": True})
    workbook.set_properties(_properties(town_return, plan, issued_on))
    book = ReturnBook(workbook, town_return, plan, issued_on)
    for measure in Measure:
        write_measure_sheet(book, measure)
    write_extras_sheet(book)
    write_chart_sheets(book)
    if town_return.changes:
        write_changes_sheet(book)
    write_notes_sheet(book)
    for section in plan.form.sections:
        if section.code != plan.form.explanations:
            write_section_sheet(book, section)
    write_standings_sheet(book)
    if town_return.league.units:
        write_league_sheet(book)
    write_map_sheet(book)
    if town_return.duties:
        write_duties_sheet(book)
    write_sources_sheet(book)
    workbook.close()


def _properties(town_return: TownReturn, plan: Plan, issued_on: date) -> dict[str, object]:
    """Fixed by the issue, not by the clock of the machine that writes it."""
    title = say("RETURN_FILE", town=town_return.town, period=period_name(town_return)) + issue_name(town_return)
    unit = full_unit_name(plan, plan.coordinating_unit)
    return {"title": title, "author": unit, "created": datetime.combine(issued_on, time())}
