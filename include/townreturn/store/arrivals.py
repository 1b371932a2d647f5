"""Files that came in, and the intake runs that took them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from townreturn.store.schema import arrivals, intake_runs


def known_hashes(tx: Connection, hashes: Iterable[str]) -> set[str]:
    """Those of the content hashes that have come in before."""
    wanted = list(hashes)
    return set(tx.scalars(select(arrivals.c.file_hash).where(arrivals.c.file_hash.in_(wanted))))


def record_intake_run(
    tx: Connection, town: str, started_at: datetime, finished_at: datetime, taken: int, left: int
) -> None:
    """Note that an intake run took in ``taken`` files and had to leave ``left`` in the inbox."""
    values = {"town": town, "started_at": started_at, "finished_at": finished_at}
    tx.execute(insert(intake_runs).values(**values, taken_count=taken, left_count=left))


def inbox_emptied_since(tx: Connection, town: str, instant: datetime) -> bool:
    """Whether an intake run that started at or after the instant left nothing in the inbox."""
    return bool(
        tx.scalar(
            select(func.count())
            .select_from(intake_runs)
            .where(intake_runs.c.town == town, intake_runs.c.started_at >= instant, intake_runs.c.left_count == 0)
        )
    )
