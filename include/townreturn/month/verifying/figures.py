"""What units reported, as it is stored, against what was stored first; where they differ, against the original file."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from townreturn.domain.audit import EventKind
from townreturn.domain.period import Period
from townreturn.domain.submission import Arrival, CategoryReport
from townreturn.foreign_text import one_line
from townreturn.month.entering import read_submissions
from townreturn.month.rebuilding import TAMPERED
from townreturn.month.verifying.case import Case
from townreturn.month.verifying.trail import read_link
from townreturn.store.inspection import StoredReport, list_reports, read_links, stored_rows
from townreturn.store.rows import ENTRY_COLUMNS, FACT_COLUMNS, entry_rows, fact_rows
from townreturn.wording import Tell, say

Rows = Mapping[Any, Mapping[str, Any]]
"""Indicator or position → a row by column."""
Significant = Callable[[Mapping[str, Any] | None], object]


def check_figures(case: Case) -> Iterator[str]:
    """Every report's figures and texts against the hash in its event; an accepted one without event, its file."""
    if not case.period:
        return
    recorded, unreadable = _recorded_hashes(case), 0
    for report in list_reports(case.tx, case.town, case.period):
        key = (report.category, report.entry_number)
        if key in recorded:
            if report.figures_hash != recorded[key]:
                yield _name_difference(case, report)
        elif report.is_accepted:
            again = _try_to_read_again(case, report)
            unreadable += again is None
            yield from _tell_cells(case, report, again, _value_of) if again else ()
    if unreadable:
        case.remarks.append(case.tell("VERIFY_NOT_READ_AGAIN", count=unreadable))


def check_received(case: Case) -> Iterator[str]:
    """Every report's received time against that of its file."""
    for report in list_reports(case.tx, case.town, case.period) if case.period else ():
        if report.received_at != report.arrival.received_at:
            yield case.tell("VERIFY_RECEIVED_ALTERED", **_named(case, report))


def _recorded_hashes(case: Case) -> dict[tuple[object, object], object]:
    events = (read_link(one).event for one in read_links(case.tx, case.town, case.period))
    checked = (one.details for one in events if one.kind is EventKind.CHECKED)
    return {(one.get("category"), one.get("entry_number")): one.get("figures_hash") for one in checked}


def _name_difference(case: Case, report: StoredReport) -> str:
    """The very cell, by reading the original file again."""
    again = _read_again(case, report)
    told = _tell_cells(case, report, again, _all_of) if again else iter(())
    return next(told, case.tell("VERIFY_REPORT_ALTERED", **_named(case, report)))


def _tell_cells(case: Case, report: StoredReport, again: CategoryReport, significant: Significant) -> Iterator[str]:
    """Each figure and text whose row is not, in what is significant, what the file says."""
    said, told = stored_rows(case.tx, report.id)
    decimals = {code: one.decimals for code, one in case.plan.form.by_code.items()}
    facts = _by_first(FACT_COLUMNS, [row[1:] for row in fact_rows(0, decimals, again.figures)])
    texts = _by_first(ENTRY_COLUMNS, [row[1:] for row in entry_rows(0, again.entries)])
    for tell, stored, original in (
        (_tell_fact, _by_first(FACT_COLUMNS, said), facts),
        (_tell_entry, _by_first(ENTRY_COLUMNS, told), texts),
    ):
        for key in {**original, **stored}:
            if significant(stored.get(key)) != significant(original.get(key)):
                yield tell(case, report, stored.get(key), original.get(key))


def _all_of(row: Mapping[str, Any] | None) -> object:
    return row


def _value_of(row: Mapping[str, Any] | None) -> object:
    """Without where it stood and how it was written, which earlier versions may have told otherwise."""
    if row is None or "fields" in row:
        return row and (row["section"], json.loads(row["fields"]))
    return row["state"], _shown_fact(row)


def _try_to_read_again(case: Case, report: StoredReport) -> CategoryReport | None:
    """None when today's plans no longer read the file: that alone is no sign of an alteration."""
    try:
        return _read_again(case, report)
    except TAMPERED:
        return None


def _read_again(case: Case, report: StoredReport) -> CategoryReport | None:
    came = report.arrival
    arrival = Arrival(came.file_name, came.file_hash, came.received_at)
    (submission,) = read_submissions([(case.office, arrival)])
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
    shown, right = _shown_fact(stored, case.tell), _shown_fact(original, case.tell)
    if shown == right:
        return case.tell("VERIFY_REPORT_ALTERED", **_named(case, report))
    place = f"{row['sheet']} {row['cell']}"
    return case.tell(
        "VERIFY_FIGURE_ALTERED", label=label, stored=shown, place=place, original=right, **_named(case, report)
    )


def _shown_fact(row: Mapping[str, Any] | None, tell: Tell = say) -> str:
    if row is None:
        return tell("VERIFY_NO_ROW")
    return tell("VERIFY_NO_VALUE") if row["scaled"] is None else str(Decimal(row["scaled"]).scaleb(-row["decimals"]))


def _tell_entry(
    case: Case, report: StoredReport, stored: Mapping[str, Any] | None, original: Mapping[str, Any] | None
) -> str:
    row = original or stored or {}
    place = f"{row['sheet']} {row['cell']}"
    shown, right = (one_line(one["fields"])[:60] if one else case.tell("VERIFY_NO_ROW") for one in (stored, original))
    return case.tell("VERIFY_TEXT_ALTERED", stored=shown, place=place, original=right, **_named(case, report))
