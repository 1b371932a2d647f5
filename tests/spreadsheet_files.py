"""Spreadsheet files made by hand in tests: packages part by part, and xls and xlsb records."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
GOOD_ROWS = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12.5</v></c></row>'


def relation(number: int, kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"{more}/>'


def relations(*listed: str) -> str:
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE_RELATIONS}">{"".join(listed)}</Relationships>'


def worksheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def shared_strings(*texts: str) -> str:
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>'


def book(*sheets: str, before: str = "") -> str:
    """workbook.xml with these ``<sheet/>`` elements."""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}<sheets>{"".join(sheets)}</sheets></workbook>'


def sheet(number: int, name: str, more: str = "") -> str:
    return f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"{more}/>'


STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
"""Style 1 is a date."""


def xlsx_parts(rows: str = GOOD_ROWS) -> dict[str, str | bytes]:
    """A workbook of one sheet 统计表 whose cell A1 is the shared string 指标."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book(sheet(1, "统计表")),
        "xl/_rels/workbook.xml.rels": relations(
            relation(1, "worksheet", "worksheets/sheet1.xml"),
            relation(8, "sharedStrings", "sharedStrings.xml"),
            relation(9, "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": worksheet(rows),
        "xl/sharedStrings.xml": shared_strings("指标", "数"),
        "xl/styles.xml": STYLES,
    }


def package(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return target.getvalue()


def xlsx(rows: str = GOOD_ROWS, **changed: str | bytes) -> bytes:
    """A workbook; ``changed`` replaces parts, named by the end of their path before the dot (sheet1, workbook)."""
    parts = xlsx_parts(rows)
    for end, content in changed.items():
        (name,) = (one for one in parts if one.rpartition("/")[2].split(".")[0] == end and not one.endswith(".rels"))
        parts[name] = content
    return package(parts)


def read_one(content: bytes, folder: Path) -> RawWorkbook | Unreadable:
    """What the reader makes of these bytes, in its child process."""
    path = folder / "file"
    path.write_bytes(content)
    return read_workbooks([path])[path]


def readable(content: bytes, folder: Path) -> RawWorkbook:
    """The same, where it must be readable."""
    raw = read_one(content, folder)
    assert isinstance(raw, RawWorkbook), raw
    return raw


def biff(kind: int, data: bytes = b"") -> bytes:
    """A record of xls."""
    return struct.pack("<HH", kind, len(data)) + data


def biff12(kind: int, data: bytes = b"") -> bytes:
    """A record of xlsb: type and length seven bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(data)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + data


def wide(text: str) -> bytes:
    """A counted UTF-16 string of xlsb."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def read_among_neighbours(files: Mapping[str, bytes], folder: Path) -> dict[str, RawWorkbook | Unreadable]:
    """What each file holds, all read in one batch with a good file before and behind each; those are read rightly."""
    paths: list[Path] = []
    for number, content in enumerate(files.values()):
        paths += [folder / f"{number}", folder / f"{number}-good"]
        paths[-2].write_bytes(content)
        paths[-1].write_bytes(xlsx())
    answers = list(read_workbooks(paths).values())
    for neighbour in answers[1::2]:
        assert isinstance(neighbour, RawWorkbook)
        assert neighbour.sheets[0].rows == (("指标", 12.5),)
    return dict(zip(files, answers[::2], strict=True))


def code_of(answer: RawWorkbook | Unreadable) -> str:
    """Why it cannot be read, "" when it can."""
    return answer.code if isinstance(answer, Unreadable) else ""


_OLE2, _SECTOR = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 512
_FREE, _END_OF_CHAIN, _FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 compound file [MS-CFB]: one FAT sector, then the streams (4096 bytes or none), then the directory."""
    fat, body, entries = [_FAT_SECTOR], b"", []
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0") if content else b""
        padded += bytes(-len(padded) % _SECTOR)
        first = len(fat) if padded else _END_OF_CHAIN
        fat += _chain(len(fat), len(padded) // _SECTOR)
        body += padded
        entries.append((name, first, len(padded)))
    directory = _directory_entry("Root Entry", 5, 1 if entries else _FREE, _FREE, _END_OF_CHAIN, 0)
    for number, (name, first, size) in enumerate(entries, 1):
        right = number + 1 if number < len(entries) else _FREE
        directory += _directory_entry(name, 2, _FREE, right, first, size)
    directory += bytes(-len(directory) % _SECTOR)
    directory_at = len(fat)
    fat += _chain(directory_at, len(directory) // _SECTOR)
    header = _OLE2 + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<10I", 0, 1, directory_at, 0, 4096, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0, 0)
    packed_fat = struct.pack(f"<{len(fat)}I", *fat)
    return header.ljust(_SECTOR, b"\xff") + packed_fat.ljust(_SECTOR, b"\xff") + body + directory


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END_OF_CHAIN] if count else []


def _directory_entry(name: str, kind: int, child: int, right: int, first: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", first, size)


def xls(sheet: bytes, before: bytes = b"", name: str = "Sheet1", state: int = 0) -> bytes:
    """A BIFF8 workbook of one sheet with these records; ``before`` goes among the workbook's own."""
    start = biff(0x0809, struct.pack("<4HII", 0x0600, 5, 0, 0, 0, 0)) + biff(0x0042, struct.pack("<H", 1200)) + before
    size = len(start) + len(biff(0x0085, bytes(8 + len(name)))) + 4
    listed = biff(0x0085, struct.pack("<IBBBB", size, state, 0, len(name), 0) + name.encode("latin-1"))
    own = biff(0x0809, struct.pack("<4HII", 0x0600, 0x10, 0, 0, 0, 0)) + sheet + biff(0x000A)
    return compound({"Workbook": start + listed + biff(0x000A) + own})


def xls_number(row: int, column: int, value: float) -> bytes:
    return biff(0x0203, struct.pack("<HHHd", row, column, 0, value))


def xls_label(row: int, column: int, text: str) -> bytes:
    return biff(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def xls_formula(row: int, column: int, value: bytes) -> bytes:
    """A formula 1 with this cached value of eight bytes."""
    return biff(0x0006, struct.pack("<HHH", row, column, 0) + value + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00")
