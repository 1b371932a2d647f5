"""Zip packages opened without trust: the directory checked against the bytes, parts unpacked and counted."""

import zlib
from collections.abc import Iterable
from io import BytesIO
from struct import Struct
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import (
    PACKAGE_BYTES,
    PACKAGE_ENTRIES,
    PART_BYTES,
    PART_RATIO,
    PART_RATIO_FREE_BYTES,
    REMEMBERED_PARTS,
)
from townreturn.spreadsheets.remembering import remembered

_LOCAL = Struct("<4s5H3I2H")
_CENTRAL = Struct("<4s6H3I5H2I")
_END = Struct("<4s4H2IH")
_ENCRYPTED, _STRONGLY_ENCRYPTED, _UTF8 = 0x1, 0x40, 0x800
_FIRST_OF_JANUARY_1980 = 0x21
_REMEMBERED_PACKED_BYTES = 8 << 10
"""Packed; unpacked a part may be up to a megabyte where it is that repetitive."""


class Archive:
    """A package's parts by name; names compare without regard to case, as Excel's do.

    Raises CannotRead(ARCHIVE_…) when the directory contradicts itself or the bytes, or exceeds a cap.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        if content.count(b"PK\x01\x02") > PACKAGE_ENTRIES:
            raise CannotRead("ARCHIVE_ENTRIES_TOO_MANY")
        try:
            directory = ZipFile(BytesIO(content))
        except Exception:  # noqa: BLE001 - whatever the library raises on a hostile file means the same
            raise CannotRead("FILE_UNREADABLE") from None
        entries = directory.infolist()
        self._entries: dict[str, ZipInfo] = {}
        self._starts: dict[str, int] = {}
        for entry in entries:
            self._add(entry)
        _check_sizes(entries)
        self._check_places(directory.start_dir)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._entries

    @property
    def names(self) -> Iterable[str]:
        """Casefolded."""
        return self._entries

    def part(self, name: str) -> bytes:
        """A part unpacked; never more than its declared size, which is under the caps."""
        entry = self._entries[name.casefold()]
        start = self._starts[name.casefold()]
        packed = self._content[start : start + entry.compress_size]
        return _unpack(packed, entry.compress_type == ZIP_DEFLATED, entry.file_size, entry.CRC)

    def _add(self, entry: ZipInfo) -> None:
        name = entry.orig_filename.replace("\\", "/").casefold()
        if name.startswith("/") or "\0" in name or ":" in name or ".." in name.split("/"):
            raise CannotRead("ARCHIVE_NAME_UNSAFE")
        if name in self._entries:
            raise CannotRead("ARCHIVE_NAME_TWICE")
        if entry.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED):
            raise CannotRead("FILE_ENCRYPTED")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise CannotRead("ARCHIVE_COMPRESSION_UNKNOWN")
        self._entries[name] = entry
        self._starts[name] = self._start_of(entry)

    def _start_of(self, entry: ZipInfo) -> int:
        """Where a part's bytes begin, behind its local header, which must say what the directory says."""
        at = entry.header_offset
        if at < 0 or at + _LOCAL.size > len(self._content):
            raise CannotRead("ARCHIVE_HEADERS_DISAGREE")
        signature, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack_from(self._content, at)
        name = self._content[at + _LOCAL.size : at + _LOCAL.size + name_length]
        declared = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437", "replace")
        if signature != b"PK\x03\x04" or method != entry.compress_type or flags & _ENCRYPTED or name != declared:
            raise CannotRead("ARCHIVE_HEADERS_DISAGREE")
        return at + _LOCAL.size + len(name) + int(extra_length)

    def _check_places(self, directory_start: int) -> None:
        """Parts lie one behind another, none inside another."""
        free_from = 0
        for name, entry in sorted(self._entries.items(), key=lambda one: one[1].header_offset):
            if entry.header_offset < free_from:
                raise CannotRead("ARCHIVE_OVERLAPS")
            free_from = self._starts[name] + entry.compress_size
        if free_from > directory_start:
            raise CannotRead("ARCHIVE_OVERLAPS")


def _check_sizes(entries: list[ZipInfo]) -> None:
    if sum(one.file_size for one in entries) > PACKAGE_BYTES:
        raise CannotRead("ARCHIVE_TOO_LARGE")
    for one in entries:
        if one.file_size > PART_BYTES or (
            one.file_size > PART_RATIO_FREE_BYTES and one.file_size > PART_RATIO * one.compress_size
        ):
            raise CannotRead("ARCHIVE_TOO_LARGE")


@remembered(REMEMBERED_PARTS, _REMEMBERED_PACKED_BYTES)
def _unpack(packed: bytes, is_deflated: bool, size: int, check: int) -> bytes:
    """A part's bytes, at most one more than it declares before that is noticed."""
    unpacked = _inflate(packed, size) if is_deflated else packed
    if len(unpacked) != size:
        raise CannotRead("ARCHIVE_SIZE_LIES")
    if zlib.crc32(unpacked) != check:
        raise CannotRead("FILE_UNREADABLE")
    return unpacked


def _inflate(packed: bytes, declared: int) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = stream.decompress(packed, declared + 1)
    except zlib.error:
        raise CannotRead("FILE_UNREADABLE") from None
    if len(unpacked) > declared or stream.unused_data:
        raise CannotRead("ARCHIVE_SIZE_LIES")
    return unpacked


def stored_archive(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A package of our own making, nothing packed: what a reader is given holds only what was checked."""
    pieces, directory, at, count = [], [], 0, 0
    for name, content in parts:
        raw_name, check = name.encode(), zlib.crc32(content)
        common = (_UTF8, ZIP_STORED, 0, _FIRST_OF_JANUARY_1980, check, len(content), len(content), len(raw_name), 0)
        pieces += [_LOCAL.pack(b"PK\x03\x04", 20, *common), raw_name, content]
        directory += [_CENTRAL.pack(b"PK\x01\x02", 20, 20, *common, 0, 0, 0, 0, at), raw_name]
        at += _LOCAL.size + len(raw_name) + len(content)
        count += 1
    packed_directory = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(packed_directory), at, 0)
    return b"".join([*pieces, packed_directory, end])
