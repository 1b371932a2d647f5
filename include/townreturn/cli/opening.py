"""What every command opens first: the settings of this process, the office, the clock."""

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from townreturn.domain.errors import Misuse
from townreturn.office import Office, open_this_office
from townreturn.settings import Settings
from townreturn.store.engine import connect


def read_settings() -> Settings:
    """The settings of this process's environment."""
    return Settings.from_environment(os.environ)


def find_this_office() -> Office | None:
    """The office that the environment names, if its database is there; where it is not, nothing is made."""
    engine = connect(read_settings().database_url)
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    engine.dispose()
    return None if file is not None and not Path(file).is_file() else open_this_office()


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
