"""Units' own workbooks, read from the archive."""

from collections.abc import Iterable

from townreturn.month.kept import read_archived
from townreturn.office import Office
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable


def read_original(office: Office, file_hash: str, name: str) -> RawWorkbook | Unreadable:
    """Its sheets as they came in, or why it cannot be read.

    Raises Broken when the archive has lost the bytes or has others.
    """
    read_archived(office, file_hash, name)
    return read_originals(office, [file_hash])[file_hash]


def read_originals(office: Office, hashes: Iterable[str]) -> dict[str, RawWorkbook | Unreadable]:
    """Every hash with what its file holds, or why that cannot be read; each is read once."""
    wanted, read = list(dict.fromkeys(hashes)), dict[str, RawWorkbook | Unreadable]()
    for start in range(0, len(wanted), office.archive.most_lent):
        with office.archive.lend(wanted[start : start + office.archive.most_lent]) as paths:
            books = read_workbooks(list(paths.values()))
            read |= {file_hash: books[path] for file_hash, path in paths.items()}
    return read
