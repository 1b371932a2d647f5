"""One job of the reading child: a path → what the file holds, as JSON."""

import os
from pathlib import Path

import msgspec

from townreturn.spreadsheets.answer import Answer
from townreturn.spreadsheets.archive import Archive
from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.limits import FILE_BYTES, TEXT_BYTES
from townreturn.spreadsheets.ooxml import document_part
from townreturn.spreadsheets.sniffing import Container, sniff
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable
from townreturn.spreadsheets.xlsx import read_xlsx

_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_ENCODER = msgspec.json.Encoder()


def answer(job: bytes) -> bytes:
    """The file at this path, read: an ``Answer`` in JSON."""
    try:
        text = _ENCODER.encode(Answer(workbook=read_bytes(_content_of(Path(os.fsdecode(job))))))
        if len(text) > TEXT_BYTES:
            raise CannotRead("TEXT_TOO_LONG")
    except CannotRead as fault:
        text = _ENCODER.encode(Answer(fault=Unreadable(fault.code, {"value": fault.value} if fault.value else {})))
    return text


def _content_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except OSError:
        raise CannotRead("FILE_NOT_FOUND") from None
    if len(content) > FILE_BYTES:
        raise CannotRead("FILE_TOO_LARGE")
    return content


def read_bytes(content: bytes) -> RawWorkbook:
    """A spreadsheet file of any kind; what is rare is imported when it comes. Raises CannotRead."""
    container = sniff(content)
    if container is Container.ZIP:
        return _read_package(Archive(content))
    if container is Container.OLE2:
        from townreturn.spreadsheets.xls import read_xls

        return read_xls(content)
    from townreturn.spreadsheets.csv_table import read_csv

    return read_csv(content)


def _read_package(archive: Archive) -> RawWorkbook:
    if "mimetype" in archive:
        return _read_open_document(archive)
    if "[Content_Types].xml" not in archive:
        raise CannotRead("FILE_IS_ARCHIVE")
    part = document_part(archive)
    folder = part.partition("/")[0].casefold()
    if folder in ("word", "ppt"):
        raise CannotRead("FILE_IS_WORD" if folder == "word" else "FILE_IS_POWERPOINT")
    if part.casefold().endswith(".bin"):
        from townreturn.spreadsheets.xlsb import read_xlsb

        return read_xlsb(archive, part)
    return read_xlsx(archive, part)


def _read_open_document(archive: Archive) -> RawWorkbook:
    kind = archive.part("mimetype").decode("ascii", "replace").strip().removeprefix(_OPEN_DOCUMENT)
    if kind.startswith(("text", "presentation")):
        raise CannotRead("FILE_IS_WORD" if kind.startswith("text") else "FILE_IS_POWERPOINT")
    if not kind.startswith("spreadsheet"):
        raise CannotRead("FILE_NOT_A_SPREADSHEET")
    from townreturn.spreadsheets.ods import read_ods

    return read_ods(archive)
