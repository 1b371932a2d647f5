"""Exclusions (剔除): wrong uploads that do not count, kept with who said so and why; nothing is deleted."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert

from townreturn.domain.audit import Event, EventKind
from townreturn.domain.chain import Withdrawal, WithdrawalKind
from townreturn.store.schema import exclusions


def record_exclusion(tx: Connection, report_ids: Iterable[int], withdrawal: Withdrawal) -> None:
    """Store an exclusion, or that it was lifted, of every report made of some bytes.

    ``latest`` has to be refreshed by whoever calls.
    """
    values = {"account": withdrawal.account, "reason": withdrawal.reason, "decided_at": withdrawal.at}
    excluded = withdrawal.kind is WithdrawalKind.EXCLUDED
    tx.execute(insert(exclusions), [{"report_id": one, "excluded": excluded, **values} for one in report_ids])


def tell_withdrawn(
    category: str, unit: str, file_hash: str, entry_numbers: Sequence[int], withdrawal: Withdrawal
) -> Event:
    """What the audit trail says of it, once for each category of the file; ``entry_numbers`` ascend."""
    kind = EventKind.EXCLUDED if withdrawal.kind is WithdrawalKind.EXCLUDED else EventKind.READMITTED
    details = {
        "category": category,
        "unit": unit,
        "file_hash": file_hash,
        "entry_numbers": list(entry_numbers),
        "account": withdrawal.account,
        "reason": withdrawal.reason,
    }
    return Event(kind, withdrawal.at, details)
