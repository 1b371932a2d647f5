"""What every command opens first: the settings of this process, the office, the clock."""

import os
from datetime import UTC, datetime

from townreturn.office import Office, open_office
from townreturn.settings import Settings


def read_settings() -> Settings:
    """The settings of this process's environment."""
    return Settings.from_environment(os.environ)


def open_this_office() -> Office:
    """The office that the environment names."""
    return open_office(read_settings())


def read_clock() -> datetime:
    """Now, aware: the only place where the command line looks at a clock."""
    return datetime.now(UTC)
