"""The workbook for a unit to fill, made from the plan and its form, and from what was accepted before."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from townreturn.domain.errors import Misuse
from townreturn.domain.history import Histories, History
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.files import write_for_now
from townreturn.templates.assignment import Assignment
from townreturn.templates.cover import write_cover
from townreturn.templates.instructions import write_instructions
from townreturn.templates.sections import write_section
from townreturn.templates.statistics import write_statistics
from townreturn.templates.styles import BODY_FONT, make_styles
from townreturn.wording import say


def write_templates(
    plan: Plan, period: Period, folder: Path, unit_code: str | None = None, histories: Histories | None = None
) -> list[Path]:
    """The workbooks of one lead unit, or of all of them; see ``write_template``. Raises as ``lead_unit``."""
    units = plan.reporting_units if unit_code is None else (lead_unit(plan, unit_code),)
    return [
        write_template(plan, period, unit, folder, histories.of(unit.code) if histories else None) for unit in units
    ]


def write_template(plan: Plan, period: Period, unit: Unit, folder: Path, history: History | None = None) -> Path:
    """One unit's workbook for a period as a file of its name; see ``blank_workbook``."""
    path = folder / workbook_name(period, unit)
    write_for_now(path, blank_workbook(Assignment(plan, period, unit, history)))
    return path


def blank_workbook(assignment: Assignment) -> bytes:
    """One unit's workbook (xlsx); the same assignment gives the same bytes.

    With a history the opening balances stand in their cells, for the unit to confirm, and last
    period's figures beside the cells to be filled.
    """
    target = BytesIO()
    with Workbook(target, _options()) as book:
        properties = {"title": assignment.title, "subject": assignment.period.key, "created": _made_at(assignment)}
        book.set_properties(properties)
        _write_sheets(book, assignment)
    return target.getvalue()


def workbook_name(period: Period, unit: Unit) -> str:
    """The file's name, without a folder."""
    return say("TEMPLATE_FILE", period=period, unit=unit.name).replace("/", "_")


def lead_unit(plan: Plan, code: str) -> Unit:
    """The unit of a code. Raises Misuse for one that the plan does not know or that leads no category."""
    unit = plan.unit_by_code.get(code)
    if unit is None:
        raise Misuse("UNIT_UNKNOWN", value=code)
    if unit not in plan.reporting_units:
        raise Misuse("UNIT_LEADS_NOTHING", value=code, name=unit.name)
    return unit


def _options() -> dict[str, object]:
    """Whatever looks like a formula, number or link in a text stays a text."""
    font = {"font_name": BODY_FONT, "font_size": 11}  # a new one each time: xlsxwriter adds to it
    return {
        "in_memory": True,
        "default_format_properties": font,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }


def _made_at(assignment: Assignment) -> datetime:
    """A fixed time, so that the bytes do not depend on the clock: when reporting opens."""
    return assignment.plan.calendar.end(assignment.period).replace(tzinfo=None)


def _write_sheets(book: Workbook, assignment: Assignment) -> None:
    form, styles = assignment.form, make_styles(book)
    write_cover(book.add_worksheet(form.sheets.cover), assignment, styles)
    write_statistics(book.add_worksheet(form.sheets.statistics), assignment, styles)
    for section in form.sections:
        write_section(book.add_worksheet(section.sheet), section, assignment, styles)
    if not assignment.upward:
        write_instructions(book.add_worksheet(form.sheets.instructions), assignment, styles)
