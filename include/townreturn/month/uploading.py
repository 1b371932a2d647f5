"""A workbook uploaded for a unit: taken in at once, by the code that takes in the inbox, and answered to the asker."""

from dataclasses import dataclass
from datetime import UTC, datetime

from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.plan import Unit
from townreturn.domain.plan_book import PlanBook
from townreturn.domain.submission import Arrival
from townreturn.foreign_text import storable
from townreturn.month.answering import Answer
from townreturn.month.mandates import UPLOADED, mandate_for
from townreturn.month.stated import stated_account
from townreturn.month.trays import Received, enter_tray
from townreturn.office import Office
from townreturn.store.arrivals import find_arrival
from townreturn.store.engine import reading

_NAME_BYTES, _HEAD_BYTES, _TAIL_BYTES = 255, 200, 50
"""What a file system keeps of a name, so that a longer one cannot have come by the inbox."""


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it for a unit, by code, and when it was here in full; ``name`` is anybody's text."""

    unit: str
    name: str
    content: bytes
    received_at: datetime


def uploading_units(plans: PlanBook) -> tuple[Unit, ...]:
    """The units that files can be uploaded for: those that ever owed statistics, as the newest plan names them."""
    leads = (unit for plan in reversed(plans.plans) for unit in plan.reporting_units)
    found: dict[str, Unit] = {}
    for unit in leads:
        found.setdefault(unit.code, unit)
    return tuple(found.values())


def take_in_upload(office: Office, upload: Upload, *, account: str) -> tuple[int, Answer]:
    """Take a file in under the account that brought it: the number that it got, and what it is answered.

    The inbox is left alone: of files of one unit that lie there the time received decides, as of all
    others, whichever is judged first. Killed anywhere, either all of it is stored and answered or
    nothing but the bytes in the archive is left, and whoever saw no receipt sends it again.
    Raises Misuse for a missing account, an unknown unit or no file, Refused for one that has just come.
    """
    account = stated_account(account)
    if upload.unit not in {one.code for one in uploading_units(office.plans)}:
        raise Misuse("UPLOAD_UNIT_UNKNOWN", value=upload.unit)
    if not (name := _kept_name(upload.name)):
        raise Misuse("UPLOAD_WITHOUT_FILE")
    file_hash = office.archive.keep_for_now(upload.content)
    arrival = Arrival(name, file_hash, upload.received_at.astimezone(UTC), uploaded_by=account)
    mandate = mandate_for(office, UPLOADED, account, [upload.unit])
    written = enter_tray([Received(office, arrival, mandate)], arrival.received_at)
    if not written:
        raise Refused("UPLOADED_AT_THIS_INSTANT")
    [(_, one)] = written
    with reading(office.engine) as tx:
        return find_arrival(tx, office.plans.town_code, arrival), one.answer


def _kept_name(name: str) -> str:
    """Without folders, which some browsers tell of; a name too long for a file keeps its beginning and its ending."""
    last = storable(name.replace("\\", "/").rpartition("/")[2])
    raw = last.encode()
    if len(raw) <= _NAME_BYTES:
        return last
    return f"{raw[:_HEAD_BYTES].decode(errors='ignore')}…{raw[-_TAIL_BYTES:].decode(errors='ignore')}"
