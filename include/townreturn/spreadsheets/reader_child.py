"""The child process that opens workbooks: paths on standard input, one JSON line a file out.

It limits its own memory and time, so that a file can harm nothing but this process.
"""

import json
import resource
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from townreturn.spreadsheets.unread_cells import find_unread_cells

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
_ZIP, _OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def main() -> None:
    """Read every path; a file that kills this process leaves no line, and the parent sees that."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    for line in sys.stdin:
        path = json.loads(line)
        answer = json.dumps({"path": path, **read_one(Path(path))}, default=_tagged)
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


def read_one(path: Path) -> dict[str, Any]:
    """{"sheets": [{name, rows}]} of a spreadsheet, or {"fault": code}; content decides, not the name."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        return {"fault": "FILE_EMPTY"}
    if not head.startswith((_ZIP, _OLE2)):
        return {"fault": "FILE_NOT_A_SPREADSHEET"}
    return _read_with_calamine(path)


def _read_with_calamine(path: Path) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_filelike(path.open("rb"))
        unread = find_unread_cells(path)
        sheets = [
            {
                "name": name,
                "rows": workbook.get_sheet_by_name(name).to_python(skip_empty_area=False),
                "unread": unread.get(name, {}),
            }
            for name in workbook.sheet_names
        ]
    except PasswordError:
        return {"fault": "FILE_ENCRYPTED"}
    except Exception:  # noqa: BLE001 - whatever the reader raises means the same to the sender
        return {"fault": "FILE_UNREADABLE"}
    return {"sheets": sheets}


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, datetime | date | time):
        return {"moment": value.isoformat()}
    return {"moment": str(value)}


if __name__ == "__main__":
    main()
