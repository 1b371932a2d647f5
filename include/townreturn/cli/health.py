"""``health``: what a monitor on this machine asks, without Airflow."""

import argparse
import sys

from townreturn import month
from townreturn.cli.opening import read_clock, read_settings
from townreturn.office import open_this_office
from townreturn.operating.running import find_lost_airflow
from townreturn.wording import say


def show_health(options: argparse.Namespace) -> int:  # noqa: ARG001 - there are none
    """A line for each trouble; exit 1 when there is any."""
    troubles = [*find_lost_airflow(read_settings()), *month.health_of(open_this_office(), read_clock()).troubles]
    lines = [f"{one.code}：{one.text}" for one in troubles] or [say("HEALTH_WELL")]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if troubles else 0
