"""The periods that the board can show, and how each of them went: 历史."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from townreturn.domain.obligation import Opening
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.inspection import list_known_periods
from townreturn.store.issues import list_all_issues
from townreturn.store.periods import list_openings
from townreturn.store.returns import Publication


@dataclass(frozen=True)
class Issue:
    """A published issue; 0 is the original, N the Nth correction."""

    issue: int
    published_at: datetime
    software_version: str


@dataclass(frozen=True)
class PeriodLine:
    """A period in the history; ``issues`` the original first, none before publication.

    Days, both included, and ``opened_at`` are None where no plan is in force or nobody opened it.
    """

    period: str
    first_day: date | None
    last_day: date | None
    opened_at: datetime | None
    is_backfilled: bool
    issues: tuple[Issue, ...]


def list_periods(office: Office) -> tuple[PeriodLine, ...]:
    """Every period that something is stored of, the newest first."""
    town, issues = office.plans.town_code, dict[str, list[Publication]]()
    with reading(office.engine) as tx:
        keys, openings = _keys(tx, town), list_openings(tx, town)
        for one in list_all_issues(tx, town):
            issues.setdefault(one.period, []).append(one)
    return tuple(_line(office, Period(key), openings.get(key), issues.get(key, [])) for key in reversed(keys))


def _line(office: Office, period: Period, opening: Opening | None, issues: list[Publication]) -> PeriodLine:
    plan = office.plans.find(period)
    return PeriodLine(
        period=period.key,
        first_day=plan.calendar.first_day(period) if plan else None,
        last_day=plan.calendar.last_day(period) if plan else None,
        opened_at=opening.opened_at.astimezone(office.plans.calendar.zone) if opening else None,
        is_backfilled=opening is not None and opening.backfilled,
        issues=tuple(tell_issue(office, one) for one in issues),
    )


def tell_issue(office: Office, publication: Publication) -> Issue:
    """A publication without where it lies; times in the town's zone."""
    published_at = publication.published_at.astimezone(office.plans.calendar.zone)
    return Issue(publication.issue, published_at, publication.software_version)


def shown_periods(office: Office, now: datetime) -> tuple[tuple[str, ...], Period]:
    """The periods to pick from, the newest first, and the one that is shown unasked.

    Those under a plan that something is stored of. Unasked: the newest one opened; before there is
    one, the one that ended last, else the last under the newest plan.
    """
    town = office.plans.town_code
    with reading(office.engine) as tx:
        keys, opened = _keys(tx, town), list(list_openings(tx, town))
    unasked = next(
        (one for one in map(Period, reversed(opened)) if office.plans.find(one)), _nearest(office.plans, now)
    )
    planned = {key for key in keys if office.plans.find(Period(key))} | {unasked.key}
    return tuple(sorted(planned, reverse=True)), unasked


def _nearest(plans: PlanBook, now: datetime) -> Period:
    closed = plans.calendar.last_closed(now)
    return closed if plans.find(closed) else Period(plans.plans[-1].validity.last)


def _keys(tx: Connection, town: str) -> list[str]:
    """Ascending; what belongs to no period is left out."""
    return sorted({key for key in (*list_known_periods(tx, town), *list_openings(tx, town)) if key})
