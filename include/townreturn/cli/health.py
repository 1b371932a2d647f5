"""``health``: what a monitor on this machine asks, without Airflow."""

import argparse
import sys

from townreturn import month
from townreturn.cli.opening import for_each, open_chosen_offices, read_clock, read_settings
from townreturn.month.health import Trouble
from townreturn.office import Office
from townreturn.operating.running import find_lost_airflow
from townreturn.wording import say


def show_health(options: argparse.Namespace) -> int:
    """A line for each trouble, of several towns under the town's name; exit 1 when there is any."""
    lost = find_lost_airflow(read_settings())
    return for_each(open_chosen_offices(options), lambda office: _show(office, lost))


def _show(office: Office, lost: tuple[Trouble, ...]) -> int:
    troubles = [*lost, *month.health_of(office, read_clock()).troubles]
    lines = [f"{one.code}：{one.text}" for one in troubles] or [say("HEALTH_WELL")]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if troubles else 0
