"""What a file is by its first bytes, whatever its name says."""

from enum import Enum

from townreturn.spreadsheets.faults import CannotRead


class Container(Enum):
    """How a spreadsheet is packed: in a zip package, in an OLE2 compound file, or as plain text."""

    ZIP = "zip"
    OLE2 = "ole2"
    TEXT = "text"


_MAGIC = (
    (b"PK\x03\x04", Container.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Container.OLE2),
    (b"PK\x05\x06", "FILE_IS_ARCHIVE"),
    (b"PK\x07\x08", "FILE_IS_ARCHIVE"),
    (b"Rar!\x1a\x07", "FILE_IS_ARCHIVE"),
    (b"7z\xbc\xaf\x27\x1c", "FILE_IS_ARCHIVE"),
    (b"\x1f\x8b", "FILE_IS_ARCHIVE"),
    (b"\x89PNG\r\n\x1a\n", "FILE_IS_IMAGE"),
    (b"\xff\xd8\xff", "FILE_IS_IMAGE"),
    (b"GIF8", "FILE_IS_IMAGE"),
    (b"II*\x00", "FILE_IS_IMAGE"),
    (b"MM\x00*", "FILE_IS_IMAGE"),
    (b"%PDF-", "FILE_IS_PDF"),
    (b"{\\rtf", "FILE_IS_WORD"),
    (b"\x78\x9f\x3e\x22", "FILE_IS_TNEF"),
    (b"\x09\x08", "FILE_IS_OLD_EXCEL"),
    (b"\x09\x04\x06\x00", "FILE_IS_OLD_EXCEL"),
    (b"\x09\x02\x06\x00", "FILE_IS_OLD_EXCEL"),
    (b"\x09\x00\x04\x00", "FILE_IS_OLD_EXCEL"),
)
_HTML = ("<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<style", "<div", "mime-version:")
_XML_SPREADSHEET = ("urn:schemas-microsoft-com:office:spreadsheet", 'progid="excel.sheet"')


def sniff(content: bytes) -> Container:
    """The container. Raises CannotRead for an empty file and for what is surely no spreadsheet."""
    if not content:
        raise CannotRead("FILE_EMPTY")
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            if isinstance(kind, str):
                raise CannotRead(kind)
            return kind
    if (content[:4] == b"RIFF" and content[8:12] == b"WEBP") or content[4:12] in (b"ftypheic", b"ftypmif1"):
        raise CannotRead("FILE_IS_IMAGE")
    if content[:2] == b"BM" and int.from_bytes(content[2:6], "little") == len(content):
        raise CannotRead("FILE_IS_IMAGE")
    if b"%PDF-" in content[:1024]:
        raise CannotRead("FILE_IS_PDF")
    return Container.TEXT


def refuse_markup(text: str) -> None:
    """Web pages and XML under a spreadsheet's name. Raises CannotRead: FILE_IS_HTML, FILE_IS_XML."""
    head = text[:4096].lstrip().casefold()
    if head.startswith(_HTML) or (head.startswith("<") and ("<html" in head or "<table" in head)):
        raise CannotRead("FILE_IS_HTML")
    if head.startswith("<?xml") or any(one in head for one in _XML_SPREADSHEET):
        raise CannotRead("FILE_IS_XML")
