"""What every command opens first: the settings of this process, the office, the clock."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from townreturn.domain.errors import Misuse, TownReturnError
from townreturn.office import Office, open_office, open_offices
from townreturn.settings import Settings
from townreturn.store.engine import connect
from townreturn.wording import say


def read_settings() -> Settings:
    """The settings of this process's environment."""
    return Settings.from_environment(os.environ)


def chosen_town(options: argparse.Namespace) -> str:
    """The code of ``--town``, else of ``TOWNRETURN_TOWN``; empty where neither names one."""
    return str(options.town or os.environ.get("TOWNRETURN_TOWN") or "")


def open_chosen_office(options: argparse.Namespace) -> Office:
    """The office of the chosen town, or the only one. Raises ConfigurationFault where there are several."""
    return open_office(read_settings(), chosen_town(options))


def open_chosen_offices(options: argparse.Namespace) -> tuple[Office, ...]:
    """The office of the chosen town; all there are where none is chosen."""
    town = chosen_town(options)
    return (open_office(read_settings(), town),) if town else open_offices(read_settings())


def for_each(offices: tuple[Office, ...], work: Callable[[Office], int]) -> int:
    """Do it for every office, of several under its name; gives the highest exit status. What one refuses is told,
    and the others have their turn."""
    if len(offices) == 1:
        return work(offices[0])
    statuses = []
    for office in offices:
        tell_town(office)
        try:
            statuses.append(work(office))
        except TownReturnError as error:
            sys.stderr.write(f"{office.plans.town}：{error}\n")
            statuses.append(2)
    return max(statuses)


def tell_town(office: Office) -> None:
    """The line above what follows about a town."""
    sys.stdout.write(say("CLI_TOWN", town=office.plans.town, key=office.plans.town_code) + "\n")
    sys.stdout.flush()


def find_office_of(town: str) -> Office | None:
    """A town's office, if its database is there; where it is not, nothing is made."""
    engine = connect(read_settings().database_url)
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    engine.dispose()
    return None if file is not None and not Path(file).is_file() else open_office(read_settings(), town)


def read_clock() -> datetime:
    """Now, aware: the only place where the command line looks at a clock."""
    return datetime.now(UTC)


def read_as_of(given: str | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The instant of ``--as-of``; None where it was not given."""
    return None if given is None else read_instant(given, zone, now)


def read_instant(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """An ISO time; without an offset it is the plan's own time. Misuse for the future, of which nothing is known."""
    try:
        instant = datetime.fromisoformat(text)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=zone)
        aware.astimezone(UTC).astimezone(zone)  # near the years 1 and 9999 not every zone has the instant
    except (ValueError, OverflowError) as fault:
        raise Misuse("AS_OF_WRONG", value=text) from fault
    if aware > now:
        raise Misuse("AS_OF_IN_FUTURE", value=text)
    return aware
