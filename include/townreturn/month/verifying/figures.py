"""What units reported, as it is stored, against what was stored first; where they differ, against the original file."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from townreturn.domain.audit import EventKind
from townreturn.domain.period import Period
from townreturn.domain.submission import Arrival, CategoryReport
from townreturn.foreign_text import one_line
from townreturn.month.entering import read_submissions
from townreturn.month.verifying.case import Case
from townreturn.month.verifying.trail import read_link
from townreturn.store.inspection import StoredReport, list_reports, read_links, stored_rows
from townreturn.store.rows import ENTRY_COLUMNS, FACT_COLUMNS, entry_rows, fact_rows
from townreturn.wording import say

Rows = Mapping[Any, Mapping[str, Any]]
"""Indicator or position → a row by column."""


def check_figures(case: Case) -> Iterator[str]:
    """Every report's figures and texts against the hash in its event."""
    if not case.period:
        return
    recorded = _recorded_hashes(case)
    for report in list_reports(case.tx, case.town, case.period):
        expected = recorded.get((report.category, report.entry_number), report.figures_hash)
        if report.figures_hash != expected:
            yield _name_difference(case, report)


def check_received(case: Case) -> Iterator[str]:
    """Every report's received time against that of its file."""
    for report in list_reports(case.tx, case.town, case.period) if case.period else ():
        if report.received_at != report.arrival.received_at:
            yield say("VERIFY_RECEIVED_ALTERED", **_named(case, report))


def _recorded_hashes(case: Case) -> dict[tuple[object, object], object]:
    events = (read_link(one).event for one in read_links(case.tx, case.town, case.period))
    checked = (one.details for one in events if one.kind is EventKind.CHECKED)
    return {(one.get("category"), one.get("entry_number")): one.get("figures_hash") for one in checked}


def _name_difference(case: Case, report: StoredReport) -> str:
    """The very cell, by reading the original file again."""
    said, told = stored_rows(case.tx, report.id)
    again = _read_again(case, report)
    if again is not None:
        decimals = {code: one.decimals for code, one in case.plan.form.by_code.items()}
        facts = _by_first(FACT_COLUMNS, [row[1:] for row in fact_rows(0, decimals, again.figures)])
        texts = _by_first(ENTRY_COLUMNS, [tuple(row.values())[1:] for row in entry_rows(0, again.entries)])
        for tell, stored, original in (
            (_tell_fact, _by_first(FACT_COLUMNS, said), facts),
            (_tell_entry, _by_first(ENTRY_COLUMNS, told), texts),
        ):
            for key in [one for one in {**original, **stored} if stored.get(one) != original.get(one)]:
                return tell(case, report, stored.get(key), original.get(key))
    return say("VERIFY_REPORT_ALTERED", **_named(case, report))


def _read_again(case: Case, report: StoredReport) -> CategoryReport | None:
    came = report.arrival
    path = case.office.archived(came.file_hash)
    arrival = Arrival(came.file_name, came.file_hash, came.received_at)
    (submission,) = read_submissions(case.office, [(arrival, path)])
    is_it = submission.period == Period(case.period)
    return next((one for one in submission.reports if is_it and one.category == report.category), None)


def _by_first(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Rows:
    return {row[0]: dict(zip(columns[1:], row, strict=True)) for row in rows}


def _named(case: Case, report: StoredReport) -> dict[str, str]:
    category = case.plan.category_by_code.get(report.category)
    unit = case.plan.unit_by_code.get(report.unit)
    return {
        "category": category.heading if category else report.category,
        "unit": unit.name if unit else report.unit,
        "file": one_line(report.arrival.file_name),
    }


def _tell_fact(
    case: Case, report: StoredReport, stored: Mapping[str, Any] | None, original: Mapping[str, Any] | None
) -> str:
    row = original or stored or {}
    indicator = case.plan.form.by_code.get(row["indicator"])
    label = indicator.label if indicator else row["indicator"]
    shown, right = _shown_fact(stored), _shown_fact(original)
    if shown == right:
        return say("VERIFY_REPORT_ALTERED", **_named(case, report))
    place = f"{row['sheet']} {row['cell']}"
    return say("VERIFY_FIGURE_ALTERED", label=label, stored=shown, place=place, original=right, **_named(case, report))


def _shown_fact(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return say("VERIFY_NO_ROW")
    return say("VERIFY_NO_VALUE") if row["scaled"] is None else str(Decimal(row["scaled"]).scaleb(-row["decimals"]))


def _tell_entry(
    case: Case, report: StoredReport, stored: Mapping[str, Any] | None, original: Mapping[str, Any] | None
) -> str:
    row = original or stored or {}
    place = f"{row['sheet']} {row['cell']}"
    shown, right = (one_line(one["fields"])[:60] if one else say("VERIFY_NO_ROW") for one in (stored, original))
    return say("VERIFY_TEXT_ALTERED", stored=shown, place=place, original=right, **_named(case, report))
