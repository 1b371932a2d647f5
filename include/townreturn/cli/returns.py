"""Commands on a period: compile, publish, release – the month without Airflow."""

import argparse
import sys
from datetime import datetime

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_clock
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening
from townreturn.store.returns import newest_compilation
from townreturn.wording import say


def compile_period(options: argparse.Namespace) -> int:
    """``compile``: take in the inbox, and compile and check the period if it is ready; 1 if not."""
    office, now, period = open_chosen_office(options), read_clock(), Period(options.period)
    open_if_needed(office, period, now)
    month.take_in(office, now)
    readiness = month.readiness(office, period, now)
    if not readiness.is_ready:
        sys.stderr.write(say("PERIOD_NOT_READY", period=period, reasons="；".join(readiness.waiting_for)) + "\n")
        return 1
    compilation_id = month.compile_return(office, period, now)
    month.check_return(office, compilation_id)
    sys.stdout.write(month.summarise(office, compilation_id) + "\n\n")
    sys.stdout.write(month.describe_approval(office, compilation_id) + "\n")
    return 0


def publish_period(options: argparse.Namespace) -> int:
    """``publish``: what was approved; prints the folder."""
    office, period = open_chosen_office(options), Period(options.period)
    folder = month.publish(office, newest_compiled(office, period), read_clock())
    sys.stdout.write(f"{folder}\n")
    return 0


def release_period(options: argparse.Namespace) -> int:
    """``release``: free a period from a pipeline run that no longer exists."""
    period = Period(options.period)
    month.release_period(open_chosen_office(options), period, read_clock())
    sys.stdout.write(say("CLI_RELEASED", period=period) + "\n")
    return 0


def open_if_needed(office: Office, period: Period, now: datetime) -> None:
    """Open a period by hand that no run has opened; after its due instant it is 补录."""
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        opened = find_opening(tx, plan.town_code, period.key) is not None
    if not opened:
        month.open_period(office, period, now, run_id="", backfilled=now >= plan.calendar.due_at(period))


def newest_compiled(office: Office, period: Period) -> int:
    """The id of what was compiled last for a period. Raises Refused when nothing was."""
    office.plans.in_force(period)
    with reading(office.engine) as tx:
        newest = newest_compilation(tx, office.plans.town_code, period.key)
    if newest is None:
        raise Refused("NOT_COMPILED", period=period)
    return newest.id
