"""When published figures are corrected, and what becomes of the returns after them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class LaterPeriods(StrEnum):
    """What becomes of returns published since, whose 累计, 环比 or 同比 a correction moves."""

    NOTE = "note"
    REISSUE = "reissue"


@dataclass(frozen=True)
class CorrectionPolicy:
    """When published figures are corrected.

    ``window_months``: what comes in later than this after the period was due (or, of a backfilled
    one, after its return was published) leads to no correction. ``materiality_pct``: the least
    change of a current figure, in per cent of what was published, that leads to one by itself; from
    or to 0 or 未报 always does.
    """

    later_periods: LaterPeriods = LaterPeriods.NOTE
    window_months: int = 12
    materiality_pct: Decimal = Decimal(0)
