"""Everything that people send instead of a spreadsheet, and csv in the encodings that people save it in.

Names play no part: every file here is called alike.
"""

import base64
import gzip
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from spreadsheet_files import (
    book,
    code_of,
    compound,
    package,
    read_among_neighbours,
    read_one,
    readable,
    relation,
    relations,
    sheet,
    xlsx,
)
from townreturn.spreadsheets.csv_table import CSV_SHEET_NAME
from townreturn.spreadsheets.limits import SHEET_COLUMNS, SHEET_ROWS
from townreturn.spreadsheets.workbook import FileKind, RawWorkbook, Unreadable
from townreturn.wording import texts

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TABLE = "填报单位,镇工商分局\r\n报告期,2018-01\r\n指标,单位,5.儿童用品\r\n开展执法行动,次,12\r\n罚没金额,万元,1.5\r\n"
ROWS = (
    ("填报单位", "镇工商分局"), ("报告期", "2018-01"), ("指标", "单位", "5.儿童用品"), ("开展执法行动", "次", 12.0),
    ("罚没金额", "万元", 1.5),
)  # fmt: skip


def ole2(*streams: str) -> bytes:
    return compound(dict.fromkeys(streams, b""))


def word() -> bytes:
    target = BytesIO()
    document = Document()
    document.add_paragraph("本月情况")
    document.save(target)
    return target.getvalue()


def powerpoint() -> bytes:
    main = relations(relation(1, "officeDocument", "ppt/presentation.xml"))
    return package({"[Content_Types].xml": "<Types/>", "_rels/.rels": main, "ppt/presentation.xml": "<p/>"})


def open_document(kind: str) -> bytes:
    return package({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"})


PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")
WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "FILE_EMPTY"),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "FILE_IS_HTML"),
    "web page with a doctype, as other systems export": (
        lambda: "\ufeff\r\n<!DOCTYPE html PUBLIC><HTML><meta charset=gbk>统计".encode(),
        "FILE_IS_HTML",
    ),
    "web page in GBK": (lambda: "<table><tr><td>统计</td></tr></table>".encode("gbk"), "FILE_IS_HTML"),
    "web archive": (lambda: b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"', "FILE_IS_HTML"),
    "XML spreadsheet of 2003": (
        lambda: (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
            b'xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        ),
        "FILE_IS_XML",
    ),
    "what Outlook packs attachments in": (lambda: b"\x78\x9f\x3e\x22\x01\x00", "FILE_IS_TNEF"),
    "other XML": (lambda: b'<?xml version="1.0"?><report/>', "FILE_IS_XML"),
    "PNG": (lambda: PNG, "FILE_IS_IMAGE"),
    "JPEG": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100), "FILE_IS_IMAGE"),
    "GIF": (lambda: b"GIF89a" + bytes(100), "FILE_IS_IMAGE"),
    "BMP": (lambda: b"BM" + struct.pack("<I", 106) + bytes(100), "FILE_IS_IMAGE"),
    "WebP": (lambda: b"RIFF\x64\x00\x00\x00WEBPVP8 " + bytes(100), "FILE_IS_IMAGE"),
    "TIFF": (lambda: b"II*\x00" + bytes(100), "FILE_IS_IMAGE"),
    "TIFF, the other way round": (lambda: b"MM\x00*" + bytes(100), "FILE_IS_IMAGE"),
    "HEIC from a telephone": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(100), "FILE_IS_IMAGE"),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "FILE_IS_PDF"),
    "PDF behind other bytes": (lambda: b"\r\n\r\n%PDF-1.4\n", "FILE_IS_PDF"),
    "docx": (word, "FILE_IS_WORD"),
    "doc": (lambda: ole2("WordDocument", "1Table"), "FILE_IS_WORD"),
    "rtf": (lambda: b"{\\rtf1\\ansi x}", "FILE_IS_WORD"),
    "odt": (lambda: open_document("text"), "FILE_IS_WORD"),
    "wps text": (lambda: ole2("WpsDocument"), "FILE_IS_WPS_TEXT"),
    "pptx": (powerpoint, "FILE_IS_POWERPOINT"),
    "ppt": (lambda: ole2("PowerPoint Document"), "FILE_IS_POWERPOINT"),
    "odp": (lambda: open_document("presentation"), "FILE_IS_POWERPOINT"),
    "drawing": (lambda: open_document("graphics"), "FILE_NOT_A_SPREADSHEET"),
    "zip of workbooks": (lambda: package({"1月.xlsx": xlsx(), "2月.xlsx": xlsx()}), "FILE_IS_ARCHIVE"),
    "empty zip": (lambda: b"PK\x05\x06" + bytes(18), "FILE_IS_ARCHIVE"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(50), "FILE_IS_ARCHIVE"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50), "FILE_IS_ARCHIVE"),
    "gz": (lambda: gzip.compress(xlsx()), "FILE_IS_ARCHIVE"),
    "encrypted workbook": (lambda: ole2("EncryptionInfo", "EncryptedPackage"), "FILE_ENCRYPTED"),
    "mail": (lambda: ole2("__properties_version1.0"), "FILE_NOT_A_SPREADSHEET"),
    "OLE2 signature and nothing": (lambda: OLE2 + bytes(2000), "FILE_UNREADABLE"),
    "Excel 4": (lambda: b"\x09\x04\x06\x00\x00\x04\x10\x00" + bytes(50), "FILE_IS_OLD_EXCEL"),
    "Excel 5 without a compound file": (lambda: b"\x09\x08\x08\x00\x00\x05\x05\x00" + bytes(50), "FILE_IS_OLD_EXCEL"),
    "a word": (lambda: "本月无".encode(), "FILE_IS_TEXT"),
    "a letter": (lambda: "各位领导：\n本月打假工作情况如下。\n一、查处案件3宗。\n".encode("gb18030"), "FILE_IS_TEXT"),
    "blank text": (lambda: b" \r\n \r\n", "FILE_IS_TEXT"),
    "random bytes": (lambda: bytes(range(256)) * 8, "FILE_NOT_A_SPREADSHEET"),
    "a program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "FILE_NOT_A_SPREADSHEET"),
    "only NUL bytes": (lambda: bytes(5000), "FILE_NOT_A_SPREADSHEET"),
    "table with a NUL": (lambda: TABLE.replace("12", "1\x002").encode(), "FILE_NOT_A_SPREADSHEET"),
    "open quotation mark": (lambda: TABLE.replace("次,", '"次,').encode(), "CSV_QUOTES_WRONG"),
    "text behind a quotation mark": (lambda: TABLE.replace("次,", '"次"x,').encode(), "CSV_QUOTES_WRONG"),
    "endless csv": (lambda: b"1,2\n" * (SHEET_ROWS + 1), "CELLS_REACH_TOO_FAR"),
    "csv without end to the right": (lambda: (b"1," * SHEET_COLUMNS + b"1\n") * 3, "CELLS_REACH_TOO_FAR"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawWorkbook | Unreadable]:
    return read_among_neighbours({kind: make() for kind, (make, _) in WRONG.items()}, tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_file(kind: str, answers: dict[str, RawWorkbook | Unreadable]) -> None:
    assert code_of(answers[kind]) == WRONG[kind][1]
    assert WRONG[kind][1] in texts()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_as_people_save_it(encoding: str, told: str, separator: str, tmp_path: Path) -> None:
    raw = readable(TABLE.replace(",", separator).encode(encoding), tmp_path)
    assert (raw.kind, raw.encoding) == (FileKind.CSV, told)
    assert [one.name for one in raw.sheets] == [CSV_SHEET_NAME]
    assert raw.sheets[0].rows == ROWS


@pytest.mark.parametrize(
    ("written", "value"),
    [("12", 12.0), ("0", 0.0), ("-3.50", -3.5), ("1.2E+09", 1.2e9), ("007", "007"), ("１２", "１２"),
     ('"1,200"', "1,200"), ("16/140", "16/140"), ("NaN", "NaN"), ("1e999", "1e999"), ("1_000", "1_000"),
     ("=1+2", "=1+2"), ("  ", None),
     ('"甲\r\n乙"', "甲\r\n乙"), ('"说""好"""', '说"好"'), (" 12 ", " 12 ")],
)  # fmt: skip
def test_cells_of_csv(written: str, value: object, tmp_path: Path) -> None:
    page = readable(f"a,b,c\nx,{written},y\n".encode(), tmp_path).sheets[0]
    assert page.value(1, 1) == value
    assert page.value(1, 2) == "y"


def test_an_error_saved_to_csv_is_no_text(tmp_path: Path) -> None:
    page = readable("指标,数\n立案,#DIV/0!\n".encode(), tmp_path).sheets[0]
    assert page.rows == (("指标", "数"), ("立案",))
    assert page.unread == {"B2": "ERROR_CELL"}


def test_blank_ends_of_csv_are_trimmed(tmp_path: Path) -> None:
    page = readable(b"a,b,,\n1,2,,\n,,,\n,,,\n", tmp_path).sheets[0]
    assert page.rows == (("a", "b"), (1.0, 2.0))


def test_the_name_of_the_sheet_that_stands_twice_is_told(tmp_path: Path) -> None:
    twice = xlsx(workbook=book(sheet(1, "统计表"), sheet(1, "统计表")))
    assert read_one(twice, tmp_path) == Unreadable("SHEET_NAME_TWICE", {"value": "统计表"})
