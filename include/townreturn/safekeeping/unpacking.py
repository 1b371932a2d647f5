"""Reading a backup: nothing in it is believed before its hash is that of the manifest."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from townreturn.domain.errors import Broken, Misuse
from townreturn.foreign_text import one_line
from townreturn.safekeeping.manifest import (
    ARCHIVE,
    FOLDERS,
    FORMAT,
    MANIFEST,
    MANIFEST_HASH,
    OUTBOX,
    TABLES,
    BackupManifest,
    read_manifest,
)

_PIECE = 1 << 20
_LARGEST_MANIFEST = 1 << 30
"""A backup of a million files has a manifest of some 150 MB."""


class Unpacker:
    """A backup opened for reading, with the manifest that was found sound."""

    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self._path, self._tar = path, tar
        with _reading(path):
            self.manifest = self._read_manifest()

    def unpack(self, into: Path) -> None:
        """Write every member below an empty folder; raises Broken that names the first which is not as it should be."""
        seen = set[str]()
        with _reading(self._path):
            for member in self._tar:
                if member.name in seen or not self._is_expected(member):
                    raise self._foreign(member)
                seen.add(member.name)
                if member.name in self.manifest.members:
                    self._unpack_member(member, into)
        for name in self.manifest.members:
            if name not in seen:
                raise Broken("BACKUP_MEMBER_MISSING", file=self._path, member=name)

    def _is_expected(self, member: tarfile.TarInfo) -> bool:
        if member.name in (MANIFEST, MANIFEST_HASH):
            return True
        return member.name in self.manifest.members and _is_proper(member)

    def _unpack_member(self, member: tarfile.TarInfo, into: Path) -> None:
        expected, digest, size = self.manifest.members[member.name], hashlib.sha256(), 0
        with self._created(member, into) as file:
            for piece in self._pieces(member):
                digest.update(piece)
                size += file.write(piece)
        if (digest.hexdigest(), size) != (expected.sha256, expected.size) or not _is_named_right(member.name, digest):
            raise Broken("BACKUP_MEMBER_DIFFERS", file=self._path, member=member.name)

    def _created(self, member: tarfile.TarInfo, into: Path) -> BinaryIO:
        target = into / member.name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            return target.open("xb")
        except (FileExistsError, NotADirectoryError) as fault:
            raise self._foreign(member) from fault

    def _foreign(self, member: tarfile.TarInfo) -> Broken:
        return Broken("BACKUP_MEMBER_FOREIGN", file=self._path, member=one_line(member.name))

    def _pieces(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        content = self._tar.extractfile(member)
        while content is not None and (piece := content.read(_PIECE)):
            yield piece

    def _read_manifest(self) -> BackupManifest:
        content, hashed = self._read_small(MANIFEST), self._read_small(MANIFEST_HASH)
        if hashlib.sha256(content).hexdigest().encode() != hashed:
            raise Broken("BACKUP_MEMBER_DIFFERS", file=self._path, member=MANIFEST)
        manifest = read_manifest(content)
        if manifest.format != FORMAT:
            raise Broken("BACKUP_FORMAT_UNKNOWN", file=self._path, format=manifest.format)
        return manifest

    def _read_small(self, name: str) -> bytes:
        member = self._tar.getmember(name)
        if not _is_plain(member) or member.size > _LARGEST_MANIFEST:
            raise self._foreign(member)
        return b"".join(self._pieces(member))


@contextmanager
def open_backup(path: Path) -> Iterator[Unpacker]:
    """Raises Misuse when there is no such file, Broken for what is no backup, or not a whole one."""
    if not path.is_file():
        raise Misuse("NO_SUCH_FILE", value=path)
    with _reading(path):
        tar = tarfile.open(path, mode="r:")  # noqa: SIM115 - closed below
    with tar:
        yield Unpacker(path, tar)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What tarfile raises for a broken or cut file, and for one without our manifest."""
    try:
        yield
    except (tarfile.TarError, KeyError, msgspec.DecodeError, UnicodeError, ValueError) as fault:
        raise Broken("BACKUP_UNREADABLE", file=path) from fault


def _is_proper(member: tarfile.TarInfo) -> bool:
    """A plain file at a plain place of one of our folders."""
    place = PurePosixPath(member.name)
    if not _is_plain(member) or str(place) != member.name or len(place.parts) < 2:
        return False
    if place.parts[0] not in (TABLES, ARCHIVE, *FOLDERS, OUTBOX):
        return False
    # tarfile's own filter would ask no more of a plain file, and Python 3.11 before 3.11.4 has none.
    return not any(part.startswith(".") for part in place.parts) and not {"\\", "\0"} & set(member.name)


def _is_plain(member: tarfile.TarInfo) -> bool:
    """No link, device or folder; and no sparse file, which claims a size that it does not have."""
    return member.isreg() and not member.issparse()


def _is_named_right(name: str, digest: "hashlib._Hash") -> bool:
    """Archived bytes lie where their own hash says."""
    hashed = digest.hexdigest()
    return not name.startswith("archive/") or name == f"archive/{hashed[:2]}/{hashed}"
