"""Commands on submissions: blank workbooks, samples, the intake."""

import argparse
import sys
from functools import partial
from pathlib import Path

from townreturn import month
from townreturn.cli.opening import (
    chosen_town,
    find_office_of,
    open_chosen_office,
    open_chosen_offices,
    read_clock,
    read_settings,
    tell_town,
)
from townreturn.cli.returns import open_if_needed
from townreturn.domain.findings import Verdict
from townreturn.domain.history import Histories
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.foreign_text import one_line
from townreturn.office import choose_book, find_rules
from townreturn.operating.unclaimed import tell_unclaimed
from townreturn.receipts.contents import verdict_text
from townreturn.store.engine import reading
from townreturn.store.reports import accepted_histories
from townreturn.wording import say


def write_blank_workbooks(options: argparse.Namespace) -> int:
    """``template``: a workbook to fill for each lead unit, or for one; prints the paths.

    Pre-filled by what is accepted now where there is a database, quite blank where there is none.
    """
    from townreturn.templates import write_templates

    period, folder = Period(options.period), Path(options.out)
    plan = choose_book(read_settings(), chosen_town(options)).in_force(period)
    folder.mkdir(parents=True, exist_ok=True)
    for path in write_templates(plan, period, folder, options.unit, _histories_before(plan, period)):
        sys.stdout.write(f"{path}\n")
    return 0


def _histories_before(plan: Plan, period: Period) -> Histories | None:
    office = find_office_of(plan.town_code)
    if office is None:
        return None
    with reading(office.engine) as tx:
        return accepted_histories(tx, plan, period)


def hand_out(options: argparse.Namespace) -> int:
    """``hand-out``: the opening message of each lead unit, or of those named; prints to whom."""
    office, now, period = open_chosen_office(options), read_clock(), Period(options.period)
    refusal = month.why_not_handed_out(office, period, now)
    if refusal:
        raise refusal
    letters = month.hand_out_workbooks(office, period, now, options.unit)
    open_if_needed(office, period, now)
    for one in letters:
        to = "、".join(one.to) or say("CLI_HANDED_OUT_NO_ADDRESS")
        sys.stdout.write(say("CLI_HANDED_OUT", unit=one.addressee, to=to, subject=one.subject) + "\n")
    done = say("CLI_HANDED_OUT_COUNT", count=len(letters))
    sys.stdout.write((done if letters else say("CLI_HANDED_OUT_BEFORE", period=period)) + "\n")
    return 0


def write_sample_files(options: argparse.Namespace) -> int:
    """``sample``: filled workbooks and their answer file; prints the answer file's path."""
    from townreturn.samples import write_samples

    settings = read_settings()
    plans, rules = choose_book(settings, chosen_town(options)), partial(find_rules, settings.expectations)
    first, last = Period(options.first), Period(options.last)
    answers = write_samples(plans, rules, first, last, options.seed, Path(options.out), faults=options.faults)
    sys.stdout.write(f"{answers}\n")
    return 0


def take_in_inbox(options: argparse.Namespace) -> int:
    """``intake``: everything in the inbox, or of several towns in all inboxes; one line a file, documents last."""
    offices = open_chosen_offices(options)
    if len(offices) == 1:
        return _tell_taken(month.take_in(offices[0], read_clock()))
    statuses = []
    for one in month.take_in_all(offices, read_clock(), {}):
        tell_town(one.office)
        if one.fault is not None:
            sys.stderr.write(f"{one.office.plans.town}：{one.fault}\n")
        statuses.append(_tell_taken(one.report) if one.fault is None else 2)
    tell_unclaimed(offices, read_clock())
    return max(statuses)


def _tell_taken(report: month.IntakeReport) -> int:
    for one in report.taken:
        sys.stdout.write(f"{verdict_text(one.disposition)}\t{one.period or '-'}\t{one_line(one.file_name)}\n")
    for paper in report.documents:
        sys.stdout.write(f"{say('STATE_received')}\t-\t{one_line(paper.document.file_name)}\n")
    sys.stdout.write(say("CLI_TAKEN", taken=len(report.taken) + len(report.documents), left=report.left_count) + "\n")
    refused = [one for one in report.taken if one.disposition in (Verdict.RETURNED, Verdict.QUARANTINED)]
    return 1 if refused else 0
