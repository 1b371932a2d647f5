"""Obligations: opening a period for reporting, and what operators are alerted of."""

from datetime import datetime

from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.obligation import Opening
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.store.engine import reading, writing
from townreturn.store.periods import (
    Alert,
    assign_run,
    find_opening,
    is_told,
    recent_alerts,
    record_alert,
    record_opening,
)
from townreturn.store.returns import find_publications
from townreturn.wording import say


def open_period(office: Office, period: Period, now: datetime, run_id: str, backfilled: bool) -> None:
    """Open a period for a pipeline run; the run that opened it may do so again.

    Raises Misuse when no plan is in force, Refused when another run works the period or it is
    published.
    """
    office.plans.in_force(period)
    town = office.plans.town_code
    with writing(office.engine) as tx:
        opening = find_opening(tx, town, period.key)
        if opening is not None and opening.run_id not in ("", run_id):
            raise Refused("PERIOD_WORKED_BY_OTHER_RUN", period=period, run_id=opening.run_id)
        if find_publications(tx, town, [period.key]) and (opening is None or opening.run_id != run_id):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        if opening is None:
            record_opening(tx, town, period.key, Opening(now, backfilled, run_id))
        elif opening.run_id != run_id:
            assign_run(tx, town, period.key, run_id)


def holder_of(office: Office, period: Period) -> str:
    """The pipeline run that works a period; empty when none does."""
    with reading(office.engine) as tx:
        opening = find_opening(tx, office.plans.town_code, period.key)
    return opening.run_id if opening else ""


def release_period(office: Office, period: Period, now: datetime, held_by: str | None = None) -> None:
    """Free an unpublished period from a run that no longer exists, so that another may work it.

    ``held_by``: from this run only; nothing happens when another has it by now. Raises Misuse when it was never
    opened, Refused when it is published.
    """
    town = office.plans.town_code
    with writing(office.engine) as tx:
        opening = find_opening(tx, town, period.key)
        if opening is None:
            raise Misuse("PERIOD_NOT_OPENED", period=period)
        if find_publications(tx, town, [period.key]):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        if held_by not in (None, opening.run_id):
            return
        assign_run(tx, town, period.key, "")
        text = say("PERIOD_RELEASED", period=period, run_id=opening.run_id)
        record_alert(tx, town, Alert(now, period.key, text))


def raise_alert(office: Office, text: str, period: str, now: datetime) -> None:
    """Keep an alert for the operator, who finds it in ``townreturn status``; one that stands is not repeated."""
    town = office.plans.town_code
    with writing(office.engine) as tx:
        if not any((one.period, one.text) == (period, text) for one in recent_alerts(tx, town)):
            record_alert(tx, town, Alert(now, period, text))


def raise_task_alert(office: Office, text: str, ending: str, period: str, now: datetime) -> None:
    """Keep an alert about a try of a task, or a run, unless one tells of it already.

    ``text`` ends with ``ending``, which is of this try or run alone: its log's address, or the run's name.
    """
    town = office.plans.town_code
    with writing(office.engine) as tx:
        if not is_told(tx, town, ending):
            record_alert(tx, town, Alert(now, period, text))
