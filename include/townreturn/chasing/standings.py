"""How each obligation of a period stands, from its newest report, the opening and the clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from townreturn.domain.obligation import ObligationState, Opening, Standing, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.plan import Category, Plan


class Report(Protocol):
    """What a standing needs to know of an obligation's newest report."""

    @property
    def revision(self) -> int: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def is_accepted(self) -> bool: ...
    @property
    def is_sent_back(self) -> bool: ...
    @property
    def zero_return(self) -> bool: ...


def judge_standings(
    plan: Plan, period: Period, reports: Mapping[str, Report], opening: Opening | None, now: datetime
) -> tuple[Standing, ...]:
    """One standing for each category of the plan, in plan order."""
    return tuple(
        _judge(plan, period, category, reports.get(category.code), opening, now) for category in plan.categories
    )


def _judge(
    plan: Plan, period: Period, category: Category, report: Report | None, opening: Opening | None, now: datetime
) -> Standing:
    due_at = plan.calendar.due_at(period)
    if report is None:
        state = ObligationState.OPEN if now < due_at else ObligationState.MISSING
        return Standing(category.code, category.lead, state, Timeliness.NOT_RECEIVED)
    return Standing(
        category=category.code,
        unit=category.lead,
        state=ObligationState.ACCEPTED if report.is_accepted else ObligationState.RETURNED,
        timeliness=_timeliness(report.received_at, due_at, opening),
        revision=report.revision,
        received_at=report.received_at,
        zero_return=report.zero_return and report.is_accepted,
    )


def _timeliness(received_at: datetime, due_at: datetime, opening: Opening | None) -> Timeliness:
    """On time means received strictly before the due instant [plan]; backfills are not judged."""
    if opening is not None and opening.backfilled:
        return Timeliness.BACKFILLED
    return Timeliness.ON_TIME if received_at < due_at else Timeliness.LATE
