"""Workbooks with holes: the issued workbook of a unit, unpacked once, filled in by substitution in its XML.

What stands around the holes is the project's own writing; only the parts with holes are packed anew. No library of
spreadsheets is asked while a load is written: it would take longer than everything that is to be measured.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from struct import Struct
from zipfile import ZipFile, ZipInfo

_LOCAL = Struct("<4s5H3I2H")
_CENTRAL = Struct("<4s6H3I5H2I")
_END = Struct("<4s4H2IH")
_UTF8, _DEFLATED, _FIRST_OF_JANUARY_1980 = 0x800, 8, 0x21
_FIRST_NUMBER = 900_000_000
_HOLE = re.compile(rb"(?<=<v>)900(\d{6})(?=</v>)|\xe2\x80\xbb(\w+)\xe2\x80\xbb")


def number_mark(place: int) -> int:
    """The number that stands in the workbook where that of ``place`` (below a million) is to go."""
    return _FIRST_NUMBER + place


def text_mark(name: str) -> str:
    """The text that stands where the one of this name is to go, alone in its cell or not."""
    return f"※{name}※"


@dataclass(frozen=True)
class _HoledPart:
    """``pieces`` and what goes between them: the place of a number, or the name of a text."""

    name: bytes
    pieces: tuple[bytes, ...]
    holes: tuple[int | str, ...]

    def fill(self, numbers: Mapping[int, bytes], texts: Mapping[str, bytes]) -> bytes:
        filled: list[bytes] = [b""] * (2 * len(self.holes) + 1)
        filled[::2] = self.pieces
        filled[1::2] = [numbers[one] if isinstance(one, int) else texts[one] for one in self.holes]
        return b"".join(filled)


class Stencil:
    """A workbook whose marks are holes. Its other parts are copied as they are packed."""

    def __init__(self, marked: bytes) -> None:
        package = ZipFile(BytesIO(marked))
        self._holed: list[_HoledPart] = []
        fixed: list[tuple[ZipInfo, bytes]] = []
        for entry in package.infolist():
            part = _split(entry.filename.encode(), package.read(entry))
            if part.holes:
                self._holed.append(part)
            else:
                fixed.append((entry, _packed(marked, entry)))
        self._body, self._directory = _copy(fixed)
        self._count = len(package.infolist())

    def fill(self, numbers: Mapping[int, bytes], texts: Mapping[str, bytes]) -> bytes:
        """The workbook with its numbers by place and its texts by name, both as they stand in XML."""
        pieces, directory, at = [self._body], [self._directory], len(self._body)
        for part in self._holed:
            content = part.fill(numbers, texts)
            local, central = _entry(part.name, zlib.crc32(content), _deflate(content), len(content), at)
            pieces += local
            directory.append(central)
            at += sum(map(len, local))
        packed = b"".join(directory)
        end = _END.pack(b"PK\x05\x06", 0, 0, self._count, self._count, len(packed), at, 0)
        return b"".join([*pieces, packed, end])


def _split(name: bytes, content: bytes) -> _HoledPart:
    found = list(_HOLE.finditer(content))
    ends = [0, *(one.end() for one in found)]
    starts = [*(one.start() for one in found), len(content)]
    pieces = tuple(content[end:start] for end, start in zip(ends, starts, strict=True))
    return _HoledPart(name, pieces, tuple(int(one[1]) if one[1] else one[2].decode() for one in found))


def _packed(package: bytes, entry: ZipInfo) -> bytes:
    """A part's bytes as they lie in the package, behind its local header."""
    *_, name_length, extra_length = _LOCAL.unpack_from(package, entry.header_offset)
    start = entry.header_offset + _LOCAL.size + name_length + extra_length
    return package[start : start + entry.compress_size]


def _copy(fixed: Sequence[tuple[ZipInfo, bytes]]) -> tuple[bytes, bytes]:
    """The parts one behind another, and their lines of the directory."""
    body, directory = b"", b""
    for entry, packed in fixed:
        local, central = _entry(entry.filename.encode(), entry.CRC, packed, entry.file_size, len(body))
        body, directory = body + b"".join(local), directory + central
    return body, directory


def _entry(name: bytes, check: int, packed: bytes, size: int, at: int) -> tuple[list[bytes], bytes]:
    common = (_UTF8, _DEFLATED, 0, _FIRST_OF_JANUARY_1980, check, len(packed), size, len(name), 0)
    local = [_LOCAL.pack(b"PK\x03\x04", 20, *common), name, packed]
    return local, _CENTRAL.pack(b"PK\x01\x02", 20, 20, *common, 0, 0, 0, 0, at) + name


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()
