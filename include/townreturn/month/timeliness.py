"""How the units kept their obligations over some periods, as they stand now or as was known then."""

from datetime import datetime

from townreturn.chasing.standing_now import standings_of
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period, periods_between
from townreturn.domain.timeliness import League, league_of
from townreturn.office import Office
from townreturn.store.engine import reading


def timeliness_of(
    office: Office, first: Period, last: Period, now: datetime, as_of: datetime | None = None
) -> League:  # fmt: skip
    """The league of the units of the last period's plan; Misuse where no plan is in force, or from last to first."""
    periods = periods_between(first, last)
    if not periods:
        raise Misuse("PERIODS_REVERSED", first=first, last=last)
    with reading(office.engine) as tx:
        standings = {one.key: standings_of(tx, office.plans.in_force(one), one, now, as_of) for one in periods}
    return league_of(office.plans.in_force(last).units, standings)
