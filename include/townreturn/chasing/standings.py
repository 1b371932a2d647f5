"""How an obligation stands, from what has come for it, its adjustment and the clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from townreturn.domain.obligation import Obligation, ObligationState, Standing, Timeliness


class Report(Protocol):
    """What a standing needs to know of what has come for an obligation.

    ``acceptable_at``: when the first acceptable one came; ``returned_count`` came before it in vain.
    """

    @property
    def revision(self) -> int: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def is_accepted(self) -> bool: ...
    @property
    def zero_return(self) -> bool: ...
    @property
    def acceptable_at(self) -> datetime | None: ...
    @property
    def returned_count(self) -> int: ...


def judge_standings(
    owed: Iterable[tuple[Obligation, Report | None]], now: datetime, *, backfilled: bool
) -> tuple[Standing, ...]:
    """One standing for each obligation and what came for it, in the order given."""
    return tuple(judge_standing(one, report, now, backfilled=backfilled) for one, report in owed)


def judge_standing(obligation: Obligation, report: Report | None, now: datetime, *, backfilled: bool) -> Standing:
    """How one obligation stands; ``backfilled`` ones (补录) and exempted ones are never late."""
    timeliness = _timeliness(obligation, report, now, backfilled=backfilled)
    late = timeliness is Timeliness.LATE and report is not None and report.is_accepted
    adjustment = obligation.adjustment
    return Standing(
        category=obligation.category,
        unit=obligation.unit,
        state=_state(obligation, report, timeliness, now),
        timeliness=timeliness,
        revision=report.revision if report else 0,
        received_at=report.received_at if report else None,
        zero_return=report is not None and report.zero_return and report.is_accepted,
        note=adjustment.reason if adjustment else "",
        kind=obligation.kind,
        due_at=obligation.due_at if obligation.is_extended else None,
        late_seconds=_seconds_late(obligation, report) if late else 0,
        returned_count=report.returned_count if report else 0,
    )


def _state(obligation: Obligation, report: Report | None, timeliness: Timeliness, now: datetime) -> ObligationState:
    if report is not None and report.is_accepted:
        return ObligationState.LATE_ACCEPTED if timeliness is Timeliness.LATE else ObligationState.ACCEPTED
    if obligation.is_exempted:
        return ObligationState.EXEMPTED
    if report is not None:
        return ObligationState.RETURNED
    if now >= obligation.due_at:
        return ObligationState.MISSING
    return ObligationState.NOT_OPEN if now < obligation.opens_at else ObligationState.OPEN


def _timeliness(obligation: Obligation, report: Report | None, now: datetime, *, backfilled: bool) -> Timeliness:
    """On time means that an acceptable report came strictly before the due instant [plan]."""
    if obligation.is_exempted:
        return Timeliness.EXEMPTED
    if report is None:
        return Timeliness.NOT_RECEIVED
    if backfilled:
        return Timeliness.BACKFILLED
    acceptable_at = report.acceptable_at if report.is_accepted else None
    if (acceptable_at or max(report.received_at, now)) >= obligation.due_at:
        return Timeliness.LATE
    return Timeliness.ON_TIME if acceptable_at else Timeliness.NOT_RECEIVED


def _seconds_late(obligation: Obligation, report: Report | None) -> int:
    """Rounded up, so that what is late is late by something."""
    if report is None or report.acceptable_at is None:
        return 0
    return -((obligation.due_at - report.acceptable_at) // timedelta(seconds=1))
