"""What changes of published figures led to: proposed corrections, and the reasons why there was none."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from townreturn.store.schema import proposals


class Outcome(StrEnum):
    """更正拟稿, 超过更正期限, 变动不足起更标准, 内容没有变化, 已被驳回."""

    PROPOSED = "proposed"
    OUTSIDE_WINDOW = "outside_window"
    IMMATERIAL = "immaterial"
    NOTHING = "nothing"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Proposal:
    """The outcome for one state of the reports a period rests on, named by ``basis_hash``.

    ``run_id`` is the pipeline run that works it, empty for the command line.
    """

    period: str
    basis_hash: str
    outcome: Outcome
    run_id: str
    proposed_at: datetime


def record_proposal(tx: Connection, town: str, proposal: Proposal) -> None:
    """Store a proposal, unless it repeats the newest one of its period."""
    newest = newest_proposal(tx, town, proposal.period)
    if newest is None or _without_time(newest) != _without_time(proposal):
        values = {
            "period": proposal.period,
            "basis_hash": proposal.basis_hash,
            "outcome": proposal.outcome.value,
            "run_id": proposal.run_id,
            "proposed_at": proposal.proposed_at,
        }
        tx.execute(insert(proposals).values(town=town, **values))


def newest_proposal(tx: Connection, town: str, period: str) -> Proposal | None:
    """What the last change of a period led to, or None."""
    found = list_proposals(tx, town, period)
    return found[-1] if found else None


def list_proposals(tx: Connection, town: str, period: str) -> list[Proposal]:
    """Everything that changes of a period led to, the first first."""
    rows = tx.execute(select(proposals).filter_by(town=town, period=period).order_by(proposals.c.id))
    return [Proposal(row.period, row.basis_hash, Outcome(row.outcome), row.run_id, row.proposed_at) for row in rows]


def _without_time(proposal: Proposal) -> tuple[str, Outcome, str]:
    return proposal.basis_hash, proposal.outcome, proposal.run_id
