"""What an issue was kept with, read back from the archive by its hash."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection

from townreturn.domain.errors import Broken
from townreturn.domain.kept_file import BESIDE_THE_PLAN, FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.plans import load_kept_plan
from townreturn.store.published_files import PublishedFile, find_files


def read_kept(office: Office, file: PublishedFile) -> KeptFile:
    """A file's bytes from the archive; Broken when they are gone or no longer those of the hash."""
    kept = KeptFile(file.kind, file.name, read_archived(office, file.file_hash, file.name))
    if len(kept.content) != file.size:
        raise Broken("KEPT_FILE_CHANGED", name=file.name, place=office.archive.place(file.file_hash))
    return kept


def read_archived(office: Office, file_hash: str, name: str) -> bytes:
    """What the archive keeps under a hash; Broken when it is gone or is something else now."""
    try:
        content = office.archive.read(file_hash)
    except OSError as fault:
        raise Broken("KEPT_FILE_LOST", name=name, place=office.archive.place(file_hash)) from fault
    if hashlib.sha256(content).hexdigest() != file_hash:
        raise Broken("KEPT_FILE_CHANGED", name=name, place=office.archive.place(file_hash))
    return content


def read_in_force(office: Office, files: Iterable[PublishedFile]) -> tuple[KeptFile, ...]:
    """The plan with its files and the rules among an issue's files."""
    return tuple(read_kept(office, one) for one in files if one.kind is not FileKind.OUTPUT)


def plan_kept_with(tx: Connection, office: Office, period: str, issue: int) -> Plan | None:
    """The plan that an issue was kept with; None for one that was published before, or without plan files.

    Raises Broken when it was kept and is lost.
    """
    recorded = find_files(tx, office.plans.town_code, period, issue)
    if FileKind.PLAN not in {one.kind for one in recorded}:
        return None
    return plan_among(read_in_force(office, recorded))


def plan_among(in_force: Iterable[KeptFile]) -> Plan:
    """The plan as it was when the issue was published; Broken when plan or form were not kept.

    Raises ConfigurationFault when the plan names a file that was not kept.
    """
    files = tuple(in_force)
    by_kind = {one.kind: one for one in files}
    if FileKind.PLAN not in by_kind or FileKind.FORM not in by_kind:
        raise Broken("PLAN_NOT_KEPT")
    beside = tuple(one for one in files if one.kind in BESIDE_THE_PLAN)
    return _load(by_kind[FileKind.PLAN], by_kind[FileKind.FORM], beside)


@lru_cache(maxsize=8)
def _load(plan: KeptFile, form: KeptFile, beside: tuple[KeptFile, ...]) -> Plan:
    """A year's issues are kept with the same few files; to read them takes a tenth of a second."""
    return load_kept_plan(plan, form, beside)
