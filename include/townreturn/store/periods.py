"""Periods opened for reporting, and alerts to the operator."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from townreturn.domain.obligation import Opening
from townreturn.store.schema import alerts, openings, publications


@dataclass(frozen=True)
class Alert:
    """Something the operator has to know; ``period`` may be empty."""

    raised_at: datetime
    period: str
    text: str


def find_opening(tx: Connection, town: str, period: str, as_of: datetime | None = None) -> Opening | None:
    """How the period was opened, or None when it was not, or not yet at ``as_of``."""
    return openings_by_town(tx, [town], period, as_of).get(town)


def openings_by_town(
    tx: Connection, towns: Collection[str], period: str, as_of: datetime | None = None
) -> dict[str, Opening]:  # fmt: skip
    """How the period was opened in those of the towns where it was by ``as_of``."""
    rows = tx.execute(select(openings).where(openings.c.town.in_(list(towns)), openings.c.period == period))
    return {
        row.town: Opening(row.opened_at, row.backfilled, row.run_id)
        for row in rows
        if as_of is None or row.opened_at <= as_of
    }


def list_openings(tx: Connection, town: str) -> dict[str, Opening]:
    """Period → how it was opened, of every period that was, ascending."""
    rows = tx.execute(select(openings).filter_by(town=town).order_by(openings.c.period))
    return {row.period: Opening(row.opened_at, row.backfilled, row.run_id) for row in rows}


def newest_opened(tx: Connection, towns: Collection[str]) -> dict[str, str]:
    """Town → its newest period that was opened; those of some towns that have one."""
    query = select(openings.c.town, func.max(openings.c.period)).group_by(openings.c.town)
    return dict(tuple(row) for row in tx.execute(query.where(openings.c.town.in_(list(towns)))))


def record_opening(tx: Connection, town: str, period: str, opening: Opening) -> None:
    """Open a period for the first time."""
    values = {"opened_at": opening.opened_at, "backfilled": opening.backfilled, "run_id": opening.run_id}
    tx.execute(insert(openings).values(town=town, period=period, **values))


def assign_run(tx: Connection, town: str, period: str, run_id: str) -> None:
    """Let a pipeline run work a period that the command line opened."""
    tx.execute(update(openings).filter_by(town=town, period=period).values(run_id=run_id))


def opened_periods(tx: Connection, town: str, *, backfilled: bool) -> tuple[str, ...]:
    """The periods that were opened by a backfill, or in the course of things, ascending."""
    query = select(openings.c.period).filter_by(town=town, backfilled=backfilled).order_by(openings.c.period)
    return tuple(tx.scalars(query))


def held_periods(tx: Connection, town: str) -> tuple[str, ...]:
    """The unpublished periods that a pipeline run has in hand, ascending."""
    published = select(publications.c.period).where(publications.c.town == town)
    query = select(openings.c.period).where(
        openings.c.town == town, openings.c.run_id != "", openings.c.period.not_in(published)
    )
    return tuple(tx.scalars(query.order_by(openings.c.period)))


def record_alert(tx: Connection, town: str, alert: Alert) -> None:
    """Store an alert."""
    values = {"raised_at": alert.raised_at, "period": alert.period, "text": alert.text}
    tx.execute(insert(alerts).values(town=town, **values))


def is_told(tx: Connection, town: str, ending: str) -> bool:
    """Whether there is an alert whose text ends so, however old."""
    query = select(alerts.c.id).where(alerts.c.town == town, alerts.c.text.endswith(ending, autoescape=True))
    return tx.scalar(query.limit(1)) is not None


def count_alerts(tx: Connection, town: str, since: datetime) -> int:
    """How many were raised at or after an instant."""
    query = select(func.count()).select_from(alerts).where(alerts.c.town == town, alerts.c.raised_at >= since)
    return tx.scalar(query) or 0


def recent_alerts(tx: Connection, town: str, count: int = 20, as_of: datetime | None = None) -> list[Alert]:
    """The newest alerts first, of those raised by ``as_of``."""
    query = select(alerts).where(alerts.c.town == town).order_by(alerts.c.id.desc()).limit(count)
    if as_of is not None:
        query = query.where(alerts.c.raised_at <= as_of)
    return [Alert(row.raised_at, row.period, row.text) for row in tx.execute(query)]
