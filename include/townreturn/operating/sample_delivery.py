"""Sample submissions into the inbox, as if the units had sent them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from townreturn.domain.period import Period
from townreturn.intake.dropping import drop_into
from townreturn.office import Office
from townreturn.operating.running import tell
from townreturn.store.arrivals import known_hashes
from townreturn.store.engine import reading

SEED = 1


def send_samples(office: Office, home: Path, periods: Sequence[Period]) -> None:
    """Write the samples of consecutive periods and drop those into the inbox that never came in."""
    from townreturn.samples import write_samples  # brings the checks: too heavy for every command to import

    folder = home / "samples" / f"{periods[0]}_{periods[-1]}"
    write_samples(office.plans, office.rules, periods[0], periods[-1], SEED, folder)
    samples = [path for period in periods for path in sorted((folder / period.key).glob("*.xlsx"))]
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in samples}
    with reading(office.engine) as tx:
        known = known_hashes(tx, hashes)
    for digest, path in hashes.items():
        if digest not in known:
            drop_into_inbox(office, path)
    tell("SAMPLES_SENT", first=periods[0], last=periods[-1], sent=len(hashes) - len(known), known=len(known))


def drop_into_inbox(office: Office, file: Path) -> None:
    """Copy a file into the inbox; its time of last change, when it was received, stays."""
    received_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    drop_into(office.inbox, f"{file.parent.name}_{file.name}", file.read_bytes(), received_at)
