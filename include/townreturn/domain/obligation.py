"""Obligations (报送义务): unit × category × period that is due, and how each one stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ObligationState(StrEnum):
    """Open and missing differ only by the due instant; returned waits for a better file."""

    OPEN = "open"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    MISSING = "missing"


class Timeliness(StrEnum):
    """Judged by the accepted submission; backfilled ones (补录) are not judged late."""

    ON_TIME = "on_time"
    LATE = "late"
    BACKFILLED = "backfilled"
    NOT_RECEIVED = "not_received"


@dataclass(frozen=True)
class Standing:
    """How one obligation stands: the authoritative report if accepted, else the last attempt."""

    category: str
    unit: str
    state: ObligationState
    timeliness: Timeliness
    revision: int = 0
    received_at: datetime | None = None
    zero_return: bool = False
    note: str = ""

    @property
    def is_in(self) -> bool:
        return self.state is ObligationState.ACCEPTED


@dataclass(frozen=True)
class Opening:
    """A period opened for reporting; ``backfilled`` when that happened after its due instant.

    ``run_id`` is the pipeline run that works the period, empty for the command line.
    """

    opened_at: datetime
    backfilled: bool
    run_id: str


@dataclass(frozen=True)
class Readiness:
    """Whether a period can be compiled now, and what it waits for, one sentence a reason.

    ``inbox_unread``: an intake run would bring it further.
    """

    standings: tuple[Standing, ...]
    waiting_for: tuple[str, ...]
    inbox_unread: bool = False

    @property
    def is_ready(self) -> bool:
        return not self.waiting_for
