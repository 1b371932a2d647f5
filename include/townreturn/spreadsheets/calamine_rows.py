"""The one place that calls calamine: workbook bytes → rows of values, sheet by sheet."""

from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from townreturn.spreadsheets.faults import CannotRead
from townreturn.spreadsheets.workbook import RawValue


def read_rows(content: bytes) -> list[tuple[str, list[list[RawValue]]]]:
    """Every sheet's name and its rows from A1, blanks as "".

    Raises CannotRead: FILE_UNREADABLE, FILE_ENCRYPTED. A panic of the reader, which is no
    Exception, counts as unreadable; where it aborts, the process is gone.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))  # type: ignore[misc]
            for name in book.sheet_names
        ]
    except PasswordError:
        raise CannotRead("FILE_ENCRYPTED") from None
    except CalamineError:
        raise CannotRead("FILE_UNREADABLE") from None
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":
            raise CannotRead("FILE_UNREADABLE") from None
        raise
