"""``demo``: three months on a real Airflow, from sample submissions to published returns."""

import sys
from datetime import UTC, datetime

from townreturn.domain.period import Period, periods_between
from townreturn.office import open_office
from townreturn.operating.backfill import follow, request_backfill
from townreturn.operating.overview import describe_periods, published_of
from townreturn.operating.running import bring_up, find_installation, tell, tell_sign_in
from townreturn.operating.sample_delivery import send_samples
from townreturn.settings import Settings


def run_demo(settings: Settings) -> int:
    """The plan's first three periods. Run again it changes nothing, which the database decides."""
    office, installation = open_office(settings), find_installation(settings)
    first = Period(office.plans.plans[0].validity.first)
    periods = periods_between(first, first.next.next)
    if len(published_of(office, periods)) == len(periods):
        tell("DEMO_NOTHING_CHANGED")
    else:
        send_samples(office, settings.home, periods)
        bring_up(installation)
        request_backfill(installation, (office,), periods)
        follow(installation, (office,), periods)
        tell("DEMO_DONE")
    sys.stdout.write(describe_periods(office, periods, datetime.now(UTC)) + "\n")
    tell_sign_in(installation)
    return 0
