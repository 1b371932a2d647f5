"""How the office itself is: what a monitor asks every few minutes, and what of it somebody has to see to."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from townreturn.chasing.publishing_due import publish_by
from townreturn.domain.dispatch import LOST
from townreturn.domain.period import Period
from townreturn.files import write_whole
from townreturn.office import Office
from townreturn.software import software_version
from townreturn.store.arrivals import last_intake_run
from townreturn.store.dispatches import unfinished_messages, ways_of
from townreturn.store.engine import reading
from townreturn.store.messages import written_since
from townreturn.store.migrations import current_revision
from townreturn.store.periods import count_alerts, list_openings
from townreturn.store.returns import find_publications
from townreturn.wording import say

SILENT_AFTER = timedelta(minutes=30)
"""Intake runs every ten minutes: two turns may fail and be tried again."""
LETTERS_WAIT, BACKUP_LASTS = timedelta(days=1), timedelta(days=8)
RECENTLY = timedelta(days=31)
"""What failed longer ago somebody has seen to, or never will."""
SCARCE_BYTES = 1 << 30


@dataclass(frozen=True)
class Backup:
    """The last one that was completed here: when, its SHA-256, its size in bytes."""

    taken_at: datetime
    sha256: str
    size: int


class TroubleCode(StrEnum):
    """What somebody has to see to."""

    INTAKE_SILENT = "intake_silent"
    INBOX_LEFT = "inbox_left"
    LETTERS_WAITING = "letters_waiting"
    LETTERS_LOST = "letters_lost"
    RETURN_LATE = "return_late"
    BACKUP_OLD = "backup_old"
    DISK_SHORT = "disk_short"
    AIRFLOW_LOST = "airflow_lost"
    """Seen from the machine alone, by ``operating.running.find_lost_airflow``."""


@dataclass(frozen=True)
class Trouble:
    """One of them, and a sentence that says what to do."""

    code: TroubleCode
    text: str


@dataclass(frozen=True)
class Health:
    """Instants in the town's zone; None for what has not happened yet.

    ``left_count``: files that the last intake had to leave in the inbox. ``alert_count``: of the last 31 days, in
    which also ``lost_letters`` were written: those that will not go out by themselves. ``unpublished``: periods whose
    return is later than the plan wants. ``free_bytes``: room on the disk of the data directory.
    """

    as_of: datetime
    software_version: str
    schema: str
    intake_at: datetime | None
    left_count: int
    alert_count: int
    waiting_letters: int
    oldest_waiting: datetime | None
    lost_letters: int
    unpublished: tuple[str, ...]
    last_backup: Backup | None
    free_bytes: int
    troubles: tuple[Trouble, ...] = ()


def health_of(office: Office, now: datetime) -> Health:
    """As it is now. That the database cannot be reached is told by whatever exception it raises."""
    zone, town = office.plans.calendar.zone, office.plans.town_code
    with reading(office.engine) as tx:
        intake, waiting = last_intake_run(tx, town), unfinished_messages(tx, town)
        found = Health(
            as_of=now.astimezone(zone),
            software_version=software_version(),
            schema=current_revision(tx) or "",
            intake_at=intake.finished_at.astimezone(zone) if intake else None,
            left_count=intake.left_count if intake else 0,
            alert_count=count_alerts(tx, town, now - RECENTLY),
            waiting_letters=len(waiting),
            oldest_waiting=min((one.composed_at.astimezone(zone) for one in waiting), default=None),
            lost_letters=_count_lost(tx, town, now - RECENTLY),
            unpublished=tuple(_unpublished(tx, office, now)),
            last_backup=_read_backup(office),
            free_bytes=shutil.disk_usage(office.home).free,
        )
    return replace(found, troubles=tuple(_troubles(found)))


def note_backup(office: Office, backup: Backup) -> None:
    """Leave word that there is a backup, for whoever asks how long ago; the backup is good without it too."""
    told = {"taken_at": backup.taken_at.isoformat(), "sha256": backup.sha256, "size": backup.size}
    with suppress(OSError):
        write_whole(_note(office), json.dumps(told).encode())


def _note(office: Office) -> Path:
    return office.home / "last-backup.json"


def _read_backup(office: Office) -> Backup | None:
    try:
        told = json.loads(_note(office).read_text("utf-8"))
        taken_at = datetime.fromisoformat(told["taken_at"]).astimezone(office.plans.calendar.zone)
        return Backup(taken_at, told["sha256"], told["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _count_lost(tx: Connection, town: str, since: datetime) -> int:
    ways = ways_of(tx, written_since(tx, town, since))
    return sum(any(way.last.outcome in LOST for way in one.values()) for one in ways.values())


def _unpublished(tx: Connection, office: Office, now: datetime) -> Iterator[str]:
    """Backfilled periods are late to begin with."""
    opened = {key: one for key, one in list_openings(tx, office.plans.town_code).items() if not one.backfilled}
    for key in sorted(set(opened) - set(find_publications(tx, office.plans.town_code, list(opened)))):
        plan = office.plans.find(Period(key))
        if plan is not None and now >= publish_by(plan, Period(key)):
            yield key


def _troubles(one: Health) -> Iterator[Trouble]:
    long_waiting = one.oldest_waiting is not None and one.as_of - one.oldest_waiting > LETTERS_WAIT
    for code, holds in {
        TroubleCode.INTAKE_SILENT: one.intake_at is None or one.as_of - one.intake_at > SILENT_AFTER,
        TroubleCode.INBOX_LEFT: one.left_count > 0,
        TroubleCode.LETTERS_WAITING: long_waiting,
        TroubleCode.LETTERS_LOST: one.lost_letters > 0,
        TroubleCode.RETURN_LATE: bool(one.unpublished),
        TroubleCode.BACKUP_OLD: one.last_backup is None or one.as_of - one.last_backup.taken_at > BACKUP_LASTS,
        TroubleCode.DISK_SHORT: one.free_bytes < SCARCE_BYTES,
    }.items():
        if holds:
            facts = {"left": one.left_count, "lost": one.lost_letters, "waiting": one.waiting_letters}
            yield Trouble(code, say(f"HEALTH_{code}", **facts, periods="、".join(one.unpublished)))
