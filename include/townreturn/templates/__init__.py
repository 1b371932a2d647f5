"""The blank workbook for a unit, made from the plan and its form."""

import os
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.templates.assignment import Assignment
from townreturn.templates.cover import write_cover
from townreturn.templates.instructions import write_instructions
from townreturn.templates.sections import write_section
from townreturn.templates.statistics import write_statistics
from townreturn.templates.styles import BODY_FONT, make_styles
from townreturn.wording import say


def write_templates(plan: Plan, period: Period, folder: Path, unit_code: str | None = None) -> list[Path]:
    """The blank workbooks of one lead unit, or of all of them.

    Raises Misuse for a unit that the plan does not know or that leads no category.
    """
    units = plan.lead_units if unit_code is None else (_lead_unit(plan, unit_code),)
    return [write_template(plan, period, unit, folder) for unit in units]


def write_template(plan: Plan, period: Period, unit: Unit, folder: Path) -> Path:
    """One unit's blank workbook for a period; the same inputs give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / say("TEMPLATE_FILE", period=period, unit=unit.name).replace("/", "_")
    aside = folder / f".{path.name}.{os.getpid()}.tmp"
    assignment = Assignment(plan, period, unit)
    with Workbook(str(aside), _options()) as book:
        book.set_properties({"title": assignment.title, "subject": period.key, "created": _made_at(assignment)})
        _write_sheets(book, assignment)
    aside.replace(path)
    return path


def _lead_unit(plan: Plan, code: str) -> Unit:
    unit = plan.unit_by_code.get(code)
    if unit is None:
        raise Misuse("UNIT_UNKNOWN", value=code)
    if unit not in plan.lead_units:
        raise Misuse("UNIT_LEADS_NOTHING", value=code, name=unit.name)
    return unit


def _options() -> dict[str, object]:
    """Whatever looks like a formula, number or link in a text stays a text."""
    font = {"font_name": BODY_FONT, "font_size": 11}
    return {"default_format_properties": font, "strings_to_formulas": False, "strings_to_urls": False}


def _made_at(assignment: Assignment) -> datetime:
    """A fixed time, so that the bytes do not depend on the clock: when reporting opens."""
    return assignment.plan.calendar.end(assignment.period).replace(tzinfo=None)


def _write_sheets(book: Workbook, assignment: Assignment) -> None:
    form, styles = assignment.form, make_styles(book)
    write_cover(book.add_worksheet(form.sheets.cover), assignment, styles)
    write_statistics(book.add_worksheet(form.sheets.statistics), assignment, styles)
    for section in form.sections:
        write_section(book.add_worksheet(section.sheet), section, assignment, styles)
    write_instructions(book.add_worksheet(form.sheets.instructions), assignment, styles)
