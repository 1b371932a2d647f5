"""Domain values as rows of the tables."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from townreturn.domain.findings import Finding, Verdict
from townreturn.domain.slot import Slot
from townreturn.domain.submission import Figure, Judgement, Submission, TextEntry

Row = dict[str, Any]
_LARGEST = 10**18
"""What a BIGINT holds, with room; the reader refuses such numbers long before."""


def arrival_row(town: str, submission: Submission, disposition: Verdict, now: datetime, plan: str | None = None) -> Row:
    """A file as it came in."""
    return {
        "town": town,
        "file_hash": submission.arrival.file_hash,
        "file_name": submission.arrival.file_name,
        "received_at": submission.arrival.received_at,
        "taken_in_at": now,
        "disposition": disposition.value,
        "plan": plan,
        "edition": submission.edition,
        "unit": submission.unit,
        "period": submission.period.key if submission.period else None,
        "filled_by": submission.filled_by,
        "uploaded_by": submission.arrival.uploaded_by,
    }


def report_row(
    town: str, period: str, slot: Slot, submission: Submission, judgement: Judgement, entry_number: int
) -> Row:  # fmt: skip
    """One category of a file, without the arrival's id."""
    return {
        "town": town,
        "period": period,
        **slot._asdict(),
        "unit": submission.unit,
        "entry_number": entry_number,
        "verdict": judgement.verdict.value,
        "zero_return": judgement.report.zero_return,
        "received_at": submission.arrival.received_at,
    }


FACT_COLUMNS = ("report_id", "indicator", "state", "scaled", "decimals", "raw", "sheet", "cell")


def fact_rows(report_id: int, decimals: Mapping[str, int], figures: Sequence[Figure]) -> list[tuple[Any, ...]]:
    """The figures of a report, as FACT_COLUMNS; ``decimals`` by indicator."""
    return [
        (
            report_id,
            figure.indicator,
            figure.state.value,
            _scaled(figure.value, decimals[figure.indicator]),
            decimals[figure.indicator],
            figure.raw,
            figure.at.sheet,
            figure.at.cell,
        )
        for figure in figures
    ]


def _scaled(value: Decimal | None, decimals: int) -> int | None:
    """In the smallest unit; None for what is no whole number of it, which no accepted figure is."""
    if value is None:
        return None
    shifted = value.scaleb(decimals)
    whole = int(shifted)
    return whole if whole == shifted and abs(whole) < _LARGEST else None


ENTRY_COLUMNS = ("report_id", "position", "section", "fields", "sheet", "cell")


def entry_rows(report_id: int, rows: Sequence[TextEntry]) -> list[tuple[Any, ...]]:
    """The text rows of a report, in their order, as ENTRY_COLUMNS."""
    return [
        (
            report_id,
            position,
            entry.section,
            json.dumps(entry.values, ensure_ascii=False),
            entry.at.sheet,
            entry.at.cell,
        )
        for position, entry in enumerate(rows)
    ]


FINDING_COLUMNS = (
    "arrival_id", "category", "code", "severity", "message", "sheet", "cell", "value", "indicator", "explanation",
)  # fmt: skip


def finding_rows(arrival_id: int | None, found: Sequence[Finding]) -> list[tuple[Any, ...]]:
    """The findings on a file and its categories, as FINDING_COLUMNS."""
    return [
        (
            arrival_id,
            finding.category,
            finding.code,
            finding.severity.value,
            finding.message,
            finding.at.sheet if finding.at else "",
            finding.at.cell if finding.at else "",
            finding.value,
            finding.indicator,
            finding.explanation,
        )
        for finding in found
    ]
