"""January in an office whose folders lie on a remote store: three files sent, taken in, approved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filled_workbook import FilledWorkbook
from published_months import AFTER_DUE, JANUARY
from townreturn import month
from townreturn.office import Office

Fill = Callable[..., FilledWorkbook]


def put_into_inbox(office: Office, filled: Fill, folder: Path) -> dict[str, bytes]:
    """Accepted, returned and nobody's."""
    received = AFTER_DUE - timedelta(days=30)
    folder.mkdir(exist_ok=True)
    accepted = filled("shiyaojian", "2018-01").save(folder / "accepted.xlsx", received)
    returned = filled("zhujian", "2018-01", lambda book: book.put("premises_inspected", -1)).save(
        folder / "returned.xlsx", received
    )
    sent = {path.name: path.read_bytes() for path in (accepted, returned)} | {"note.txt": "本月无".encode()}
    for name, content in sent.items():
        (office.inbox / name).write_bytes(content)
    return sent


def later() -> datetime:
    """An instant after whatever lies in the store was put there."""
    return datetime.now(UTC) + timedelta(minutes=1)


def approved_january(office: Office) -> int:
    month.open_period(office, JANUARY, AFTER_DUE, "", backfilled=True)
    month.take_in(office, later())
    compilation = month.compile_return(office, JANUARY, later())
    month.record_decision(office, compilation, account="approver", approved=True, comment="", sent_back=(),
                          run_id="", now=AFTER_DUE)  # fmt: skip
    return compilation
