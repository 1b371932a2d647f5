"""``extend`` and ``exempt``: an operator decides about one obligation, with a reason."""

import argparse
import sys

from townreturn import month
from townreturn.cli.opening import open_this_office, read_clock
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.wording import say


def add_extend_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``extend``."""
    _add_arguments(parser, AdjustmentKind.EXTENDED)
    parser.add_argument("--until", metavar="TIME", help=say("CLI_UNTIL"))


def add_exempt_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``exempt``."""
    _add_arguments(parser, AdjustmentKind.EXEMPTED)
    parser.set_defaults(until=None)


def _add_arguments(parser: argparse.ArgumentParser, kind: AdjustmentKind) -> None:
    parser.add_argument("period", metavar="PERIOD")
    parser.add_argument("category", metavar="CATEGORY", help=say("CLI_ADJUST_CATEGORY"))
    parser.add_argument("--as", dest="account", required=True, help=say("CLI_OPERATOR"))
    parser.add_argument("--reason", required=True, help=say("CLI_REASON"))
    parser.add_argument("--lift", action="store_true", help=say("CLI_ADJUST_LIFT"))
    parser.set_defaults(command=adjust, kind=kind)


def adjust(options: argparse.Namespace) -> int:
    """Record the decision, tell the unit, and print how the obligation stands."""
    office, period = open_this_office(), Period(options.period)
    plan = office.plans.in_force(period)
    kind = AdjustmentKind.RESTORED if options.lift else options.kind
    until = month.read_until(options.until, plan.calendar.zone) if options.until and not options.lift else None
    decided = month.Decided(kind, options.account, options.reason, until)
    owed, standing = month.adjust_statistics(office, period, options.category, decided, read_clock())
    sys.stdout.write(month.describe_adjusted(plan, owed, standing) + "\n")
    return 0
