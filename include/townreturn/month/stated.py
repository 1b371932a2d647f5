"""Who decides something by hand, and why: both are always stated."""

from townreturn.domain.errors import Misuse
from townreturn.foreign_text import one_line, storable

_ACCOUNT_LENGTH = 250
"""What the store keeps of an account."""


def stated(account: str, reason: str) -> tuple[str, str]:
    """Account and reason as they are kept, each on one line. Raises Misuse where one is missing."""
    account, reason = one_line(storable(account)).strip(), one_line(storable(reason)).strip()
    if not account or len(account) > _ACCOUNT_LENGTH:
        raise Misuse("EXCLUSION_NEEDS_ACCOUNT")
    if not reason:
        raise Misuse("EXCLUSION_NEEDS_REASON")
    return account, reason
