"""Obligations (报送义务): what a unit owes by when, and how each one stands.

A category's monthly statistics and what a unit owes under the plan as a whole – its work plan, the
bureau's plan for key areas, the name of its reporter – are obligations alike.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from townreturn.domain.canonical_mark import LATER


class ObligationKind(StrEnum):
    """统计数据; 打假工作方案, 重点（警示）区域工作方案, 信息报送员名单."""

    STATISTICS = "statistics"
    WORK_PLAN = "work_plan"
    AREA_PLAN = "area_plan"
    REPORTER = "reporter"


class ObligationState(StrEnum):
    """Open and missing differ only by the due instant; returned waits for a better file.

    Received: a document that is here and has not been looked at yet. Late accepted: accepted, but
    nothing acceptable had come by the due instant. Exempted (免报) for a reason that somebody gave.
    """

    NOT_OPEN = "not_open"
    OPEN = "open"
    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    LATE_ACCEPTED = "late_accepted"
    MISSING = "missing"
    EXEMPTED = "exempted"


class Timeliness(StrEnum):
    """Judged by the first acceptable submission; backfilled (补录) and exempted ones (免报) are not judged.

    Not received: nothing acceptable is here. Late is also what was returned and is due by now.
    """

    ON_TIME = "on_time"
    LATE = "late"
    BACKFILLED = "backfilled"
    EXEMPTED = "exempted"
    NOT_RECEIVED = "not_received"


class AdjustmentKind(StrEnum):
    """延期, 免报, and 恢复: neither holds any more."""

    EXTENDED = "extended"
    EXEMPTED = "exempted"
    RESTORED = "restored"


@dataclass(frozen=True)
class Adjustment:
    """What somebody decided about one obligation; the newest counts. ``due_at`` of an extension only."""

    kind: AdjustmentKind
    at: datetime
    account: str
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Obligation:
    """One thing that a unit owes; ``due_at`` as extended.

    ``category`` and ``period`` are empty for what is owed under a plan as a whole. What is received
    strictly before ``due_at`` is on time.
    """

    kind: ObligationKind
    unit: str
    category: str
    period: str
    opens_at: datetime
    due_at: datetime
    adjustment: Adjustment | None = None

    @property
    def is_exempted(self) -> bool:
        return self.adjustment is not None and self.adjustment.kind is AdjustmentKind.EXEMPTED

    @property
    def is_extended(self) -> bool:
        return self.adjustment is not None and self.adjustment.kind is AdjustmentKind.EXTENDED


@dataclass(frozen=True)
class Standing:
    """How one obligation stands: the authoritative report if accepted, else the last attempt.

    ``due_at`` where it was extended; ``late_seconds``: by how much the first acceptable report was
    late; ``returned_count``: reports returned before it. ``note`` is the reason of an exemption.
    """

    category: str
    unit: str
    state: ObligationState
    timeliness: Timeliness
    revision: int = 0
    received_at: datetime | None = None
    zero_return: bool = False
    note: str = ""
    kind: ObligationKind = field(default=ObligationKind.STATISTICS, metadata=LATER)
    due_at: datetime | None = field(default=None, metadata=LATER)
    late_seconds: int = field(default=0, metadata=LATER)
    returned_count: int = field(default=0, metadata=LATER)

    @property
    def is_in(self) -> bool:
        return self.state in (ObligationState.ACCEPTED, ObligationState.LATE_ACCEPTED)

    @property
    def is_exempted(self) -> bool:
        """Whether nothing is owed, be it that something came all the same."""
        return self.state is ObligationState.EXEMPTED or self.timeliness is Timeliness.EXEMPTED

    @property
    def is_delivered(self) -> bool:
        """Whether what is owed is here and counts, looked at or not."""
        return self.is_in or self.state is ObligationState.RECEIVED

    @property
    def is_outstanding(self) -> bool:
        """Whether its unit still has to send something."""
        return self.state in (ObligationState.OPEN, ObligationState.RETURNED, ObligationState.MISSING)


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

    ``inbox_unread``: an intake run would bring it further; ``is_behind``: the period before it is not settled.
    """

    standings: tuple[Standing, ...]
    waiting_for: tuple[str, ...]
    inbox_unread: bool = False
    is_behind: bool = False

    @property
    def is_ready(self) -> bool:
        return not self.waiting_for
