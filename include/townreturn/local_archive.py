"""An archive on this machine: written aside and renamed, so that whatever bears a hash as its name is whole."""

import errno
import hashlib
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from townreturn.files import write_for_now, write_whole


@dataclass(frozen=True)
class LocalArchive:
    """``root/ab/ab12…``; see ``archive.Archive``. Nothing is copied to be lent."""

    root: Path
    most_lent: int = 500

    @property
    def url(self) -> str:
        return str(self.root)

    def path(self, file_hash: str) -> Path:
        """Where the bytes with this SHA-256 are kept."""
        return self.root / file_hash[:2] / file_hash

    def keep(self, content: bytes) -> str:
        file_hash = hashlib.sha256(content).hexdigest()
        write_whole(self.path(file_hash), content)
        return file_hash

    def keep_for_now(self, content: bytes) -> str:
        file_hash = hashlib.sha256(content).hexdigest()
        write_for_now(self.path(file_hash), content)
        return file_hash

    def keep_pieces(self, pieces: Iterable[bytes]) -> str:
        aside = self.root / f".{uuid.uuid4().hex}.part"
        try:
            file_hash = _write(pieces, aside)
            target = self.path(file_hash)
            target.parent.mkdir(exist_ok=True)
            aside.replace(target)  # even over an older copy: a power cut may have left that one empty
        finally:
            aside.unlink(missing_ok=True)
        return file_hash

    def has(self, file_hash: str) -> bool:
        return self.path(file_hash).is_file()

    def read(self, file_hash: str) -> bytes:
        return self.path(file_hash).read_bytes()

    def open(self, file_hash: str) -> AbstractContextManager[IO[bytes]]:
        return self.path(file_hash).open("rb")

    def place(self, file_hash: str) -> str:
        return str(self.path(file_hash))

    def lying(self) -> Iterator[str]:
        return (one.name for one in self.root.glob("??/*") if one.name.startswith(one.parent.name))

    def is_empty(self) -> bool:
        return not self.root.is_dir() or not any(self.root.iterdir())

    @contextmanager
    def lend(self, hashes: Iterable[str]) -> Iterator[dict[str, Path]]:
        yield {one: self.path(one) for one in hashes}

    @contextmanager
    def fill(self, folder: Path) -> Iterator[None]:
        """By renames within it: its folder may be a disk's own, whose place nothing else can take."""
        self.root.mkdir(parents=True, exist_ok=True)
        aside = self.root / f".restoring-{uuid.uuid4().hex}"
        _move(folder, aside)
        filled: list[str] = []
        try:
            for name in sorted(one.name for one in aside.iterdir()):
                (aside / name).replace(self.root / name)  # a filled one in its place makes it fail
                filled.append(name)
            yield
        except BaseException:
            for name in filled:
                (self.root / name).replace(aside / name)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _write(pieces: Iterable[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _move(folder: Path, target: Path) -> None:
    """A rename where both lie on one file system."""
    try:
        folder.replace(target)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        shutil.copytree(folder, target)
