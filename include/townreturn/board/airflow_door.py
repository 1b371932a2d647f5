"""Airflow's REST API for an act that nothing comes of without it: what keeps it from that is a refusal on the page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from townreturn.board.access import Visit
from townreturn.domain.errors import Broken, Refused
from townreturn.operating.airflow_client import AirflowClient

_log = logging.getLogger(__name__)
_TOLD = {
    "AIRFLOW_UNREACHABLE": ("BOARD_AIRFLOW_AWAY", "BOARD_BECAUSE_AIRFLOW_AWAY"),
    "AIRFLOW_FORBIDDEN": ("BOARD_AIRFLOW_FORBIDS", "BOARD_BECAUSE_AIRFLOW_FORBIDS"),
}
_TOLD_OTHERWISE = ("BOARD_AIRFLOW_REFUSES", "BOARD_BECAUSE_AIRFLOW_REFUSES")
"""What people are told of a fault of Airflow's: with what to do, and as a reason for what was done without it."""


@contextmanager
def airflow_of(visit: Visit) -> Iterator[AirflowClient]:
    """The client as the asker. Raises Refused where there is none, or Airflow does not do what it is asked for."""
    with visit.airflow() as client:
        if client is None:
            raise Refused("AIRFLOW_NOT_SET_UP")
        try:
            yield client
        except Broken as fault:
            raise Refused(_note(fault)[0], account=visit.asker.account) from fault


def reason_of(trouble: Broken | Refused, visit: Visit) -> Refused:
    """Why Airflow was not told, as part of a sentence."""
    return trouble if isinstance(trouble, Refused) else Refused(_note(trouble)[1], account=visit.asker.account)


def _note(fault: Broken) -> tuple[str, str]:
    """Calls and answers are for whoever reads the log."""
    _log.warning("%s", fault)
    return _TOLD.get(fault.code, _TOLD_OTHERWISE)
