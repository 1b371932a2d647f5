"""The record of approvals: who decided what on which content, and what was refused; rows are only added."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select

from townreturn.domain.approval import ApprovalStanding, same_name, weigh
from townreturn.domain.plan import Approver, Plan
from townreturn.domain.slot import Slot, read_slot
from townreturn.store.chains import refresh_latest
from townreturn.store.decision_events import tell_decided, tell_refused
from townreturn.store.inputs import inputs_by_slot
from townreturn.store.returns import Compilation
from townreturn.store.schema import arrivals, compilations, decisions, latest, refused_approvals, reports, sent_back
from townreturn.store.trail import append_events


@dataclass(frozen=True)
class Decision:
    """An approver's decision on exactly one content; ``sent_back`` holds the keys of slots.

    ``went_back`` are those of them whose report went back to its unit: of a correction that only
    excludes a file, or readmits it, none does.
    """

    compilation_id: int
    content_hash: str
    approved: bool
    account: str
    name: str
    comment: str
    decided_at: datetime
    run_id: str
    issue: int = 0
    role: str = ""
    sent_back: tuple[str, ...] = ()
    id: int = 0
    went_back: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Refusal:
    """An answer that decided nothing, because what it was about had changed meanwhile."""

    compilation_id: int
    content_hash: str
    account: str
    name: str
    comment: str
    refused_at: datetime
    run_id: str
    issue: int
    role: str


def record_decision(tx: Connection, town: str, period: str, decision: Decision, plan: str) -> int:
    """Store a decision with its event; reports that went back stop being the accepted ones. Returns its id.

    ``plan`` is the code of the plan in whose chain the event stands.
    """
    values = {
        "compilation_id": decision.compilation_id,
        "content_hash": decision.content_hash,
        "issue": decision.issue,
        "approved": decision.approved,
        "account": decision.account,
        "name": decision.name,
        "role": decision.role,
        "comment": decision.comment,
        "decided_at": decision.decided_at,
        "run_id": decision.run_id,
    }
    key = int(tx.execute(insert(decisions).values(**values).returning(decisions.c.id)).scalar_one())
    for slot_key in decision.sent_back:
        _send_back(tx, town, period, key, read_slot(slot_key), goes_back=slot_key in decision.went_back)
    append_events(tx, town, plan, period, [tell_decided(tx, key)])
    return key


def _send_back(
    tx: Connection, town: str, period: str, decision_id: int, slot: Slot, *, goes_back: bool
) -> None:  # fmt: skip
    accepted = select(latest.c.accepted_report_id).filter_by(town=town, period=period, **slot._asdict())
    report_id = tx.scalar(accepted) if goes_back else None
    tx.execute(insert(sent_back).values(decision_id=decision_id, report_id=report_id, **slot._asdict()))
    refresh_latest(tx, town, period, [slot])


def record_refusal(
    tx: Connection, plan: Plan, compilation: Compilation, approver: Approver, comment: str, run_id: str, now: datetime
) -> None:
    """Store that an answer came too late, with its event."""
    values = {
        "compilation_id": compilation.id,
        "account": approver.account,
        "name": approver.name,
        "role": approver.title,
        "comment": comment,
        "run_id": run_id,
        "refused_at": now,
    }
    row = insert(refused_approvals).values(**values).returning(refused_approvals.c.id)
    key = int(tx.execute(row).scalar_one())
    append_events(tx, plan.town_code, plan.code, compilation.town_return.period, [tell_refused(tx, key)])


def standing_of_approval(tx: Connection, plan: Plan, compilation: Compilation) -> ApprovalStanding:
    """What the approvals of exactly this content amount to: whether it may be published.

    An approval counts for the person who gave it, not for whoever has the account by now.
    """
    names = {one.account: one.name for one in plan.approvers}
    given = (one for one in approvals_of(tx, compilation) if same_name(names.get(one.account, ""), one.name))
    return weigh(plan, makers_of(tx, compilation), [one.account for one in given])


def approvals_of(tx: Connection, compilation: Compilation) -> list[Decision]:
    """The approvals of exactly this content since it was rejected, if it was; the first one first."""
    query = select(decisions).filter_by(compilation_id=compilation.id, content_hash=compilation.content_hash)
    decided = reversed(_decisions(tx, query))
    return list(takewhile(lambda one: one.approved, decided))[::-1]


def makers_of(tx: Connection, compilation: Compilation) -> dict[Slot, str]:
    """Slot → who filled in the report that it was compiled from, as the cover says; those that are in."""
    report_ids = inputs_by_slot(tx, compilation.id, compilation.town_return.period)
    query = (
        select(reports.c.id, arrivals.c.filled_by)
        .join(arrivals, arrivals.c.id == reports.c.arrival_id)
        .where(reports.c.id.in_(report_ids.values()))
    )
    names = {row.id: row.filled_by for row in tx.execute(query)}
    return {slot: names[report_id] for slot, report_id in report_ids.items()}


def last_decision(tx: Connection, town: str, period: str) -> Decision | None:
    """The newest decision on any compilation of a period, or None."""
    found = _decisions(tx, _of_period(select(decisions), town, period))
    return found[-1] if found else None


def list_decisions(tx: Connection, town: str, period: str) -> list[Decision]:
    """Every decision on any compilation of a period, in their order."""
    return _decisions(tx, _of_period(select(decisions), town, period))


def list_refusals(tx: Connection, town: str, period: str) -> list[Refusal]:
    """Every answer that came too late, in their order."""
    query = (
        select(refused_approvals, compilations.c.content_hash, compilations.c.issue)
        .join(compilations, compilations.c.id == refused_approvals.c.compilation_id)
        .where(compilations.c.town == town, compilations.c.period == period)
        .order_by(refused_approvals.c.id)
    )
    return [Refusal(**_without_id(row)) for row in tx.execute(query).mappings()]


def answered_periods(tx: Connection, town: str) -> list[str]:
    """The periods with at least one decision or refused answer, ascending."""
    answered = select(decisions.c.compilation_id).union(select(refused_approvals.c.compilation_id))
    query = select(compilations.c.period).where(compilations.c.town == town, compilations.c.id.in_(answered))
    return list(tx.scalars(query.distinct().order_by(compilations.c.period)))


def _of_period(query: Select[Any], town: str, period: str) -> Select[Any]:
    joined = query.join(compilations, compilations.c.id == decisions.c.compilation_id)
    return joined.where(compilations.c.town == town, compilations.c.period == period)


def _decisions(tx: Connection, query: Select[Any]) -> list[Decision]:
    rows = tx.execute(query.order_by(decisions.c.id)).mappings().all()
    named = select(sent_back).where(sent_back.c.decision_id.in_([row["id"] for row in rows]))
    found = tx.execute(named.order_by(sent_back.c.category, sent_back.c.subordinate)).all()
    keys = {one: Slot(one.category, one.subordinate).key for one in found}
    return [
        Decision(
            **row,
            sent_back=tuple(keys[one] for one in found if one.decision_id == row["id"]),
            went_back=tuple(keys[one] for one in found if one.decision_id == row["id"] and one.report_id),
        )
        for row in rows
    ]


def _without_id(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}
