"""Commands on a period: how it stands, compile, approve, publish – the month without Airflow."""

import argparse
import sys
from datetime import datetime

from townreturn import month
from townreturn.cli.opening import open_this_office, read_clock
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening, recent_alerts
from townreturn.store.returns import find_publications, newest_compilation
from townreturn.wording import say


def show_status(options: argparse.Namespace) -> int:
    """``status``: every obligation of the period, what is published, recent alerts."""
    office, now, period = open_this_office(), read_clock(), Period(options.period)
    plan = office.plans.in_force(period)
    zone = plan.calendar.zone
    for note in plan.notes:
        sys.stdout.write(say("CLI_PLAN_NOTE", note=note) + "\n")
    sys.stdout.write(month.describe_standings(office, period, now) + "\n")
    with reading(office.engine) as tx:
        for one in month.standings_of(tx, plan, period, now):
            unit, category = plan.unit_by_code[one.unit].name, plan.category_by_code[one.category].heading
            received = f"{one.received_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.received_at else "-"
            state, timeliness = say(f"STATE_{one.state}"), say(f"TIMELINESS_{one.timeliness}")
            sys.stdout.write(f"  {category}\t{unit}\t{state}\t{timeliness}\t{received}\n")
        published = find_publications(tx, office.plans.town_code, [period.key]).get(period.key)
        alerts = [one for one in recent_alerts(tx, office.plans.town_code) if one.period in ("", period.key)]
    sys.stdout.write(say("CLI_PUBLISHED", folder=published.folder) if published else say("CLI_NOT_PUBLISHED"))
    sys.stdout.write("\n")
    for alert in alerts:
        raised = f"{alert.raised_at.astimezone(zone):%Y-%m-%d %H:%M}"
        sys.stdout.write(say("CLI_ALERT", raised=raised, text=alert.text) + "\n")
    return 0


def compile_period(options: argparse.Namespace) -> int:
    """``compile``: take in the inbox, and compile and check the period if it is ready; 1 if not."""
    office, now, period = open_this_office(), read_clock(), Period(options.period)
    _open_if_needed(office, period, now)
    month.take_in(office, now)
    readiness = month.readiness(office, period, now)
    if not readiness.is_ready:
        sys.stderr.write(say("PERIOD_NOT_READY", period=period, reasons="；".join(readiness.waiting_for)) + "\n")
        return 1
    compilation_id = month.compile_return(office, period, now)
    month.check_return(office, compilation_id)
    sys.stdout.write(month.summarise(office, compilation_id) + "\n")
    return 0


def decide(options: argparse.Namespace) -> int:
    """``approve``: record an approver's decision on what was compiled last."""
    office, now, period = open_this_office(), read_clock(), Period(options.period)
    month.record_decision(
        office, _compiled(office, period), account=options.account, approved=not options.reject,
        comment=options.comment, sent_back=tuple(options.reject), run_id="", now=now,
    )  # fmt: skip
    sys.stdout.write(say("CLI_REJECTED" if options.reject else "CLI_APPROVED", period=period) + "\n")
    return 0


def publish_period(options: argparse.Namespace) -> int:
    """``publish``: what was approved; prints the folder."""
    office, period = open_this_office(), Period(options.period)
    folder = month.publish(office, _compiled(office, period), read_clock())
    sys.stdout.write(f"{folder}\n")
    return 0


def release_period(options: argparse.Namespace) -> int:
    """``release``: free a period from a pipeline run that no longer exists."""
    period = Period(options.period)
    month.release_period(open_this_office(), period, read_clock())
    sys.stdout.write(say("CLI_RELEASED", period=period) + "\n")
    return 0


def _open_if_needed(office: Office, period: Period, now: datetime) -> None:
    plan = office.plans.in_force(period)
    with reading(office.engine) as tx:
        opened = find_opening(tx, plan.town_code, period.key) is not None
    if not opened:
        month.open_period(office, period, now, run_id="", backfilled=now >= plan.calendar.due_at(period))


def _compiled(office: Office, period: Period) -> int:
    office.plans.in_force(period)
    with reading(office.engine) as tx:
        newest = newest_compilation(tx, office.plans.town_code, period.key)
    if newest is None:
        raise Refused("NOT_COMPILED", period=period)
    return newest.id
