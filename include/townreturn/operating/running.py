"""``up`` and ``down``: start Airflow and say how to sign in; stop it."""

import os
import sys

from townreturn.month.health import Trouble, TroubleCode
from townreturn.operating.airflow_client import open_client
from townreturn.operating.airflow_family import is_half_dead
from townreturn.operating.airflow_process import start_airflow, stop_airflow, wait_until_healthy
from townreturn.operating.environment import OPERATOR, POOL_SLOTS, Installation
from townreturn.plans import load_plan_books
from townreturn.settings import Settings
from townreturn.wording import say


def run_up(settings: Settings) -> int:
    """Start Airflow on the data directory and print address and login."""
    installation = find_installation(settings)
    bring_up(installation)
    tell_sign_in(installation)
    return 0


def run_down(settings: Settings) -> int:
    """Stop Airflow; nothing happens when it is not running."""
    tell("DOWN_STOPPED" if stop_airflow(find_installation(settings)) else "DOWN_NOTHING_RUNNING")
    return 0


def find_lost_airflow(settings: Settings) -> tuple[Trouble, ...]:
    """That the Airflow of the data directory was brought up and is gone, or has lost a part; nothing when all is well,
    when ``down`` has stopped it, and where others run it.
    """
    code = TroubleCode.AIRFLOW_LOST
    return (Trouble(code, say(f"HEALTH_{code}")),) if is_half_dead(find_installation(settings)) else ()


def find_installation(settings: Settings) -> Installation:
    """The embedded Airflow of the data directory, running or not."""
    return Installation.of(settings, load_plan_books(settings.plans), os.environ)


def bring_up(installation: Installation) -> None:
    """Start Airflow unless it runs, and wait until it is ready for work."""
    if start_airflow(installation, os.environ):
        tell("UP_STARTING", log=installation.log_file)
    else:
        tell("UP_RUNNING_ALREADY")
    wait_until_healthy(
        installation,
        installation.dag_ids,
        lambda seconds, part: tell("UP_WAITING", seconds=seconds, part=part),
    )
    make_pools(installation)
    tell("UP_READY", address=installation.address)


def make_pools(installation: Installation) -> None:
    """Where several towns are served: what waits for one level keeps neither another nor the intake."""
    if installation.pools:
        with open_client(installation, OPERATOR) as client:
            for name in installation.pools:
                client.make_pool(name, POOL_SLOTS)


def tell_sign_in(installation: Installation) -> None:
    """Print where the UI is and with which accounts one signs in."""
    passwords = installation.passwords()
    tell("SIGN_IN_AT", address=installation.address)
    tell("SIGN_IN_OPERATOR", account=OPERATOR, password=passwords[OPERATOR])
    for account in (*installation.operators, *installation.approvers):
        tell("SIGN_IN_APPROVER", account=account, password=passwords[account])
    tell("SIGN_IN_KEPT", file=installation.accounts_file)


def tell(code: str, **values: object) -> None:
    """One line on the screen, at once."""
    sys.stdout.write(say(code, **values) + "\n")
    sys.stdout.flush()
