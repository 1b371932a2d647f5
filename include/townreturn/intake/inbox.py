"""The inbox: which files lie there, their bytes into the archive, and out of the inbox again."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from stat import S_ISDIR, S_ISREG

from upath import UPath
from upath.types import StatResultType as StatResult

from townreturn.archive import Archive
from townreturn.domain.errors import StoreRefused
from townreturn.domain.submission import Arrival
from townreturn.foreign_text import storable
from townreturn.places import asking, has_nameless_folder, is_link, names_in, remove_file

_UNFINISHED_PREFIXES = ("~$", ".")
_UNFINISHED_SUFFIXES = (".tmp", ".part", ".crdownload")
SETTLING = timedelta(seconds=2)
"""A file changed less than this ago may still be being copied; the next run takes it in."""
_PIECE = 1 << 20


@dataclass(frozen=True)
class InboxFile:
    """A file in the inbox and when it came: its time of last change, never later than now.

    ``place`` is its path below the inbox; path objects are large, and an inbox may hold thousands.
    """

    inbox: UPath
    place: str
    received_at: datetime

    @property
    def path(self) -> UPath:
        return self.inbox / self.place


@dataclass(frozen=True)
class InboxListing:
    """What lies in the inbox: whole files, oldest first; how many are still being written; names
    of what is no file (links and devices), which is never followed nor taken, and of folders
    whose files no path reaches."""

    whole: tuple[InboxFile, ...]
    left_count: int
    refused: tuple[str, ...]


NOTHING_LISTED = InboxListing((), 0, ())


class NotGiven(Exception):
    """A store shows its files but does not give this one; the sentence says why."""


class NotRemoved(Exception):
    """A file that is taken in could not be removed, though the inbox goes on being shown; the sentence says why."""


def list_inbox(inbox: UPath, now: datetime) -> InboxListing:
    """Look through the inbox and its folders. Raises OSError or StoreRefused where they are not shown.

    An office program's lock files and unfinished downloads are no submissions and do not count.
    """
    whole: list[InboxFile] = []
    refused: list[str] = []
    left_count = 0
    for path, found in _walk(inbox):
        if found is not None and S_ISDIR(found.st_mode):
            refused.append(storable(f"{path.name}//"))
            continue
        if is_unfinished(path.name):
            continue
        if is_link(path) or (found is not None and not S_ISREG(found.st_mode)):
            refused.append(storable(path.name))  # a link may point at anything that this process can read
        elif found is not None:
            changed_at = _changed_at(found, now)
            if now - SETTLING < changed_at <= now:
                left_count += 1
            else:
                whole.append(InboxFile(inbox, str(path.relative_to(inbox)), min(changed_at, now.astimezone(UTC))))
    ordered = sorted(whole, key=lambda one: (one.received_at, one.place.rpartition("/")[2]))
    return InboxListing(tuple(ordered), left_count, tuple(sorted(refused)))


def _walk(folder: UPath) -> Iterator[tuple[UPath, StatResult | None]]:
    """Everything below a folder that is none itself; None for what is gone, or a link that leads nowhere. A folder
    itself comes only when files lie below it to which no path leads.

    One look a file, and what it shows is believed: ``rglob``, ``is_file`` and their like take a refusal for “no”.
    """
    if has_nameless_folder(folder):
        with asking(folder):
            itself = folder.stat()
        yield folder, itself
    for name in names_in(folder):
        path = folder / name
        try:
            with asking(folder, passing=(FileNotFoundError,)):
                found = path.stat()
        except FileNotFoundError:
            yield path, None
            continue
        if not S_ISDIR(found.st_mode):
            yield path, found
        elif not is_link(path):
            yield from _walk(path)


def _changed_at(found: StatResult, now: datetime) -> datetime:
    """Some stores know only when an object was made, some nothing; 0 would be 1970, and never late."""
    moment = found.st_mtime or getattr(found, "st_birthtime", 0) or (now - SETTLING).timestamp()
    return datetime.fromtimestamp(moment, UTC)


def archive_bytes(file: InboxFile, archive: Archive) -> Arrival | None:
    """Keep the original bytes under their hash before anything else is done with them.

    They are not settled on disk yet: ``files.settle`` must come before the inbox's copy goes.
    None when the file is gone: another run has taken it in. Raises OSError when it cannot be read,
    NotGiven when its store goes on without giving it, and what the archive raises when that takes nothing more.
    """
    try:
        digest = archive.keep_pieces(_given(file))
    except FileNotFoundError:
        return None
    return Arrival(storable(file.path.name), digest, file.received_at)


def _given(file: InboxFile) -> Iterator[bytes]:
    """Its bytes. A store that does not even show what it has, now that it is asked again, raises StoreRefused."""
    try:
        yield from _pieces(file)
    except StoreRefused as fault:
        names_in(file.inbox)
        raise NotGiven(str(fault)) from fault


def remove_from_inbox(file: InboxFile, archive: Archive, digest: str) -> None:
    """Delete the inbox's copy, unless it was replaced while it was being worked on. Raises NotRemoved."""
    if not archive.has(digest):
        return
    try:
        with suppress(FileNotFoundError):  # another run of the same inbox was faster
            if _hash_of(file) == digest:
                remove_file(file.path)
    except (OSError, StoreRefused) as fault:
        names_in(file.inbox)
        raise NotRemoved(str(fault)) from fault


def _hash_of(file: InboxFile) -> str:
    current = hashlib.sha256()
    for piece in _pieces(file):
        current.update(piece)
    return current.hexdigest()


def _pieces(file: InboxFile) -> Iterator[bytes]:
    with asking(file.inbox, passing=(FileNotFoundError, PermissionError)), file.path.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece


def is_unfinished(name: str) -> bool:
    """An office program's lock file, a hidden file or a download under way: no submission."""
    return name.startswith(_UNFINISHED_PREFIXES) or name.endswith(_UNFINISHED_SUFFIXES)
