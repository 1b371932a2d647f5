"""What a run works – an office and a period – told from its key, or from what a person typed in its form."""

from typing import TYPE_CHECKING, Any

from task_log import work_on
from townreturn.domain.errors import Misuse
from townreturn.operating.run_keys import key_of, split_key, town_of

if TYPE_CHECKING:
    from townreturn.domain.period import Period
    from townreturn.office import Office


def key_given(partition_key: str | None, typed: object, town: object = None) -> str:
    """The run's key: its partition, what a person typed in the form, or both when equal.

    Raises Misuse when none is given, they differ, or it is malformed.
    """
    given = {str(value).strip() for value in (partition_key, _typed_key(typed, town)) if value}
    if not given:
        raise Misuse("RUN_WITHOUT_PERIOD")
    if len(given) > 1:
        raise Misuse("RUN_WITH_TWO_PERIODS", key=partition_key, typed=typed)
    return key_of(*split_key(given.pop()))


def key_of_run(run: Any) -> str:
    """The same of a run as Airflow gives it, sound or not; empty where it says nothing."""
    typed = run.conf or {}
    return str(run.partition_key or _typed_key(typed.get("period"), typed.get("town")))


def open_work(key: object) -> "tuple[Office, Period]":
    """The office and the period of a key, which further lines of the log are about; Misuse for none."""
    from townreturn.office import open_this_office

    period = work_on(str(key))
    return open_this_office(town_of(str(key))), period


def office_of(run: Any) -> "tuple[Office, ...]":
    """The office that a run works for; all there are where it works for no town of its own."""
    from townreturn.office import open_these_offices, open_this_office

    town = town_of(key_of_run(run))
    return (open_this_office(town),) if town else open_these_offices()


def _typed_key(typed: object, town: object) -> str:
    period = str(typed or "").strip()
    return f"{town}~{period}" if town and period else period
