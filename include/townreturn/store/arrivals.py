"""Files that came in, and the intake runs that took them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, literal, select

from townreturn.domain.findings import Verdict
from townreturn.domain.submission import Arrival
from townreturn.store.schema import arrivals, intake_runs, openings


@dataclass(frozen=True)
class ArrivedFile:
    """A file as it came in; ``unit``, ``period`` and ``plan`` are empty where the file or its copy names none.

    ``duplicate_of`` is the file that the same bytes were judged as, None for one judged itself;
    ``uploaded_by`` the account that uploaded it on the board, else empty.
    """

    id: int
    file_name: str
    file_hash: str
    unit: str
    period: str
    plan: str
    received_at: datetime
    taken_in_at: datetime
    disposition: Verdict
    duplicate_of: int | None
    filled_by: str
    uploaded_by: str

    @property
    def is_duplicate(self) -> bool:
        return self.duplicate_of is not None


@dataclass(frozen=True)
class IntakeRun:
    """How one look into the inbox went: files taken in, and files that had to be left there."""

    started_at: datetime
    finished_at: datetime
    taken_count: int
    left_count: int


def known_hashes(tx: Connection, hashes: Iterable[str]) -> set[str]:
    """Those of the content hashes that have come in before."""
    wanted = list(hashes)
    return set(tx.scalars(select(arrivals.c.file_hash).where(arrivals.c.file_hash.in_(wanted))))


def record_intake_runs(tx: Connection, runs: Iterable[tuple[str, IntakeRun]]) -> None:
    """Note by town how an intake run went there."""
    rows = [
        {
            "town": town, "started_at": one.started_at, "finished_at": one.finished_at,
            "taken_count": one.taken_count, "left_count": one.left_count,
        }
        for town, one in runs
    ]  # fmt: skip
    tx.execute(insert(intake_runs), rows)


def inbox_emptied_since(tx: Connection, town: str, instant: datetime) -> bool:
    """Whether an intake run that started at or after the instant left nothing in the inbox."""
    return bool(
        tx.scalar(
            select(func.count())
            .select_from(intake_runs)
            .where(intake_runs.c.town == town, intake_runs.c.started_at >= instant, intake_runs.c.left_count == 0)
        )
    )


def inboxes_emptied_since(tx: Connection, towns: Collection[str], period: str, instant: datetime) -> set[str]:
    """The towns that have opened a period of which an intake run that started after that, and at or after the instant,
    left nothing in the inbox."""
    opened_at = openings.c.opened_at
    since = case((opened_at > instant, opened_at), else_=literal(instant, opened_at.type))
    # One bound, for of two SQLite looks up the first in the index, whichever is the narrower.
    emptied = select(intake_runs.c.id).where(
        intake_runs.c.town == openings.c.town, intake_runs.c.started_at >= since, intake_runs.c.left_count == 0
    )
    opened = select(openings.c.town).where(openings.c.town.in_(list(towns)), openings.c.period == period)
    return set(tx.scalars(opened.where(emptied.exists())))


def last_intake_run(tx: Connection, town: str) -> IntakeRun | None:
    """The intake run that began last, or None before the first one."""
    query = select(intake_runs).where(intake_runs.c.town == town)
    row = tx.execute(query.order_by(intake_runs.c.started_at.desc(), intake_runs.c.id.desc()).limit(1)).first()
    return IntakeRun(row.started_at, row.finished_at, row.taken_count, row.left_count) if row else None


def list_files(tx: Connection, town: str, period: str) -> list[ArrivedFile]:
    """Every file that came in for a period, copies included, in the order of taking in."""
    rows = tx.execute(select(arrivals).filter_by(town=town, period=period).order_by(arrivals.c.id))
    return [_file(row) for row in rows]


def find_file(tx: Connection, town: str, arrival_id: int) -> ArrivedFile | None:
    """One file by its number, or None."""
    row = tx.execute(select(arrivals).filter_by(town=town, id=arrival_id)).first()
    return _file(row) if row else None


def find_arrival(tx: Connection, town: str, arrival: Arrival) -> int:
    """The number of an arrival that has been entered."""
    named = {"file_hash": arrival.file_hash, "file_name": arrival.file_name, "received_at": arrival.received_at}
    return int(tx.scalars(select(arrivals.c.id).filter_by(town=town, **named)).one())


def find_arrivals(tx: Connection, town: str, hashes: Iterable[str]) -> dict[str, int]:
    """Content hash → the number of the file that came in with it first; without those that never came."""
    wanted = select(arrivals.c.file_hash, func.min(arrivals.c.id).label("id")).where(
        arrivals.c.town == town, arrivals.c.file_hash.in_(list(hashes))
    )
    return {row.file_hash: row.id for row in tx.execute(wanted.group_by(arrivals.c.file_hash))}


def list_unfiled(tx: Connection, town: str, most: int, uploaded_by: str = "") -> list[ArrivedFile]:
    """Files that no unit or no period could be told from, the newest first: those that an account uploaded, or
    all of them with copies left out."""
    whose = arrivals.c.uploaded_by == uploaded_by if uploaded_by else arrivals.c.duplicate_of.is_(None)
    query = select(arrivals).where(*_unfiled(town), whose)
    return [_file(row) for row in tx.execute(query.order_by(arrivals.c.id.desc()).limit(most))]


def count_unfiled(tx: Connection, town: str, since: datetime, until: datetime) -> int:
    """Those received from ``since`` to before ``until``, copies left out."""
    in_time = arrivals.c.received_at >= since, arrivals.c.received_at < until
    counted = *_unfiled(town), arrivals.c.duplicate_of.is_(None), *in_time
    return tx.scalar(select(func.count()).select_from(arrivals).where(*counted)) or 0


def _unfiled(town: str) -> tuple[ColumnElement[bool], ...]:
    nobodys = (arrivals.c.unit.is_(None)) | (arrivals.c.period.is_(None))
    return arrivals.c.town == town, nobodys


def _file(row: Row[Any]) -> ArrivedFile:
    return ArrivedFile(
        row.id, row.file_name, row.file_hash, row.unit or "", row.period or "", row.plan or "", row.received_at,
        row.taken_in_at, Verdict(row.disposition), row.duplicate_of, row.filled_by, row.uploaded_by,
    )  # fmt: skip
