"""The inbox: which files lie there, their bytes into the archive, and out of the inbox again."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from upath import UPath
from upath.types import StatResultType as StatResult

from townreturn.domain.submission import Arrival
from townreturn.files import LOCAL_PROTOCOLS
from townreturn.foreign_text import storable

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
    of what is no file (links and devices), which is never followed nor taken."""

    whole: tuple[InboxFile, ...]
    left_count: int
    refused: tuple[str, ...]


def list_inbox(inbox: UPath, now: datetime) -> InboxListing:
    """Look through the inbox and its folders. Raises OSError where the store refuses to show them.

    An office program's lock files and unfinished downloads are no submissions and do not count.
    """
    whole: list[InboxFile] = []
    refused: list[str] = []
    left_count = 0
    for path, found in _walk(inbox):
        if is_unfinished(path.name):
            continue
        if path.is_symlink() or (found is not None and not S_ISREG(found.st_mode)):
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
    """Everything below a folder that is none itself; None for what is gone, or a link that leads nowhere.

    One look a file, and what it shows is believed: ``rglob``, ``is_file`` and their like take a refusal for “no”.
    """
    for name in _names_in(folder):
        path = folder / name
        try:
            found = path.stat()
        except FileNotFoundError:
            yield path, None
            continue
        if not S_ISDIR(found.st_mode):
            yield path, found
        elif not path.is_symlink():
            yield from _walk(path)


def _names_in(folder: UPath) -> list[str]:
    try:
        if folder.protocol in LOCAL_PROTOCOLS:
            return [one.name for one in Path(folder.path).iterdir()]
        return [str(name).rstrip("/").rpartition("/")[2] for name in folder.fs.ls(folder.path, detail=False)]
    except FileNotFoundError:  # a store of objects has no empty folders
        return []


def _changed_at(found: StatResult, now: datetime) -> datetime:
    """Some stores know only when an object was made, some nothing; 0 would be 1970, and never late."""
    moment = found.st_mtime or getattr(found, "st_birthtime", 0) or (now - SETTLING).timestamp()
    return datetime.fromtimestamp(moment, UTC)


def archive_bytes(file: InboxFile, archive: Path) -> tuple[Arrival, Path] | None:
    """Keep the original bytes under their hash before anything else is done with them.

    They are not settled on disk yet: ``files.settle`` must come before the inbox's copy goes.
    None when the file is gone: another run has taken it in. Raises OSError when it cannot be read.
    """
    aside = archive / f".{uuid.uuid4().hex}.part"
    try:
        digest = _copy(file.path, aside)
        target = archive / digest[:2] / digest
        target.parent.mkdir(exist_ok=True)
        aside.replace(target)  # even over an older copy: a power cut may have left that one empty
    except FileNotFoundError:
        return None
    finally:
        aside.unlink(missing_ok=True)
    return Arrival(storable(file.path.name), digest, file.received_at), target


def _copy(source: UPath, target: Path) -> str:
    """Copy a piece at a time; returns the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with target.open("wb") as kept:
        for piece in _pieces(source):
            digest.update(piece)
            kept.write(piece)
    return digest.hexdigest()


def remove_from_inbox(file: InboxFile, archived: Path, digest: str) -> None:
    """Delete the inbox's copy, unless it was replaced while it was being worked on."""
    if not archived.is_file():
        return
    with suppress(FileNotFoundError):  # another run of the same inbox was faster
        current = hashlib.sha256()
        for piece in _pieces(file.path):
            current.update(piece)
        if current.hexdigest() == digest:
            file.path.unlink()


def _pieces(path: UPath) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def is_unfinished(name: str) -> bool:
    """An office program's lock file, a hidden file or a download under way: no submission."""
    return name.startswith(_UNFINISHED_PREFIXES) or name.endswith(_UNFINISHED_SUFFIXES)
