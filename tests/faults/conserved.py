"""Conservation, with which every fault ends: nothing lost, nothing double, everything answered, the record whole."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from townreturn.domain.findings import Verdict
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.schema import arrivals, publications

ENDS = {str(one) for one in (Verdict.ACCEPTED, Verdict.EXPLAINED, Verdict.RETURNED, Verdict.QUARANTINED)}


def read_sent(folder: Path) -> dict[str, bytes]:
    """File name → bytes of everything below a folder that an intake would take."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name[0] != "."}


def require_conserved(office: Office, sent: Mapping[str, bytes]) -> Counter[str]:
    """Every file sent has left the inbox, is archived byte for byte, counts once, and was answered once; the record
    is whole. Gives how many came to which end.
    """
    with reading(office.engine) as tx:
        rows = tx.execute(select(arrivals.c.file_name, arrivals.c.file_hash, arrivals.c.disposition)).all()
    assert sorted(row.file_name for row in rows) == sorted(sent), "lost or double"
    assert lying(office) == []
    for row in rows:
        assert office.archive.read(row.file_hash) == sent[row.file_name], row.file_name
    assert answered(office) == Counter(row.file_hash[:8] for row in rows), "answered once each"
    ends = Counter(row.disposition for row in rows)
    assert set(ends) <= ENDS
    require_whole(office)
    return ends


def require_whole(office: Office) -> None:
    """``townreturn verify`` finds something, and nothing amiss; no period has an issue twice."""
    verified = list(verify(office))
    assert verified
    assert [one.text for one in verified if not one.is_whole] == []
    with reading(office.engine) as tx:
        issues = [tuple(row) for row in tx.execute(select(publications.c.period, publications.c.issue))]
    assert len(issues) == len(set(issues))


def lying(office: Office) -> list[str]:
    """What is still in the inbox."""
    return sorted(path.name for path in office.inbox.rglob("*") if path.is_file() and not path.name.startswith("."))


def answered(office: Office) -> Counter[str]:
    """Beginning of a file's hash → how many receipts name it."""
    receipts = [path.stem for path in office.receipts.rglob("*.txt")]
    notices = [path.parent.name for path in office.quarantine.rglob("receipt.txt")]
    return Counter(_hash_in(name) for name in (*receipts, *notices))


def _hash_in(name: str) -> str:
    """Names are ``[unit_]time_hash[_hash of a copy's name]``."""
    return next(part for part in name.split("_") if len(part) == 8 and set(part) <= set("0123456789abcdef"))
