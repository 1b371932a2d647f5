"""The archive: whether the original bytes of every file that came in are there and unaltered."""

import hashlib
from collections.abc import Iterator

from townreturn.foreign_text import one_line
from townreturn.month.verifying.case import Case
from townreturn.office import Office
from townreturn.safekeeping.tables import named_hashes
from townreturn.store.engine import reading
from townreturn.store.inspection import list_arrivals
from townreturn.wording import say


def check_archive(case: Case) -> Iterator[str]:
    """Each arrival's bytes, once for each content."""
    came = {one.file_hash: one for one in list_arrivals(case.tx, case.town, case.period)}
    for file_hash, arrival in came.items():
        path = case.office.archived(file_hash)
        case.counts["VERIFY_FILES"] += 1
        if not path.is_file():
            yield say("VERIFY_ARCHIVE_LOST", name=one_line(arrival.file_name), place=path)
            continue
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != file_hash:
            yield say("VERIFY_ARCHIVE_ALTERED", name=one_line(arrival.file_name), place=path, found=found[:12])


def count_unnamed(office: Office) -> int:
    """The originals that no row names, as an intake leaves them that was killed before it recorded them."""
    lying = {one.name for one in office.archive.glob("??/*") if one.name.startswith(one.parent.name)}
    with reading(office.engine) as tx:
        return len(lying.difference(named_hashes(tx)))
