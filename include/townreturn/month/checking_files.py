"""What each file would be answered if it came in now; nothing is kept."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from townreturn.domain.submission import Arrival
from townreturn.foreign_text import storable
from townreturn.month.answering import Answer
from townreturn.month.entering import read_files, rehearse_submissions
from townreturn.month.submissions import TRAY, trays_of
from townreturn.office import Office
from townreturn.store.engine import reading


def check_files(office: Office, paths: Sequence[Path], now: datetime) -> Iterator[list[Answer]]:
    """The answer that each file would get now, in the order given, a tray at a time; nothing is kept.

    Each file is judged as the intake would judge it, alone, by what stands in the store.
    """
    for tray in trays_of(paths, TRAY):
        arrivals = [Arrival(storable(path.name), _digest(path), now) for path in tray]
        submissions = read_files(office, list(zip(arrivals, tray, strict=True)))
        with reading(office.engine) as tx:
            yield rehearse_submissions(tx, office, submissions)


def _digest(path: Path) -> str:
    """Of a file that cannot be opened, its path stands for the content: it is no other one's copy."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return hashlib.sha256(os.fsencode(path)).hexdigest()
