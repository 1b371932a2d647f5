"""Documents (方案材料): files of any format by which a unit meets what it owes under a plan; never opened."""

from dataclasses import dataclass
from datetime import datetime

from townreturn.domain.obligation import ObligationKind


@dataclass(frozen=True)
class DocumentDecision:
    """An operator has looked at a document: accepted, or returned for a reason."""

    accepted: bool
    at: datetime
    account: str
    reason: str


@dataclass(frozen=True)
class Document:
    """One content received for one obligation; decisions in the order of being recorded, the newest counts.

    ``channel`` is the way it came: inbox, mail or command_line.
    """

    id: int
    kind: ObligationKind
    unit: str
    file_name: str
    file_hash: str
    received_at: datetime
    channel: str
    recorded_at: datetime
    decisions: tuple[DocumentDecision, ...] = ()

    @property
    def decision(self) -> DocumentDecision | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def is_accepted(self) -> bool:
        return self.decision is not None and self.decision.accepted

    @property
    def is_returned(self) -> bool:
        return self.decision is not None and not self.decision.accepted
