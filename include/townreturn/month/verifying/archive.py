"""The archive: whether the bytes of all that came in, and of all that was written, are there and unaltered."""

import hashlib
from collections.abc import Iterator, Mapping

from townreturn.foreign_text import one_line
from townreturn.month.verifying.case import Case
from townreturn.office import Office
from townreturn.safekeeping.tables import named_hashes
from townreturn.store.engine import reading
from townreturn.store.inspection import letters_of, originals_of


def check_archive(case: Case) -> Iterator[str]:
    """The bytes of every file that came in and of every message written, once for each content."""
    came, written = originals_of(case.tx, case.town, case.period), letters_of(case.tx, case.town, case.period)
    yield from _check(case, came, "VERIFY_FILES", "VERIFY_ARCHIVE_LOST", "VERIFY_ARCHIVE_ALTERED")
    yield from _check(case, written, "VERIFY_LETTERS", "VERIFY_LETTER_LOST", "VERIFY_LETTER_ALTERED")


def _check(case: Case, names: Mapping[str, str], counted: str, lost: str, altered: str) -> Iterator[str]:
    for file_hash, name in names.items():
        place = case.office.archive.place(file_hash)
        case.counts[counted] += 1
        found = _hash_of(case.office, file_hash)
        if not found:
            yield case.tell(lost, name=one_line(name), place=place)
        elif found != file_hash:
            yield case.tell(altered, name=one_line(name), place=place, found=found[:12])


def _hash_of(office: Office, file_hash: str) -> str:
    """Of what lies there; empty where nothing does."""
    try:
        with office.archive.open(file_hash) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # any binary file will do
    except FileNotFoundError:
        return ""


def list_unnamed(office: Office) -> list[str]:
    """The archived files that no row names, as an intake leaves them that was killed before it recorded them."""
    lying = set(office.archive.lying())
    with reading(office.engine) as tx:
        return sorted(lying - set(named_hashes(tx)))
