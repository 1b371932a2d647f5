"""Writing a backup: a plain tar, because workbooks are packed already and a plain one can be looked into anywhere."""

import hashlib
import io
import os
import tarfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from upath import UPath

from townreturn.archive import Archive
from townreturn.domain.errors import Broken, Misuse
from townreturn.files import settle
from townreturn.places import asking, is_file, is_folder, names_in
from townreturn.safekeeping.manifest import MANIFEST, MANIFEST_HASH, BackupManifest, Content, write_manifest


class Packer:
    """A backup being written; ``members`` is what has been put in."""

    def __init__(self, file: BinaryIO, taken_at: datetime) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w:", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by seal
        self._taken_at = int(taken_at.timestamp())
        self.members: dict[str, Content] = {}

    def put(self, name: str, source: IO[bytes]) -> Content:
        """Copy what ``source`` holds from here on, a piece at a time."""
        start = source.tell()
        size = source.seek(0, os.SEEK_END) - start
        source.seek(start)
        hashing = _Hashing(source)
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, self._taken_at, 0o600
        self._tar.addfile(member, hashing)
        self._tar.members.clear()  # type: ignore[attr-defined] # it would remember every member, and an archive may hold very many
        self.members[name] = Content(hashing.digest.hexdigest(), size)
        return self.members[name]

    def put_archived(self, archive: Archive, file_hash: str) -> None:
        """Put in archived bytes; raises Broken when they are gone, or are not what their name says."""
        place = archive.place(file_hash)
        try:
            with archive.open(file_hash) as source:
                content = self.put(f"archive/{file_hash[:2]}/{file_hash}", source)
        except FileNotFoundError as fault:
            raise Broken("BACKUP_ARCHIVE_INCOMPLETE", file=place) from fault
        if content.sha256 != file_hash:
            raise Broken("BACKUP_ARCHIVE_DAMAGED", file=place, found=content.sha256)

    def put_folder(self, name: str, folder: Path) -> None:
        """Put in every whole file below a folder: what is hidden is still being written; links are not followed."""
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if not any(part.startswith(".") for part in place.parts) and path.is_file() and not path.is_symlink():
                with path.open("rb") as source:
                    self.put(f"{name}/{place.as_posix()}", source)

    def put_issue(self, name: str, folder: UPath) -> bool:
        """Put in the files of a published issue; False when it does not lie there any more."""
        if not is_folder(folder):
            return False
        for one in sorted(names_in(folder)):
            if is_file(folder / one):
                with asking(folder), (folder / one).open("rb") as source:
                    self.put(f"{name}/{one}", source)
        return True

    def seal(self, manifest: BackupManifest) -> None:
        """Put in the manifest and its hash, and end the file."""
        written = self.put(MANIFEST, io.BytesIO(write_manifest(manifest)))
        self.put(MANIFEST_HASH, io.BytesIO(written.sha256.encode()))
        self._tar.close()


class _Hashing(io.BufferedIOBase):
    """Reads through and hashes what was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int | None = -1, /) -> bytes:
        piece = self._source.read(-1 if size is None else size)
        self.digest.update(piece)
        return piece


@contextmanager
def writing_aside(target: Path) -> Iterator[BinaryIO]:
    """A file for ``target``, which gets its name when everything is on disk; only its owner may read it.

    Raises Misuse when something has that name already: a backup is never overwritten; and when its folder
    is not there: where a backup disk is not mounted, a new folder would lie on the office's own disk.
    """
    if not target.parent.is_dir():
        raise Misuse("BACKUP_FOLDER_MISSING", folder=target.parent)
    if target.exists():
        raise Misuse("BACKUP_EXISTS", file=target)
    aside = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with open(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:  # noqa: PTH123
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        settle()
    finally:
        aside.unlink(missing_ok=True)
