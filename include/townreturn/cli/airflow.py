"""Commands on the embedded Airflow: demo, up, down, backfill."""

import argparse

from townreturn import operating
from townreturn.cli.opening import chosen_town, read_settings
from townreturn.domain.period import Period


def demo(_: argparse.Namespace) -> int:
    """``demo``: three months on a real Airflow, from samples to published returns."""
    return operating.run_demo(read_settings())


def up(_: argparse.Namespace) -> int:
    """``up``: start Airflow and print address and login."""
    return operating.run_up(read_settings())


def down(_: argparse.Namespace) -> int:
    """``down``: stop it."""
    return operating.run_down(read_settings())


def backfill(options: argparse.Namespace) -> int:
    """``backfill``: run past periods, from and to both included."""
    first, last = Period(options.first), Period(options.last)
    return operating.run_backfill(
        read_settings(), first, last, samples=options.samples, approve=options.approve, town=chosen_town(options)
    )
