"""Documents that came for what is owed under a plan, and what operators decided about them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from townreturn.domain.document import Document, DocumentDecision
from townreturn.domain.obligation import ObligationKind
from townreturn.store.document_events import tell_document, tell_document_decided
from townreturn.store.schema import document_decisions, documents
from townreturn.store.trail import append_events


@dataclass(frozen=True)
class Incoming:
    """A file received for an obligation, whose bytes are in the archive under ``file_hash``."""

    kind: ObligationKind
    unit: str
    file_name: str
    file_hash: str
    received_at: datetime
    channel: str


def enter_document(tx: Connection, town: str, plan: str, incoming: Incoming, now: datetime) -> Document:
    """Store a content that is new to its obligation, and tell the audit trail of the plan."""
    values = {
        "obligation": incoming.kind,
        "unit": incoming.unit,
        "file_name": incoming.file_name,
        "file_hash": incoming.file_hash,
        "received_at": incoming.received_at,
        "channel": incoming.channel,
    }
    query = insert(documents).values(town=town, plan=plan, recorded_at=now, **values)
    row_id = tx.execute(query.returning(documents.c.id)).scalar_one()
    append_events(tx, town, plan, "", [tell_document(tx, row_id)])
    return _document(tx.execute(select(documents).filter_by(id=row_id)).one(), ())


def enter_document_decision(tx: Connection, document_id: int, decision: DocumentDecision) -> int:
    """Store what was decided about a document, and tell the audit trail of its plan; gives the decision's id."""
    values = {"account": decision.account, "reason": decision.reason, "decided_at": decision.at}
    query = insert(document_decisions).values(document_id=document_id, accepted=decision.accepted, **values)
    row_id: int = tx.execute(query.returning(document_decisions.c.id)).scalar_one()
    about = tx.execute(select(documents).filter_by(id=document_id)).one()
    append_events(tx, about.town, about.plan, "", [tell_document_decided(tx, row_id)])
    return row_id


def list_documents(tx: Connection, town: str, plan: str) -> list[Document]:
    """Everything that came under a plan, in the order of being recorded."""
    return documents_by_plan(tx, [(town, plan)])[town, plan]


def documents_by_plan(
    tx: Connection, plans: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[Document]]:  # fmt: skip
    """The same under plans of many towns, each (town, plan)."""
    towns, codes = {town for town, _ in plans}, {code for _, code in plans}
    query = select(documents).where(documents.c.town.in_(towns), documents.c.plan.in_(codes)).order_by(documents.c.id)
    rows = list(tx.execute(query))
    decided = _decisions(tx, [row.id for row in rows]) if rows else {}
    found: dict[tuple[str, str], list[Document]] = {one: [] for one in plans}
    for row in rows:
        if (row.town, row.plan) in found:
            found[row.town, row.plan].append(_document(row, decided.get(row.id, ())))
    return found


def find_document(tx: Connection, town: str, document_id: int) -> tuple[str, Document] | None:
    """A document by its number, with the code of the plan that it came under."""
    row = tx.execute(select(documents).filter_by(town=town, id=document_id)).first()
    return (row.plan, _document(row, _decisions(tx, [row.id]).get(row.id, ()))) if row else None


def _decisions(tx: Connection, document_ids: Iterable[int]) -> dict[int, tuple[DocumentDecision, ...]]:
    query = select(document_decisions).where(document_decisions.c.document_id.in_(list(document_ids)))
    found: dict[int, tuple[DocumentDecision, ...]] = {}
    for row in tx.execute(query.order_by(document_decisions.c.id)):
        decision = DocumentDecision(row.accepted, row.decided_at, row.account, row.reason)
        found[row.document_id] = (*found.get(row.document_id, ()), decision)
    return found


def _document(row: Row[Any], decisions: tuple[DocumentDecision, ...]) -> Document:
    return Document(
        row.id, ObligationKind(row.obligation), row.unit, row.file_name, row.file_hash, row.received_at, row.channel,
        row.recorded_at, decisions,
    )  # fmt: skip
