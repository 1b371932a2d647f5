"""Who decides something by hand, and why: both are always stated."""

from townreturn.domain.errors import Misuse
from townreturn.foreign_text import one_line, storable

_ACCOUNT_LENGTH = 250
"""What the store keeps of an account."""


def stated(account: str, reason: str) -> tuple[str, str]:
    """Account and reason as they are kept, each on one line. Raises Misuse where one is missing."""
    account, reason = stated_account(account), on_one_line(reason)
    if not reason:
        raise Misuse("EXCLUSION_NEEDS_REASON")
    return account, reason


def stated_account(account: str) -> str:
    """The account as it is kept. Raises Misuse where it is missing, or too long to be one."""
    account = on_one_line(account)
    if not account or len(account) > _ACCOUNT_LENGTH:
        raise Misuse("EXCLUSION_NEEDS_ACCOUNT")
    return account


def on_one_line(text: str) -> str:
    """What somebody typed, as it is kept."""
    return one_line(storable(text)).strip()
