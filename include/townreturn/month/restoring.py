"""A backup into an empty place: all of it is there and sound, or nothing is."""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from upath import UPath

from townreturn.archive import Archive, open_archive
from townreturn.domain.errors import Broken, Refused
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.domain.plan_book import PlanBook
from townreturn.files import settle
from townreturn.places import asking, is_file, names_in, open_place
from townreturn.plans import load_plan_books
from townreturn.publishing.delivery import deliver
from townreturn.publishing.naming import MANIFEST, issue_folder
from townreturn.safekeeping.manifest import ARCHIVE, FOLDERS, OUTBOX, BackupManifest, table_member
from townreturn.safekeeping.tables import load_table, named_hashes, reflect_tables, restart_ids
from townreturn.safekeeping.unpacking import open_backup
from townreturn.settings import Settings
from townreturn.store.engine import connect, reading
from townreturn.store.migrations import current_revision, is_known, migrating, upgrade
from townreturn.store.periods import held_periods
from townreturn.store.published_files import PublishedFile, find_files
from townreturn.store.schema import intake_runs, publications


@dataclass(frozen=True)
class Restored:
    """What was restored; ``held`` are the unpublished periods that a pipeline run of then had in hand."""

    taken_at: datetime
    row_count: int
    file_count: int
    issue_count: int
    held: tuple[str, ...]


def restore(settings: Settings, source: Path) -> Restored:
    """Bring back what a backup holds: rows, archive, receipts, quarantine, and the published issues into the outbox.

    Raises Misuse when there is no such file, Refused when the place is not empty, or the backup is
    another town's or a newer program's; Broken that names what in the backup is not as it was written.
    Then nothing has been restored.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.database_url)
    try:
        with open_backup(source) as backup, _aside(settings.home) as aside:
            taken_at = _require_fitting(backup.manifest, load_plan_books(settings.plans))
            archive = open_archive(settings.archive)
            _require_empty(settings, archive, engine)
            backup.unpack(aside)
            (aside / ARCHIVE).mkdir(exist_ok=True)
            with migrating(engine) as tx:
                # Another may have been restored here meanwhile, whose files the end of this one must not take away.
                _require_no_rows(tx, settings.home)
                _require_empty_archive(archive)
                # The archive first: a row's file is there before the row is.
                with archive.fill(aside / ARCHIVE), _moved_in(aside, settings.home):
                    settle()
                    _load(tx, backup.manifest, aside, settings.home)
                    issue_count = sum(
                        _deliver_issues(tx, one, archive, aside) for one in _outboxes(settings, backup.manifest)
                    )
                    restored = _describe(tx, backup.manifest, taken_at, issue_count)
                    tx.commit()  # here, so that the files go again when it fails
            return restored
    finally:
        engine.dispose()


def _require_fitting(manifest: BackupManifest, books: Sequence[PlanBook]) -> datetime:
    """When the backup was taken, in the plans' zone."""
    towns = tuple(one.town_code for one in books)
    if manifest.towns != towns:
        raise Refused("BACKUP_OF_ANOTHER_TOWN", found="、".join(manifest.towns), town="、".join(towns))
    if not is_known(manifest.schema):
        raise Refused("BACKUP_IS_NEWER", software=manifest.software)
    return manifest.taken_at.astimezone(books[0].calendar.zone)


def _require_empty(settings: Settings, archive: Archive, engine: Engine) -> None:
    _require_empty_archive(archive)
    for folder in (settings.home / name for name in FOLDERS):
        if folder.exists() and any(folder.iterdir()):
            raise Refused("RESTORE_PLACE_TAKEN", place=folder)
    with reading(engine) as tx:
        _require_no_rows(tx, settings.home)


def _require_empty_archive(archive: Archive) -> None:
    if not archive.is_empty():
        raise Refused("RESTORE_PLACE_TAKEN", place=archive.url)


def _require_no_rows(tx: Connection, home: Path) -> None:
    taken = [one.name for one in reflect_tables(tx) if tx.execute(select(one).limit(1)).first() is not None]
    if taken == [intake_runs.name]:
        raise Refused("RESTORE_INTAKE_HAS_RUN", home=home)
    if taken:
        raise Refused("RESTORE_DATABASE_TAKEN", table=taken[0])


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    aside = home / f".restoring-{uuid.uuid4().hex}"
    aside.mkdir()
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _moved_in(aside: Path, home: Path) -> Iterator[None]:
    """Our folders renamed into place, and out of it again when what follows fails."""
    moved: list[str] = []
    try:
        for name in FOLDERS:
            (aside / name).mkdir(exist_ok=True)
            (aside / name).replace(home / name)  # over an empty folder; a filled one makes it fail
            moved.append(name)
        yield
    except BaseException:
        for name in moved:
            (home / name).replace(aside / name)
        raise


def _load(tx: Connection, manifest: BackupManifest, aside: Path, home: Path) -> None:
    """The rows as they were, then whatever later revisions make of them."""
    _require_no_rows(tx, home)
    if (current_revision(tx) or "") > manifest.schema:
        raise Refused("RESTORE_SCHEMA_AHEAD", software=manifest.software)
    upgrade(tx, manifest.schema)
    tables = reflect_tables(tx)
    if {one.name for one in tables} != manifest.rows.keys():
        raise Broken("BACKUP_TABLES_UNFIT", schema=manifest.schema)
    for table in tables:
        load_table(tx, table, aside, manifest.rows[table.name])
        restart_ids(tx, table)
    upgrade(tx)
    for one in named_hashes(tx):
        if f"archive/{one[:2]}/{one}" not in manifest.members:
            raise Broken("BACKUP_ARCHIVED_MISSING", file_hash=one)


@dataclass(frozen=True)
class _Outbox:
    """Where a town publishes, and the name of its own folder there, empty for one town alone."""

    town: str
    place: UPath
    below: str


def _outboxes(settings: Settings, manifest: BackupManifest) -> Iterator[_Outbox]:
    for town in manifest.towns:
        below = town if len(manifest.towns) > 1 else ""
        yield _Outbox(town, open_place(settings.outbox) / below, below)


def _deliver_issues(tx: Connection, to: _Outbox, archive: Archive, aside: Path) -> int:
    """Put every published issue of a town back where its office publishes; returns how many."""
    outbox, count = to.place, 0
    for row in tx.execute(select(publications.c.period, publications.c.issue).filter_by(town=to.town)).all():
        place = issue_folder(Period(row.period), int(row.issue))
        recorded = find_files(tx, to.town, row.period, row.issue)
        found = _read_archived(archive, recorded) if recorded else _read_folder(aside / OUTBOX / to.below / place)
        files = sorted(found, key=lambda one: (one.name == MANIFEST, one.name))
        if files:
            _require_free(outbox / place, files[-1])
            deliver(outbox, place, files)
            count += 1
    return count


def _read_archived(archive: Archive, recorded: Sequence[PublishedFile]) -> Iterator[KeptFile]:
    """The outputs among an issue's files. Their names come from the backup: they must not lead elsewhere."""
    for one in recorded:
        if one.kind is FileKind.OUTPUT:
            if one.name != Path(one.name).name or one.name.startswith("."):
                raise Broken("BACKUP_ROWS_UNFIT", member=table_member("published_files"))
            yield KeptFile(one.kind, one.name, archive.read(one.file_hash))


def _read_folder(folder: Path) -> Iterator[KeptFile]:
    """An issue of before files were archived, as it was copied from the outbox; nothing if it was not."""
    for path in folder.iterdir() if folder.is_dir() else ():
        yield KeptFile(FileKind.OUTPUT, path.name, path.read_bytes())


def _require_free(folder: UPath, manifest: KeptFile) -> None:
    """An outbox may have outlived the office; whatever else lies there is for people to look at."""
    if not names_in(folder):
        return
    place = folder / MANIFEST
    with asking(folder):
        is_it = is_file(place) and place.read_bytes() == manifest.content
    if not is_it:
        raise Refused("RESTORE_PLACE_TAKEN", place=folder)


def _describe(tx: Connection, manifest: BackupManifest, taken_at: datetime, issue_count: int) -> Restored:
    several = len(manifest.towns) > 1
    held = tuple(f"{town} {key}" if several else key for town in manifest.towns for key in held_periods(tx, town))
    return Restored(taken_at, sum(manifest.rows.values()), manifest.file_count(), issue_count, held)
