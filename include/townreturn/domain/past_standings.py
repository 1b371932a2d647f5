"""Past standings (以前各期报送情况): how categories stood in earlier periods, as their issues state it."""

from dataclasses import dataclass

from townreturn.domain.obligation import ObligationState, Timeliness
from townreturn.domain.period import Period
from townreturn.domain.trend import trend_periods

_EARLIER_PERIODS = 11


@dataclass(frozen=True)
class PastStanding:
    """One category's statistics of an earlier period."""

    period: str
    category: str
    state: ObligationState
    timeliness: Timeliness


def recent_periods(period: Period) -> tuple[Period, ...]:
    """Those that with the period itself make a year, ascending; they contain its year to date."""
    return trend_periods(period)[-_EARLIER_PERIODS:]
