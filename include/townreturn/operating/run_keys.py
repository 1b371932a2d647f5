"""What a run works, as its key says: the period, and among several towns the town before it."""

from townreturn.domain.period import Period

_BETWEEN = "~"
"""Airflow allows it in run ids, and no town's code has it."""


def key_of(town: str, period: Period) -> str:
    """``2018-03``; with a town's code ``tangxia~2018-03``."""
    return f"{town}{_BETWEEN}{period.key}" if town else period.key


def split_key(key: str) -> tuple[str, Period]:
    """Town, empty where the key names none, and period; Misuse for what is no period."""
    town, between, period = key.strip().rpartition(_BETWEEN)
    return town.strip(), Period(period.strip() if between else key.strip())


def town_of(key: str) -> str:
    """The town of a key, whatever its period is."""
    return key.strip().rpartition(_BETWEEN)[0]
