"""Broken machinery and misuse raise; faults in the data are findings, never exceptions."""

from townreturn.wording import say


class TownReturnError(Exception):
    """Root of all errors: a wording code and the values its sentence needs."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return say(self.code, **self.values)


class Misuse(TownReturnError):
    """A person asked for something that cannot be: a malformed period, an unknown code."""


class ConfigurationFault(TownReturnError):
    """A plan, form or rule file is wrong; the message names file, key and line."""


class Refused(TownReturnError):
    """The step must not run now: not settled, already published, changed meanwhile."""


class Broken(TownReturnError):
    """The machinery failed: a rule raised, a gate did not hold, stored bytes differ."""


class Unavailable(TownReturnError):
    """The database let somebody wait too long; nothing is kept of the transaction, and later it may succeed."""


class StoreRefused(TownReturnError):
    """A store that files lie on refused, broke off or was not reached: no file is to blame; worth another try."""
