"""What the audit trail says of documents and reporters: told when it happens, and told again to be compared.

All of it stands in the chain of the plan without a period.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from townreturn.domain.audit import Event, EventKind
from townreturn.store.schema import document_decisions, documents, reporters


def tell_document(tx: Connection, document_id: int) -> Event:
    """What came for which obligation, when and by which way."""
    row = tx.execute(select(documents).filter_by(id=document_id)).one()
    details = {
        "document": row.id,
        "plan": row.plan,
        "obligation": row.obligation,
        "unit": row.unit,
        "file_name": row.file_name,
        "file_hash": row.file_hash,
        "received_at": _instant(row.received_at),
        "channel": row.channel,
    }
    return Event(EventKind.DOCUMENT_RECEIVED, row.recorded_at, details)


def tell_document_decided(tx: Connection, decision_id: int) -> Event:
    """Who accepted or returned which document, and why."""
    row = tx.execute(select(document_decisions).filter_by(id=decision_id)).one()
    details = {
        "decision": row.id,
        "document": row.document_id,
        "account": row.account,
        "reason": row.reason,
    }
    kind = EventKind.DOCUMENT_ACCEPTED if row.accepted else EventKind.DOCUMENT_RETURNED
    return Event(kind, row.decided_at, details)


def tell_reporter(tx: Connection, row_id: int) -> Event:
    """Whom a unit named, when, and who entered it."""
    row = tx.execute(select(reporters).filter_by(id=row_id)).one()
    details = {
        "reporter": row.id,
        "plan": row.plan,
        "unit": row.unit,
        "name": row.name,
        "mail": row.mail,
        "named_at": _instant(row.named_at),
        "account": row.account,
    }
    return Event(EventKind.REPORTER_NAMED, row.recorded_at, details)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
