"""What the audit trail says of a file taken in: that it came, what was found, what the unit explained."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from townreturn.domain.audit import Event, EventKind
from townreturn.domain.findings import Severity
from townreturn.domain.submission import Judgement
from townreturn.store.rows import Row


def received_event(arrival: Row, *, is_duplicate: bool) -> Event:
    """An arrival as it is stored; the way it came is told of uploads only, which earlier versions did not have."""
    taken_in_at: datetime = arrival["taken_in_at"]
    received_at: datetime = arrival["received_at"]
    details = {
        "file_hash": arrival["file_hash"],
        "file_name": arrival["file_name"],
        "received_at": received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "disposition": arrival["disposition"],
        "unit": arrival["unit"] or "",
        "edition": arrival["edition"] or "",
        "filled_by": arrival["filled_by"],
        "is_duplicate": is_duplicate,
    }
    if arrival["uploaded_by"]:
        details |= {"way": "board", "account": arrival["uploaded_by"]}
    return Event(EventKind.RECEIVED, taken_in_at, details)


def checked_events(arrival: Row, report: Row, judgement: Judgement, figures_hash: str) -> Iterator[Event]:
    """A report as it is stored, and every explanation that it was accepted with."""
    at: datetime = arrival["taken_in_at"]
    named = {
        "category": report["category"],
        "unit": report["unit"],
        "file_hash": arrival["file_hash"],
        "entry_number": report["entry_number"],
    }
    severities = Counter(one.severity for one in judgement.findings)
    checked = {
        **named,
        "verdict": report["verdict"],
        "zero_return": report["zero_return"],
        "findings": [f"{one.value} {severities[one]}" for one in Severity if severities[one]],
        "figures_hash": figures_hash,
    }
    yield Event(EventKind.CHECKED, at, checked)
    for one in judgement.findings:
        if one.severity is Severity.VERIFYING and one.explanation:
            details = {"code": one.code, "indicator": one.indicator or "", "text": one.explanation}
            yield Event(EventKind.EXPLAINED, at, {**named, **details})
