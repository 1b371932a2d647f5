"""What the audit trail says of compilations and publications: told when it happens, and told again to be compared."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from townreturn.domain.audit import Event, EventKind
from townreturn.store.inputs import Basis, basis_hash, find_basis
from townreturn.store.published_files import find_files
from townreturn.store.schema import compilations, decisions, publications
from townreturn.store.trail import read_chain


def tell_compiled(tx: Connection, compilation_id: int) -> Event:
    """What was compiled and from what, as it is stored."""
    of = compilations.c.issue, compilations.c.content_hash, compilations.c.compiled_at
    issue, content_hash, compiled_at = tx.execute(select(*of).where(compilations.c.id == compilation_id)).one()
    basis = find_basis(tx, compilation_id)
    return compiled_event(compilation_id, issue, content_hash, basis, basis_hash(tx, basis), compiled_at)


def compiled_event(
    compilation_id: int, issue: int, content_hash: str, basis: Basis, basis_hash: str, compiled_at: datetime
) -> Event:  # fmt: skip
    """The same from what is stored just now."""
    details = {
        "compilation": compilation_id,
        "issue": issue,
        "content_hash": content_hash,
        "basis_hash": basis_hash,
        "reports": list(basis.report_ids),
        "issues": [f"{period}#{issue}" for period, issue in basis.issues],
    }
    return Event(EventKind.COMPILED, compiled_at, details)


def tell_published(tx: Connection, town: str, period: str, issue: int) -> Sequence[Event]:
    """What was published on whose decisions, and where it was delivered."""
    row = tx.execute(select(publications).filter_by(town=town, period=period, issue=issue)).one()
    content_hash = tx.scalar(select(compilations.c.content_hash).where(compilations.c.id == row.compilation_id))
    details = {
        "issue": issue,
        "compilation": row.compilation_id,
        "content_hash": content_hash,
        "decision": row.decision_id,
        "approvals": approval_ids(tx, row.compilation_id),
        "software_version": row.software_version,
        "files": [f"{one.kind} {one.file_hash} {one.name}" for one in find_files(tx, town, period, issue)],
    }
    delivered = {"issue": issue, "folder": row.folder}
    return (
        Event(EventKind.PUBLISHED, row.published_at, details),
        Event(EventKind.DELIVERED, row.published_at, delivered),
    )


def approval_ids(tx: Connection, compilation_id: int) -> list[int]:
    """Every decision that approved a compilation, ascending."""
    query = select(decisions.c.id).filter_by(compilation_id=compilation_id, approved=True).order_by(decisions.c.id)
    return list(tx.scalars(query))


def head_before_issue(tx: Connection, plan: str, period: str, issue: int) -> tuple[int, str] | None:
    """Number and hash of the last event before an issue was published; None when there was none."""
    for link in read_chain(tx, plan, period):
        if link.event.kind is EventKind.PUBLISHED and link.event.details.get("issue") == issue:
            return (link.number - 1, link.previous_hash) if link.number > 1 else None
    return None
