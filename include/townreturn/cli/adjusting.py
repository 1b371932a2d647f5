"""``extend`` and ``exempt``: an operator decides about one obligation, with a reason."""

import argparse
import sys

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_clock
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import AdjustmentKind, ObligationKind
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
    parser.add_argument("of", metavar="PERIOD", help=say("CLI_ADJUST_OF"))
    parser.add_argument("what", metavar="CATEGORY", help=say("CLI_ADJUST_CATEGORY"))
    parser.add_argument("--unit", default="", metavar="CODE", help=say("CLI_ADJUST_UNIT"))
    parser.add_argument("--as", dest="account", required=True, help=say("CLI_OPERATOR"))
    parser.add_argument("--reason", required=True, help=say("CLI_REASON"))
    parser.add_argument("--lift", action="store_true", help=say("CLI_ADJUST_LIFT"))
    parser.set_defaults(command=adjust, kind=kind)


def adjust(options: argparse.Namespace) -> int:
    """Record the decision, tell the unit, and print how the obligation stands."""
    office, now = open_chosen_office(options), read_clock()
    plan = next((one for one in office.plans.plans if one.code == options.of), None)
    zone = office.plans.calendar.zone
    kind = AdjustmentKind.RESTORED if options.lift else options.kind
    until = month.read_until(options.until, zone) if options.until and not options.lift else None
    decided = month.Decided(kind, options.account, options.reason, until)
    if plan is None:
        period = Period(options.of)
        plan = office.plans.in_force(period)
        owed, standing = month.adjust_statistics(office, period, options.what, decided, now)
    else:
        owed, standing = month.adjust_duty(office, plan, _duty(options.what), options.unit, decided, now)
    sys.stdout.write(month.describe_adjusted(plan, owed, standing) + "\n")
    return 0


def _duty(text: str) -> ObligationKind:
    """What is owed under a plan as a whole. Raises Misuse, naming what there is."""
    known = {one.value: one for one in ObligationKind if one is not ObligationKind.STATISTICS}
    if text not in known:
        raise Misuse("DUTY_UNKNOWN", value=text, known="、".join(known))
    return known[text]
