"""The office into one file: its tables as of one instant, and every file that they name."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.month.health import Backup, note_backup
from townreturn.office import Office
from townreturn.places import open_place
from townreturn.publishing.naming import issue_folder
from townreturn.safekeeping.manifest import FOLDERS, FORMAT, OUTBOX, BackupManifest, table_member
from townreturn.safekeeping.packing import Packer, writing_aside
from townreturn.safekeeping.tables import dump_rows, named_hashes, reflect_tables
from townreturn.software import software_version
from townreturn.store.engine import name_database, reading
from townreturn.store.migrations import current_revision
from townreturn.store.published_files import publications_without_files
from townreturn.store.schema import intake_runs


@dataclass(frozen=True)
class BackupTaken:
    """A backup as it lies there: rows, files, size in bytes, and the SHA-256 of the whole.

    ``lost_issues`` are those of before files were archived that do not lie in the outbox any more.
    """

    path: Path
    row_count: int
    file_count: int
    size: int
    sha256: str
    lost_issues: tuple[str, ...]


@dataclass(frozen=True)
class _Snapshot:
    """What the tables said: revision, rows by table, and which files belong to them."""

    schema: str
    rows: dict[str, int]
    archived: list[str]
    unarchived_issues: list[tuple[str, str]]


def back_up(office: Office, target: Path, now: datetime, others: Sequence[Office] = ()) -> BackupTaken:
    """Write everything the office, and ``others`` on the same database, have recorded into one new file; intake and
    everything else may go on meanwhile.

    Rows come from one snapshot. The files come after it: a row's file is archived before the row
    is there. Receipts may therefore be newer than the rows. Raises Misuse when the file exists
    or its folder does not, Refused when nothing is recorded, Broken that names an archived file
    which is missing or damaged.
    """
    with writing_aside(target) as file:
        packer = Packer(file, now)
        snapshot = _pack_tables((office, *others), packer, target.parent)
        _require_something(office, snapshot)
        for one in snapshot.archived:
            packer.put_archived(office.archive, one)
        for name in FOLDERS:
            packer.put_folder(name, office.home / name)
        issues = [(place, open_place(folder)) for place, folder in snapshot.unarchived_issues]
        lost = tuple(place for place, folder in issues if not packer.put_issue(f"{OUTBOX}/{place}", folder))
        manifest = _describe((office, *others), snapshot, packer, now)
        packer.seal(manifest)
    with target.open("rb") as written:
        hashed = hashlib.file_digest(written, "sha256").hexdigest()
    size, row_count = target.stat().st_size, sum(snapshot.rows.values())
    note_backup(office, Backup(now, hashed, size))
    return BackupTaken(target, row_count, manifest.file_count(), size, hashed, lost)


def _require_something(office: Office, snapshot: _Snapshot) -> None:
    """An empty office is nearly always another than was meant; that an intake found nothing is no record."""
    if not any(count for table, count in snapshot.rows.items() if table != intake_runs.name):
        raise Refused("BACKUP_OF_NOTHING", database=name_database(office.engine))


def _describe(offices: Sequence[Office], snapshot: _Snapshot, packer: Packer, now: datetime) -> BackupManifest:
    towns, software = ",".join(one.plans.town_code for one in offices), software_version()
    return BackupManifest(FORMAT, towns, now, snapshot.schema, software, snapshot.rows, dict(packer.members))


def _pack_tables(offices: Sequence[Office], packer: Packer, aside: Path) -> _Snapshot:
    rows: dict[str, int] = {}
    with reading(offices[0].engine) as tx:
        schema = str(current_revision(tx))
        for table in reflect_tables(tx):
            with TemporaryFile(dir=aside) as packed:  # a tar wants each member's size before its bytes
                rows[table.name] = dump_rows(tx, table, packed)
                packed.seek(0)
                packer.put(table_member(table.name), packed)
        places = [
            (str(Path(office.called, issue_folder(Period(period), issue))), folder)
            for office in offices
            for period, issue, folder in publications_without_files(tx, office.plans.town_code)
        ]
        return _Snapshot(schema, rows, named_hashes(tx), places)
