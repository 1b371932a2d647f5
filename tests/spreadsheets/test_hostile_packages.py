"""Packages that attack whoever unpacks them: bombs, lying directories, unsafe names."""

import struct
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from spreadsheet_files import GOOD_ROWS, code_of, package, read_among_neighbours, read_one, worksheet, xlsx, xlsx_parts
from townreturn.spreadsheets.limits import FILE_BYTES, PACKAGE_ENTRIES
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable

SHEET = "xl/worksheets/sheet1.xml"
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def with_part(name: str, content: bytes) -> bytes:
    return package({**xlsx_parts(), name: content})


def patched(signature: bytes, offset: int, value: bytes, name: bytes = SHEET.encode()) -> bytes:
    """A good package with one header field of a part overwritten."""
    content = bytearray(xlsx())
    name_at = {LOCAL: 30, CENTRAL: 46}[signature]
    at = content.find(signature)
    while content[at + name_at : at + name_at + len(name)] != name:
        at = content.find(signature, at + 1)
    content[at + offset : at + offset + len(value)] = value
    return bytes(content)


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def doubled(second: str) -> bytes:
    """A package with one more entry of this name."""
    target = BytesIO(xlsx())
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "a") as file:
        file.writestr(second, worksheet('<row r="1"><c r="B1"><v>99</v></c></row>'))
    return target.getvalue()


def overlapping() -> bytes:
    """A second directory entry for the sheet's bytes under another name: many of these make a bomb of 10 MB."""
    content = xlsx()
    at = content.find(CENTRAL, content.find(SHEET.encode()) + 1)
    while content[at + 46 : at + 46 + len(SHEET)] != SHEET.encode():
        at = content.find(CENTRAL, at + 1)
    size = 46 + len(SHEET)
    entry = content[at : at + size]
    end = content.rfind(b"PK\x05\x06")
    _, _, _, here, count, length, start, _ = struct.unpack("<4s4H2IH", content[end : end + 22])
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, here + 1, count + 1, length + size, start, 0)
    return content[:end] + entry.replace(b"sheet1.xml", b"sheet2.xml") + tail


def nested_overlap() -> bytes:
    """A stored part whose bytes hold another part's local header and bytes."""
    inner = worksheet(GOOD_ROWS).encode()
    header = struct.pack("<4s5H3I2H", LOCAL, 20, 0, 0, 0, 33, 0, len(inner), 0, len(SHEET), 0) + SHEET.encode()
    content = bytearray(package({**xlsx_parts(), "quoted.bin": header + inner}, zipfile.ZIP_STORED))
    at = content.find(CENTRAL)
    while content[at + 46 : at + 46 + len(SHEET)] != SHEET.encode():
        at = content.find(CENTRAL, at + 1)
    content[at + 42 : at + 46] = u32(content.find(header))
    return bytes(content)


def huge_part() -> bytes:
    return xlsx(sheet1=worksheet(GOOD_ROWS + '<row r="2">' + " " * (65 << 20) + "</row>"))


def bomb_that_lies() -> bytes:
    """70 MB unpacked, 1000 bytes by both headers."""
    content = xlsx(sheet1=worksheet(GOOD_ROWS + " " * (70 << 20)))
    real = u32(len(worksheet(GOOD_ROWS + " " * (70 << 20))))
    return content.replace(real, u32(1000))


def compressed_otherwise(method: int) -> bytes:
    return package(xlsx_parts(), method)


KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "flat bomb: one part of 65 MB": (huge_part, "ARCHIVE_TOO_LARGE"),
    "repetitive bomb: a thousand to one": (lambda: xlsx(sheet1=worksheet(" " * (20 << 20))), "ARCHIVE_TOO_LARGE"),
    "bomb beside the sheets": (lambda: with_part("xl/media/a.png", bytes(30 << 20)), "ARCHIVE_TOO_LARGE"),
    "many parts that are too much together": (
        lambda: package({**xlsx_parts(), **{f"xl/media/{n}": bytes(1 << 20) for n in range(130)}}),
        "ARCHIVE_TOO_LARGE",
    ),
    "bomb whose headers say a thousand bytes": (bomb_that_lies, "ARCHIVE_SIZE_LIES"),
    "nested zip bomb as a part": (lambda: with_part("xl/embeddings/b.zip", package({"a": bytes(60 << 20)})), ""),
    "too many entries": (
        lambda: package({**xlsx_parts(), **{f"x/{n}": b"" for n in range(PACKAGE_ENTRIES)}}),
        "ARCHIVE_ENTRIES_TOO_MANY",
    ),
    "declared larger than it is": (lambda: patched(CENTRAL, 24, u32(5000)), "ARCHIVE_SIZE_LIES"),
    "declared smaller than it is": (lambda: patched(CENTRAL, 24, u32(50)), "ARCHIVE_SIZE_LIES"),
    "declared absurdly large": (lambda: patched(CENTRAL, 24, u32(0xFFFFFFF0)), "ARCHIVE_TOO_LARGE"),
    "packed size too small": (lambda: patched(CENTRAL, 20, u32(20)), "ARCHIVE_SIZE_LIES"),
    "packed size into the next part": (lambda: patched(CENTRAL, 20, u32(400)), "ARCHIVE_OVERLAPS"),
    "check sum wrong": (lambda: patched(CENTRAL, 16, u32(1)), "FILE_UNREADABLE"),
    "offset outside the file": (lambda: patched(CENTRAL, 42, u32(0x7FFFFFFF)), "ARCHIVE_HEADERS_DISAGREE"),
    "offset into other bytes": (lambda: patched(CENTRAL, 42, u32(7)), "ARCHIVE_HEADERS_DISAGREE"),
    "local header of another name": (
        lambda: patched(LOCAL, 30, b"xl/worksheets/sheet9.xml"),
        "ARCHIVE_HEADERS_DISAGREE",
    ),
    "local header of another method": (lambda: patched(LOCAL, 8, b"\x00\x00"), "ARCHIVE_HEADERS_DISAGREE"),
    "one entry twice": (lambda: doubled(SHEET), "ARCHIVE_NAME_TWICE"),
    "one entry twice in other case": (lambda: doubled("XL/worksheets/Sheet1.xml"), "ARCHIVE_NAME_TWICE"),
    "one entry twice with a backslash": (lambda: doubled("xl\\worksheets\\sheet1.xml"), "ARCHIVE_NAME_TWICE"),
    "two entries for the same bytes": (overlapping, "ARCHIVE_HEADERS_DISAGREE"),
    "a part inside another": (nested_overlap, "ARCHIVE_OVERLAPS"),
    "absolute name": (lambda: package({**xlsx_parts(), "/etc/passwd": b"x"}), "ARCHIVE_NAME_UNSAFE"),
    "name that climbs": (lambda: package({**xlsx_parts(), "../../x": b"x"}), "ARCHIVE_NAME_UNSAFE"),
    "name that climbs from inside": (lambda: package({**xlsx_parts(), "xl/../../x": b"x"}), "ARCHIVE_NAME_UNSAFE"),
    "name of a drive": (lambda: package({**xlsx_parts(), "C:\\x": b"x"}), "ARCHIVE_NAME_UNSAFE"),
    "encrypted entry": (lambda: patched(CENTRAL, 8, b"\x01\x00"), "FILE_ENCRYPTED"),
    "entry encrypted by its local header only": (lambda: patched(LOCAL, 6, b"\x01\x00"), "ARCHIVE_HEADERS_DISAGREE"),
    "bzip2": (lambda: compressed_otherwise(zipfile.ZIP_BZIP2), "ARCHIVE_COMPRESSION_UNKNOWN"),
    "lzma": (lambda: compressed_otherwise(zipfile.ZIP_LZMA), "ARCHIVE_COMPRESSION_UNKNOWN"),
    "stored, not packed": (lambda: compressed_otherwise(zipfile.ZIP_STORED), ""),
    "cut in half": (lambda: xlsx()[: len(xlsx()) // 2], "FILE_UNREADABLE"),
    "without its last bytes": (lambda: xlsx()[:-30], "FILE_UNREADABLE"),
    "packed bytes overwritten": (lambda: patched(LOCAL, 30 + len(SHEET), b"\xff" * 20), "FILE_UNREADABLE"),
    "only the signature": (lambda: LOCAL, "FILE_UNREADABLE"),
    "a line end behind the package": (lambda: xlsx() + b"\r\n", ""),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawWorkbook | Unreadable]:
    return read_among_neighbours({kind: make() for kind, (make, _) in KINDS.items()}, tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize("kind", KINDS)
def test_package(kind: str, answers: dict[str, RawWorkbook | Unreadable]) -> None:
    assert code_of(answers[kind]) == KINDS[kind][1]


def test_a_file_beyond_the_cap_is_not_read_to_its_end(tmp_path: Path) -> None:
    assert read_one(xlsx() + bytes(FILE_BYTES), tmp_path) == Unreadable("FILE_TOO_LARGE")
