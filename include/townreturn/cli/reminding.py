"""``remind``: units that are out are reminded because an operator says so."""

import argparse
import sys

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_clock
from townreturn.domain.period import Period
from townreturn.wording import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``remind``."""
    parser.add_argument("period", metavar="PERIOD")
    parser.add_argument("--unit", action="append", default=[], metavar="CODE", help=say("CLI_REMIND_UNIT"))
    parser.add_argument("--words", default="", help=say("CLI_REMIND_WORDS"))
    parser.add_argument("--as", dest="account", required=True, help=say("CLI_OPERATOR"))
    parser.add_argument("--reason", required=True, help=say("CLI_REMIND_REASON"))
    parser.set_defaults(command=remind)


def remind(options: argparse.Namespace) -> int:
    """Write the letters, which go out with the next sending, and print to whom."""
    office, period = open_chosen_office(options), Period(options.period)
    asked = month.AskedReminder(options.account, options.reason, tuple(options.unit), options.words)
    letters = month.remind_by_hand(office, period, asked, read_clock())
    told = month.describe_reminded(office.plans.in_force(period), period, letters)
    sys.stdout.write("\n".join([*told, say("REMINDERS_WAIT")]) + "\n")
    return 0
