"""What an issue was kept with, read back from the archive by its hash."""

from collections.abc import Iterable

from townreturn.domain.errors import Broken
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.plans import load_kept_plan
from townreturn.store.published_files import PublishedFile


def read_kept(office: Office, file: PublishedFile) -> KeptFile:
    """A file's bytes from the archive; Broken when they are gone or no longer those of the hash."""
    try:
        kept = KeptFile(file.kind, file.name, office.archived(file.file_hash).read_bytes())
    except OSError as fault:
        raise Broken("KEPT_FILE_LOST", name=file.name, place=office.archived(file.file_hash)) from fault
    if (kept.sha256, len(kept.content)) != (file.file_hash, file.size):
        raise Broken("KEPT_FILE_CHANGED", name=file.name, place=office.archived(file.file_hash))
    return kept


def read_in_force(office: Office, files: Iterable[PublishedFile]) -> tuple[KeptFile, ...]:
    """The plan, form, working days and rules among an issue's files."""
    return tuple(read_kept(office, one) for one in files if one.kind is not FileKind.OUTPUT)


def plan_among(in_force: Iterable[KeptFile]) -> Plan:
    """The plan as it was when the issue was published; Broken when plan or form were not kept.

    Raises ConfigurationFault when the plan names working days that were not kept.
    """
    by_kind = {one.kind: one for one in in_force}
    if FileKind.PLAN not in by_kind or FileKind.FORM not in by_kind:
        raise Broken("PLAN_NOT_KEPT")
    return load_kept_plan(by_kind[FileKind.PLAN], by_kind[FileKind.FORM], by_kind.get(FileKind.WORKING_DAYS))
