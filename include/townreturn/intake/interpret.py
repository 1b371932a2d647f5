"""A raw workbook → a submission: who sent it, for when, and what it says of each category."""

from townreturn.domain.errors import Misuse
from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.form import Form
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, PlanBook, Unit
from townreturn.domain.submission import Arrival, CategoryReport, Submission
from townreturn.intake.cover import Cover, read_cover
from townreturn.intake.entries import read_entries
from townreturn.intake.sheets import find_sheets
from townreturn.intake.statistics import read_statistics
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable
from townreturn.wording import say


def interpret(raw: RawWorkbook | Unreadable, arrival: Arrival, plans: PlanBook) -> Submission:
    """The submission in a file. Without a known unit it has no reports and is quarantined."""
    if isinstance(raw, Unreadable):
        return _unidentified(arrival, file_finding(raw.code))
    cover = _find_cover(raw, plans)
    if cover is None:
        return _unidentified(arrival, file_finding("COVER_MISSING"))
    plan, period, faults = _place_in_time(cover, plans, arrival)
    unit = _find_unit(cover, plan)
    if unit is None:
        return _unidentified(
            arrival, file_finding("UNIT_UNKNOWN_IN_FILE", cover.at_unit, cover.unit_code or cover.unit)
        )
    if period is None or faults:
        return Submission(arrival, unit.code, period, cover.edition, (), tuple(faults), cover.filled_by)
    if not plan.categories_led_by(unit.code):
        fault = file_finding("SENDER_LEADS_NOTHING", cover.at_unit, unit.name)
        return Submission(arrival, unit.code, period, cover.edition, (), (fault,), cover.filled_by)
    return _read_reports(raw, arrival, cover, plan, unit, period)


def _read_reports(
    raw: RawWorkbook, arrival: Arrival, cover: Cover, plan: Plan, unit: Unit, period: Period
) -> Submission:
    form = plan.form
    sheets = find_sheets(raw, form)
    findings = [*_check_edition(cover, form), *sheets.findings]
    categories = plan.categories_led_by(unit.code)
    tables, table_findings = read_statistics(sheets.statistics, form, categories, plan.categories)
    entries, entry_findings = read_entries(sheets.sections, form, categories)
    findings += [*table_findings, *(one for one in entry_findings if one.category is None)]
    reports = tuple(
        CategoryReport(
            category=table.category,
            zero_return=table.zero_return,
            figures=table.figures,
            entries=tuple(entry for category, entry in entries if category == table.category),
            findings=(*table.findings, *(one for one in entry_findings if one.category == table.category)),
        )
        for table in tables
    )
    return Submission(arrival, unit.code, period, cover.edition, reports, tuple(findings), cover.filled_by)


def interpret_safely(raw: RawWorkbook | Unreadable, arrival: Arrival, plans: PlanBook) -> Submission:
    """As ``interpret``, but a file that breaks it is quarantined alone and holds nobody else back."""
    try:
        return interpret(raw, arrival, plans)
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes concerns this file only
        return _unidentified(arrival, file_finding("FILE_BROKE_THE_READER"))


def _find_cover(raw: RawWorkbook, plans: PlanBook) -> Cover | None:
    """The cover by the labels of any plan's form, the newest first: old workbooks stay readable."""
    forms = {plan.form.edition: plan.form for plan in reversed(plans.plans)}
    covers = (read_cover(raw, form) for form in forms.values())
    return next((cover for cover in covers if cover is not None), None)


def _place_in_time(cover: Cover, plans: PlanBook, arrival: Arrival) -> tuple[Plan, Period | None, list[Finding]]:
    """The plan by which the file is read, its period, and what is wrong with them."""
    fallback = plans.plans[-1]
    try:
        period = Period(cover.period)
    except Misuse:
        return fallback, None, [file_finding("PERIOD_UNREADABLE", cover.at_period, cover.period)]
    plan = plans.find(period)
    if plan is None:
        return fallback, period, [file_finding("PERIOD_WITHOUT_PLAN", cover.at_period, cover.period)]
    if cover.at_other_period is not None:
        other = {"other": cover.other_period, "place": cover.at_other_period}
        return plan, period, [file_finding("PERIOD_DISAGREES", cover.at_period, cover.period, **other)]
    last_day = plan.calendar.last_day(period)
    if arrival.received_at.astimezone(plan.calendar.zone).date() < last_day:
        # On the last day itself a unit may report before going home.
        return plan, period, [file_finding("PERIOD_NOT_OVER", cover.at_period, cover.period, last=last_day)]
    return plan, period, []


def _find_unit(cover: Cover, plan: Plan) -> Unit | None:
    """By code; the name must not name another unit."""
    by_name = next((unit for unit in plan.units if unit.name == cover.unit), None)
    by_code = plan.unit_by_code.get(cover.unit_code)
    if by_code and by_name and by_code is not by_name:
        return None
    return by_code or by_name


def _check_edition(cover: Cover, form: Form) -> list[Finding]:
    if cover.edition == form.edition:
        return []
    return [file_finding("EDITION_WRONG", cover.at_edition, cover.edition, expected=form.edition)]


def file_finding(code: str, at: CellRef | None = None, value: str = "", **values: object) -> Finding:
    """A mandatory finding about the whole file."""
    return Finding(code, Severity.MANDATORY, say(code, value=value, **values), at=at, value=value)


def _unidentified(arrival: Arrival, finding: Finding) -> Submission:
    return Submission(arrival, None, None, None, (), (finding,))
