"""``trace``: where a published figure comes from."""

import argparse
import json
import sys

from townreturn import month
from townreturn.cli.opening import open_chosen_office, read_as_of, read_clock
from townreturn.domain.period import Period
from townreturn.domain.town_return import Measure
from townreturn.office import open_these_by_town
from townreturn.tracing.drawing import draw
from townreturn.tracing.report import as_data
from townreturn.wording import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``trace``."""
    parser.add_argument("period", metavar="PERIOD")
    parser.add_argument("category", metavar="CATEGORY", help=say("CLI_TRACE_CATEGORY"))
    parser.add_argument("indicator", metavar="INDICATOR", help=say("CLI_TRACE_INDICATOR"))
    measures = [one.value for one in Measure]
    parser.add_argument("--measure", choices=measures, default=Measure.CURRENT.value, help=say("CLI_TRACE_MEASURE"))
    parser.add_argument("--issue", type=int, help=say("CLI_TRACE_ISSUE"))
    parser.add_argument("--as-of", metavar="TIME", help=say("CLI_TRACE_AS_OF"))
    parser.add_argument("--below", action="store_true", help=say("CLI_TRACE_BELOW"))
    parser.add_argument("--json", action="store_true", help=say("CLI_TRACE_JSON"))
    parser.set_defaults(command=show_trace)


def show_trace(options: argparse.Namespace) -> int:
    """Print the tree, as text or as JSON."""
    office = open_chosen_office(options)
    as_of = read_as_of(options.as_of, office.plans.calendar.zone, read_clock())
    traced = month.trace(
        office, Period(options.period), options.category, options.indicator, Measure(options.measure), options.issue,
        as_of, open_these_by_town().get if options.below else None,
    )  # fmt: skip
    told = json.dumps(as_data(traced), ensure_ascii=False, indent=2) if options.json else draw(traced)
    sys.stdout.write(told + "\n")
    return 0
