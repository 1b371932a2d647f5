"""Airflow's REST API for an act that nothing comes of without it: what keeps it from that is a refusal on the page."""

from collections.abc import Iterator
from contextlib import contextmanager

from townreturn.board.access import Visit
from townreturn.domain.errors import Broken, Refused
from townreturn.operating.airflow_client import AirflowClient


@contextmanager
def airflow_of(visit: Visit) -> Iterator[AirflowClient]:
    """The client as the asker. Raises Refused where there is none, or Airflow does not do what it is asked for."""
    with visit.airflow() as client:
        if client is None:
            raise Refused("AIRFLOW_NOT_SET_UP")
        try:
            yield client
        except Broken as fault:
            raise Refused(fault.code, **fault.values) from fault
