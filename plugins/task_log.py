"""Lines of a task's log that say what they are about, so that a period, a unit or a file can be searched for."""

import structlog

from townreturn.domain.period import Period
from townreturn.operating.run_keys import split_key
from townreturn.wording import say

_log = structlog.get_logger("townreturn")


def about(**ids: str) -> None:
    """Let every further line of this task or trigger, whoever writes it, bear ``period`` and the like."""
    structlog.contextvars.bind_contextvars(**ids)


def work_on(key: str) -> Period:
    """The period of a key, which further lines are about, as they are about its town; Misuse for none."""
    town, period = split_key(key)
    about(period=period.key, **({"town": town} if town else {}))
    return period


def log_line(line: str, **ids: str) -> None:
    """A line for people.

    What is printed reaches the log too, but without any of this: the supervisor reads it from a pipe.
    """
    _log.info(line, **ids)


def log_taken(name: str, file_hash: str, disposition: str, *, unit: str | None, period: str | None) -> None:
    """A file that was taken in; ``submission`` are the first digits of its SHA-256, as in the names of receipts."""
    ids = {"period": period or "", "unit": unit or "", "submission": file_hash[:8]}
    log_line(say("INTAKE_TOOK", file=name, disposition=disposition), **ids)
