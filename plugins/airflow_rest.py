"""What a task or a trigger can do only through Airflow's own REST API, as the service account."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from townreturn.operating.environment import CONNECTION, INBOX

if TYPE_CHECKING:
    from townreturn.operating.airflow_client import AirflowClient

_log = logging.getLogger(__name__)


@contextmanager
def airflow_api() -> Iterator["AirflowClient | None"]:
    """Airflow's own REST API by the connection ``townreturn_api``; None where that is not set up."""
    from townreturn.operating.airflow_client import connect_to

    try:
        known = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        yield None
        return
    with connect_to(
        f"{known.schema or 'http'}://{known.host}:{known.port}", known.login or "", known.password or ""
    ) as client:
        yield client


def poke_inbox() -> None:
    """Let intake run at once; where REST is not set up it runs within ten minutes.

    Not by an outlet of the task: events of a partitioned run start partitioned DAGs only.
    """
    with airflow_api() as api:
        if api is not None:
            api.announce(INBOX)


def show_note(note: str, dag_id: str, run_id: str) -> None:
    """A line for the log, and beside the run in the UI."""
    _log.info("%s", note)
    with airflow_api() as api:
        if api is not None:
            api.set_note(run_id, note, dag_id)
