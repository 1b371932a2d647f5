"""A zip package whose parts can be replaced; parts left alone keep their compressed bytes as they stand."""

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from townreturn.spreadsheets.archive import Archive
from townreturn.spreadsheets.faults import CannotRead

_LEVEL = 4  # of 9: marked sheets deflate a quarter faster than at 6, and are hardly larger
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8_NAME, _DEFLATED = 20, 1 << 11, zipfile.ZIP_DEFLATED
_DATE_1980 = 1 << 5 | 1  # the zip epoch: same parts, same bytes
_NAME_LENGTHS = struct.Struct("<2H")


class NotEditable(Exception):
    """The package is of a kind, or in a state, that this editor leaves alone; the message says why."""


@dataclass(frozen=True)
class _Entry:
    """A part as the package stores it."""

    method: int
    checksum: int
    packed: bytes
    size: int


class Package:
    """The parts of a package by name, without a leading slash.

    Raises NotEditable for what the reader would not open either.
    """

    def __init__(self, content: bytes) -> None:
        try:
            Archive(content)
        except CannotRead as fault:
            raise NotEditable(fault.code) from fault
        self._read: dict[str, bytes] = {}
        with zipfile.ZipFile(BytesIO(content)) as source:
            self._entries = {one.filename: _stored(content, one) for one in source.infolist() if not one.is_dir()}

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """A part's bytes, which are kept; NotEditable when it is missing or damaged."""
        if name not in self._read:
            if name not in self._entries:
                raise NotEditable(f"{name} is missing")
            self._read[name] = _unpacked(name, self._entries[name])
        return self._read[name]

    def put(self, name: str, part: bytes) -> None:
        """Add or replace a part."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(part) + packer.flush()
        self._read[name] = part
        self._entries[name] = _Entry(_DEFLATED, zlib.crc32(part), packed, len(part))

    def remove(self, name: str) -> None:
        self._entries.pop(name, None)
        self._read.pop(name, None)

    def free_name(self, stem: str, extension: str) -> str:
        """The first of ``stem1.extension``, ``stem2.extension`` … that no part has; case does not tell parts apart."""
        taken = {name.lower() for name in self._entries}
        numbers = range(1, len(taken) + 2)
        return next(name for at in numbers if (name := f"{stem}{at}.{extension}").lower() not in taken)

    def pack(self) -> bytes:
        """The whole package; the same parts give the same bytes."""
        pieces: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for name, entry in self._entries.items():
            encoded = name.encode()
            fixed = (_UTF8_NAME, entry.method, 0, _DATE_1980, entry.checksum, len(entry.packed), entry.size)
            head = _LOCAL.pack(b"PK\x03\x04", _VERSION, *fixed, len(encoded), 0)
            central = (len(encoded), 0, 0, 0, 0, 0, offset)
            directory.append(_CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *fixed, *central) + encoded)
            pieces += [head, encoded, entry.packed]
            offset += len(head) + len(encoded) + len(entry.packed)
        listed = b"".join(directory)
        count = len(directory)
        return b"".join([*pieces, listed, _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), offset, 0)])


def _stored(content: bytes, info: zipfile.ZipInfo) -> _Entry:
    """The compressed bytes, found behind the local header, which the archive has been checked to have."""
    lengths = _NAME_LENGTHS.unpack_from(content, info.header_offset + _LOCAL.size - _NAME_LENGTHS.size)
    start = info.header_offset + _LOCAL.size + sum(lengths)
    packed = content[start : start + info.compress_size]
    return _Entry(info.compress_type, info.CRC, packed, info.file_size)


def _unpacked(name: str, entry: _Entry) -> bytes:
    """Never more than the size that the directory declares, which is within the reader's caps."""
    if entry.method == zipfile.ZIP_STORED:
        return entry.packed
    try:
        part = zlib.decompressobj(-zlib.MAX_WBITS).decompress(entry.packed, entry.size + 1)
    except zlib.error as damage:
        raise NotEditable(f"{name} is damaged") from damage
    if len(part) != entry.size:
        raise NotEditable(f"{name} is not as long as it says")
    return part
