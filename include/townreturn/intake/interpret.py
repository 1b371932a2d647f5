"""A raw workbook → a submission: who sent it, for when, and what it says of each category."""

from collections.abc import Iterator, Sequence

from townreturn.domain.findings import CellRef, Finding, Severity
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan, Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival, CategoryReport, Submission
from townreturn.intake.cover import Cover, cover_faults, read_head, unnamed_maker
from townreturn.intake.entries import Entries, read_entries
from townreturn.intake.faults import bounded, fault, notice
from townreturn.intake.identifying import (
    changed_cells,
    find_cover,
    find_unit,
    period_disagreement,
    place_in_time,
    span_disagreement,
    template_faults,
)
from townreturn.intake.sheets import FoundSheets, LabelledWorkbook, find_sheets, label_workbook
from townreturn.intake.statistics import CategoryTable, read_statistics
from townreturn.intake.table import find_table, template_of_another_unit
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable
from townreturn.wording import say

Read = tuple[Sequence[CategoryReport], list[Finding]]


def interpret_safely(raw: RawWorkbook | Unreadable, arrival: Arrival, plans: PlanBook) -> Submission:
    """As ``interpret``, but a file that breaks it is quarantined alone and holds nobody else back."""
    try:
        return interpret(raw, arrival, plans)
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes concerns this file only
        return _unidentified(arrival, [fault("FILE_BROKE_THE_READER")])


def interpret(raw: RawWorkbook | Unreadable, arrival: Arrival, plans: PlanBook) -> Submission:
    """The submission in a file. Without a known unit it has no reports and is quarantined."""
    if isinstance(raw, Unreadable):
        named = {"value": say("UNNAMED_VALUE"), **raw.values}
        return _unidentified(arrival, [Finding(raw.code, Severity.MANDATORY, say(raw.code, **named))])
    book = label_workbook(raw, plans.labels)
    cover, found = find_cover(book, plans)
    if cover is None:
        return _unidentified(arrival, [*found, *_sheets_that_read_empty(book)])
    plan, period, wrong_time = place_in_time(cover, plans, arrival)
    unit, wrong_unit = find_unit(cover, plan)
    if unit is None:
        return _unidentified(arrival, [*found, *cover_faults(cover), *wrong_unit])
    sheets = find_sheets(book, cover.sheet, plan.form)
    head = _head(sheets, cover, plan)
    wrong_time = wrong_time or [*period_disagreement(cover, head)]
    if period and not wrong_time:
        wrong_time = [*span_disagreement(cover, plan.calendar, period)]
    if period is None or wrong_time:
        return _submission(arrival, cover, unit, period, ((), [*found, *cover_faults(cover), *wrong_time]))
    wrong_template = [*template_faults(cover, head, plans, plan, unit)]
    reports, findings = _read_reports(book, cover, sheets, plan, unit, wrong_template)
    about_cover = [*cover_faults(cover), *changed_cells(cover, plan, unit, period)]
    about_cover += unnamed_maker(cover, is_csv=book.is_csv)
    about_file = [*found, *about_cover, *_about_file(book)]
    return _submission(arrival, cover, unit, period, (reports, [*about_file, *findings]))


def _head(sheets: FoundSheets, cover: Cover, plan: Plan) -> Cover | None:
    """What the statistics sheet repeats of the cover; None where it is itself the cover."""
    if sheets.statistics is None or sheets.statistics.sheet is cover.sheet:
        return None
    return read_head(sheets.statistics.sheet, plan.form.anchors)


def _read_reports(
    book: LabelledWorkbook, cover: Cover, sheets: FoundSheets, plan: Plan, unit: Unit, wrong: list[Finding]
) -> Read:
    """A report of each category the unit leads; the wrong template is named and not read."""
    own = plan.categories_reported_by(unit.code)
    if not own:
        return (), [fault("SENDER_LEADS_NOTHING", cover.at_unit, unit.name)]
    table, findings = find_table(sheets.statistics, plan, own) if sheets.statistics else (None, [])
    wrong += template_of_another_unit(table, plan, own) if table and not wrong else []
    if wrong:
        return [CategoryReport(one.code, False, (), ()) for one in own], wrong
    tables = read_statistics(table, plan.form, own, is_csv=book.is_csv)
    entries, entry_findings = read_entries(sheets.sections, plan.form, own)
    about_sheets = [*sheets.findings, *findings, *(one for one in entry_findings if one.category is None)]
    return [_report(one, entries, entry_findings) for one in tables], about_sheets


def _report(table: CategoryTable, entries: Entries, findings: Sequence[Finding]) -> CategoryReport:
    return CategoryReport(
        category=table.category,
        zero_return=table.zero_return,
        figures=table.figures,
        entries=tuple(entry for category, entry in entries if category == table.category),
        findings=bounded([*table.findings, *(one for one in findings if one.category == table.category)]),
    )


def _about_file(book: LabelledWorkbook) -> Iterator[Finding]:
    if book.raw.has_macros:
        yield notice("MACROS_NOT_RUN")
    if book.raw.dates_from_1904:
        yield notice("DATES_FROM_1904")


def _sheets_that_read_empty(book: LabelledWorkbook) -> Iterator[Finding]:
    for sheet in book.sheets:
        if sheet.raw.reads_empty:
            yield fault("SHEET_READS_EMPTY", CellRef(sheet.name, ""), sheet.name)


def _submission(arrival: Arrival, cover: Cover, unit: Unit, period: Period | None, read: Read) -> Submission:
    reports, findings = read
    return Submission(
        arrival, unit.code, period, cover.edition.text, tuple(reports), bounded(findings), cover.filled_by.text
    )


def _unidentified(arrival: Arrival, findings: Sequence[Finding]) -> Submission:
    return Submission(arrival, None, None, None, (), tuple(findings))
