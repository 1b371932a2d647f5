"""The command ``correct``: the next issue of a published period, without Airflow."""

import argparse
import sys

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_clock
from townreturn.compiling.change_rows import change_heads, change_rows, moved_sentences
from townreturn.domain.period import Period
from townreturn.foreign_text import one_line
from townreturn.store.engine import reading
from townreturn.store.proposals import Outcome
from townreturn.store.returns import find_compilation
from townreturn.text_table import aligned
from townreturn.wording import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command is given."""
    parser.add_argument("period", metavar="PERIOD")
    parser.set_defaults(command=correct_period)


def correct_period(options: argparse.Namespace) -> int:
    """``correct``: compile and check the next issue and list its changes; 1 when there is nothing to correct."""
    office, now, period = open_chosen_office(options), read_clock(), Period(options.period)
    plan = office.plans.in_force(period)
    month.take_in(office, now)
    proposal = month.propose_correction(office, period, "", now)
    sys.stdout.write(month.describe_proposal(office, proposal, now) + "\n")
    if not month.leads_to_correction(proposal):
        if proposal.outcome is Outcome.REJECTED:
            sys.stdout.write(say("CLI_TYPE_EXCLUSIONS", period=period) + "\n")
        return 1
    compilation_id = month.compile_correction(office, period, now)
    month.check_return(office, compilation_id)
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
    rows = [[one_line(cell) for cell in row] for row in change_rows(town_return, plan, town_return.changes)]
    lines = [*aligned([change_heads(), *rows]), *moved_sentences(town_return, plan)]
    lines.append(say("CLI_CORRECTED_NEXT", period=period))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
