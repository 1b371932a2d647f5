"""The archive: every file's original bytes, by their SHA-256, on this machine or on an object store."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, Protocol

from upath import UPath

from townreturn.domain.errors import ConfigurationFault
from townreturn.local_archive import LocalArchive
from townreturn.places import asking, is_file, is_local, names_in, open_place, shows_whole_files_only

_PIECE = 1 << 20
_IN_MEMORY = 8 << 20
_LENT_PIECES = 64
"""How much is copied of a remote file for a reader, in MB; readers refuse what is a third of that."""


class Archive(Protocol):
    """Keeps bytes for good and gives them back. Whoever reads compares with the hash what has to be compared.

    A local one raises the disk's OSError; a remote one StoreRefused whenever its store does not do what it is asked.
    """

    @property
    def url(self) -> str:
        """Its folder's path or URL."""

    @property
    def most_lent(self) -> int:
        """How many files may be asked of ``lend`` at once."""

    def keep(self, content: bytes) -> str:
        """Keep bytes; their SHA-256. They are there for good when this returns."""

    def keep_for_now(self, content: bytes) -> str:
        """As ``keep``; on a disk a power cut may still lose them, until ``files.settle``."""

    def keep_pieces(self, pieces: Iterable[bytes]) -> str:
        """As ``keep_for_now``, of what is read meanwhile; when reading raises, nothing is kept."""

    def has(self, file_hash: str) -> bool:
        """Whether something lies under the hash."""

    def read(self, file_hash: str) -> bytes:
        """What lies under the hash; FileNotFoundError when nothing does."""

    def open(self, file_hash: str) -> AbstractContextManager[IO[bytes]]:
        """The same as a file that can be sought in, for what may be large."""

    def place(self, file_hash: str) -> str:
        """Where it lies, as people are told it."""

    def lying(self) -> Iterator[str]:
        """The hashes under which something lies."""

    def is_empty(self) -> bool:
        """Whether there is nothing in it at all."""

    def lend(self, hashes: Iterable[str]) -> AbstractContextManager[dict[str, Path]]:
        """Hash → a path on this machine, to be read only, and only while the context lasts; at that of what is not
        there lies nothing."""

    def fill(self, folder: Path) -> AbstractContextManager[None]:
        """Take over what a folder of a local archive's layout holds; given up again when the context raises."""


def open_archive(url: str) -> Archive:
    """The archive at a path or URL; nothing is made there.

    Raises ConfigurationFault for a store that would show a file before all of it is there.
    """
    place = open_place(url)
    if is_local(place):
        return LocalArchive(Path(place.path))
    if not shows_whole_files_only(place):
        raise ConfigurationFault("ARCHIVE_STORE_UNFIT", protocol=place.protocol)
    return RemoteArchive(place)


@dataclass(frozen=True)
class RemoteArchive:
    """``root`` is a folder of a remote store, which shows a file when all of it is there."""

    root: UPath
    most_lent: int = 50

    @property
    def url(self) -> str:
        return str(self.root)

    def keep(self, content: bytes) -> str:
        file_hash = hashlib.sha256(content).hexdigest()
        place = self._at(file_hash)
        with asking(self.root):
            place.fs.pipe_file(place.path, content)
        return file_hash

    keep_for_now = keep

    def keep_pieces(self, pieces: Iterable[bytes]) -> str:
        """By way of this machine: under which name a file is to be put is known when it has been read."""
        digest = hashlib.sha256()
        with TemporaryDirectory() as folder:
            aside = Path(folder) / "aside"
            with aside.open("wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
            self._put(aside, digest.hexdigest())
        return digest.hexdigest()

    def has(self, file_hash: str) -> bool:
        return is_file(self._at(file_hash))

    def read(self, file_hash: str) -> bytes:
        place = self._at(file_hash)
        with asking(self.root, passing=(FileNotFoundError,)):
            return bytes(place.fs.cat_file(place.path))

    @contextmanager
    def open(self, file_hash: str) -> Iterator[IO[bytes]]:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            for piece in self._pieces(file_hash):
                file.write(piece)
            file.seek(0)
            yield file

    def place(self, file_hash: str) -> str:
        return str(self._at(file_hash))

    def lying(self) -> Iterator[str]:
        with asking(self.root):
            found = self.root.fs.find(self.root.path)
        names = (str(one).rsplit("/", 2)[-2:] for one in found)
        return iter([name for folder, name in names if len(folder) == 2 and name.startswith(folder)])

    def is_empty(self) -> bool:
        return not names_in(self.root)

    @contextmanager
    def lend(self, hashes: Iterable[str]) -> Iterator[dict[str, Path]]:
        with TemporaryDirectory() as folder:
            paths = {one: Path(folder) / one for one in hashes}
            for file_hash, path in paths.items():
                with suppress(FileNotFoundError):
                    self._copy(file_hash, path)
            yield paths

    @contextmanager
    def fill(self, folder: Path) -> Iterator[None]:
        filled: list[str] = []
        try:
            for path in sorted(folder.glob("??/*")):
                filled.append(path.name)
                self._put(path, path.name)
            yield
        except BaseException:
            with asking(self.root, passing=(FileNotFoundError,)):
                for one in filled:
                    if self.has(one):
                        self.root.fs.rm_file(self._at(one).path)
            raise

    def _at(self, file_hash: str) -> UPath:
        return self.root / file_hash[:2] / file_hash

    def _put(self, file: Path, file_hash: str) -> None:
        place = self._at(file_hash)
        with asking(self.root):
            place.fs.put_file(str(file), place.path)

    def _copy(self, file_hash: str, target: Path) -> None:
        pieces = self._pieces(file_hash)
        first = next(pieces, b"")  # before there is a file
        with target.open("wb") as file:
            for piece in (first, *islice(pieces, _LENT_PIECES)):
                file.write(piece)

    def _pieces(self, file_hash: str) -> Iterator[bytes]:
        with asking(self.root, passing=(FileNotFoundError,)), self._at(file_hash).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
