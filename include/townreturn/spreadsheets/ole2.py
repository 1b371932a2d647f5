"""OLE2 compound files: which program's they are by their streams."""

from io import BytesIO

from olefile import OleFileIO

from townreturn.spreadsheets.faults import CannotRead

_OTHERS = (
    ("EncryptedPackage", "FILE_ENCRYPTED"),
    ("WordDocument", "FILE_IS_WORD"),
    ("WpsDocument", "FILE_IS_WPS_TEXT"),
    ("MatOST", "FILE_IS_WPS_TEXT"),
    ("PowerPoint Document", "FILE_IS_POWERPOINT"),
)
_WORKBOOK_STREAMS = ("Workbook", "Book")


def read_workbook_stream(content: bytes) -> tuple[bytes, bool]:
    """The BIFF records of an xls (or et) file, and whether it carries program code.

    Raises CannotRead: FILE_ENCRYPTED, FILE_IS_…, FILE_NOT_A_SPREADSHEET, FILE_UNREADABLE.
    """
    try:
        with OleFileIO(BytesIO(content)) as file:
            entries = {entry[0].casefold() for entry in file.listdir(streams=True, storages=True)}
            stream = next((one for one in _WORKBOOK_STREAMS if one.casefold() in entries), "")
            records = file.openstream(stream).read() if stream else b""
    except Exception:  # noqa: BLE001 - whatever the library raises on a hostile file means the same
        raise CannotRead("FILE_UNREADABLE") from None
    for name, code in _OTHERS:
        if name.casefold() in entries:
            raise CannotRead(code)
    if not stream:
        raise CannotRead("FILE_NOT_A_SPREADSHEET" if entries else "FILE_UNREADABLE")
    return records, "_vba_project_cur" in entries
