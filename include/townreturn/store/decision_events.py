"""What the audit trail says of decisions and refused answers: told when it happens, and told again to be compared."""

from sqlalchemy import Connection, select

from townreturn.domain.audit import Event, EventKind
from townreturn.domain.slot import Slot
from townreturn.store.schema import compilations, decisions, refused_approvals, sent_back


def tell_decided(tx: Connection, decision_id: int) -> Event:
    """Who approved or rejected which content, and what goes back."""
    row = tx.execute(select(decisions).where(decisions.c.id == decision_id)).one()
    in_order = (
        select(sent_back).filter_by(decision_id=decision_id).order_by(sent_back.c.category, sent_back.c.subordinate)
    )
    details = {
        "decision": row.id,
        "compilation": row.compilation_id,
        "issue": row.issue,
        "content_hash": row.content_hash,
        "account": row.account,
        "name": row.name,
        "role": row.role,
        "comment": row.comment,
        "run": row.run_id,
        "sent_back": [Slot(one.category, one.subordinate).key for one in tx.execute(in_order)],
    }
    return Event(EventKind.APPROVED if row.approved else EventKind.REJECTED, row.decided_at, details)


def tell_refused(tx: Connection, refusal_id: int) -> Event:
    """Whose answer came too late, and to which content."""
    query = (
        select(refused_approvals, compilations.c.issue, compilations.c.content_hash)
        .join(compilations, compilations.c.id == refused_approvals.c.compilation_id)
        .where(refused_approvals.c.id == refusal_id)
    )
    row = tx.execute(query).one()
    details = {
        "refusal": row.id,
        "compilation": row.compilation_id,
        "issue": row.issue,
        "content_hash": row.content_hash,
        "account": row.account,
        "name": row.name,
        "role": row.role,
        "comment": row.comment,
        "run": row.run_id,
    }
    return Event(EventKind.REFUSED, row.refused_at, details)
