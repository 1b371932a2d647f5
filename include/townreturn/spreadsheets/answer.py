"""What the reading child says of one file: a module of its own, so that who asks imports no parser."""

import msgspec

from townreturn.spreadsheets.workbook import RawWorkbook, Unreadable


class Answer(msgspec.Struct):
    """Either what the file holds, or why it cannot be read; as JSON between the two processes."""

    workbook: RawWorkbook | None = None
    fault: Unreadable | None = None
