"""Past periods through the monthly DAGs: a run a town and period."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from townreturn.domain.level import Level
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.airflow_client import AirflowClient
from townreturn.operating.levels import PAST, levels_of, monthly_dag
from townreturn.operating.run_keys import key_of


def start_past_runs(client: AirflowClient, office: Office, periods: Sequence[Period]) -> bool:
    """Ask Airflow for a run of each of one office's consecutive periods; those that have one already keep it.

    False while an earlier backfill is under way: Airflow takes one at a time. A backfill runs all towns of a level:
    for one among several the runs are started by themselves.
    """
    dag_id, calendar = monthly_dag(office.plans.level), office.plans.calendar
    if not office.is_among_several:
        return client.create_backfill(calendar.end(periods[0]), calendar.end(periods[-1]), dag_id=dag_id)
    known = client.newest_runs(dag_id, office.called)
    for period in (one for one in periods if one.key not in known):
        key = key_of(office.called, period)
        client.trigger(None, partition_key=key, dag_id=dag_id, run_id=f"{PAST}{key}__{uuid4().hex[:8]}")
    return True


def start_past_runs_of_all(client: AirflowClient, offices: Sequence[Office], periods: Sequence[Period]) -> bool:
    """The same for all offices of the place, a backfill a level; False when any of them was not created."""
    if len(offices) == 1:
        return start_past_runs(client, offices[0], periods)
    levels = levels_of([one.plans for one in offices])
    created = [_backfill_level(client, level, offices, periods) for level in levels]
    return all(created)


def _backfill_level(client: AirflowClient, level: Level, offices: Sequence[Office], periods: Sequence[Period]) -> bool:
    """Between the ends of the first period and of the last one, in whichever town that is; each starts some seconds
    later. Ends of one period lie less than a month apart, so that no other period's come between."""
    calendars = [one.plans.calendar for one in offices if one.plans.level is level]
    first = min(one.end(periods[0]) for one in calendars)
    last = max(one.end(periods[-1]) for one in calendars) + timedelta(seconds=len(calendars))
    zone = calendars[0].zone
    return client.create_backfill(first.astimezone(zone), last.astimezone(zone), dag_id=monthly_dag(level))
