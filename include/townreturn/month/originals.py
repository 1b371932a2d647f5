"""A unit's own workbook, read again from the archive for somebody who wants to see it."""

from townreturn.month.kept import read_archived
from townreturn.office import Office
from townreturn.spreadsheets.reader import read_workbooks
from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable


def read_original(office: Office, file_hash: str, name: str) -> RawWorkbook | Unreadable:
    """Its sheets as they came in, or why it cannot be read.

    Raises Broken when the archive has lost the bytes or has others.
    """
    read_archived(office, file_hash, name)
    path = office.archived(file_hash)
    return read_workbooks([path])[path]
