"""Files in the inbox of several towns that are for none of them: every town's operators are told."""

from collections.abc import Sequence
from datetime import datetime

from townreturn.intake.unclaimed import list_unclaimed
from townreturn.month import raise_alert
from townreturn.office import Office
from townreturn.wording import say

_MOST = 5
"""Names that an alert tells; a whole batch may have been put there."""


def tell_unclaimed(offices: Sequence[Office], now: datetime) -> None:
    """An alert to each office of a place, once while the same files lie there; nothing where there is one office."""
    if not offices[0].is_among_several:
        return
    inbox = offices[0].inbox.parent
    names = list_unclaimed(inbox, offices[0].towns, now)
    for office in offices if names else ():
        told = "、".join(names[:_MOST])
        raise_alert(office, say("ALERT_INBOX_UNCLAIMED", inbox=inbox, names=told, count=len(names)), "", now)
