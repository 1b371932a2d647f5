"""Runs that wait for an answer are released once it is given, whatever other runs ask."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from airflow_edge import AirflowEdge, question_row, run_row
from stored_reports import empty_the_inbox, overdue, store_all
from townreturn import month
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.backfill import _approve

JANUARY = Period("2018-01")
RUN = "backfill__2018-01__x"


def test_a_run_with_a_mistyped_period_keeps_no_other_waiting(small_office: Office) -> None:
    from resuming import release_answered

    now = overdue(small_office.plans.plans[0], "2018-01")
    month.open_period(small_office, JANUARY, now, RUN, backfilled=True)
    store_all(small_office, "2018-01")
    empty_the_inbox(small_office, now)
    month.compile_return(small_office, JANUARY, datetime.now(UTC) - timedelta(minutes=1))
    _approve(small_office, JANUARY, RUN)
    odd = [run_row("mistyped", "2018-1"), run_row("of_no_plan", "1999-01"), run_row("of_nobody", "humen~2018-x")]
    runs = [*odd, run_row(RUN, "2018-01")]
    edge = AirflowEdge(runs, [question_row(one["dag_run_id"]) for one in runs])
    asker: Any = SimpleNamespace(headers={"x-account": "operator"})
    with edge.open(asker) as client:
        release_answered([small_office], client)
    [(_, _, body)] = [one for one in edge.told if one[1].endswith("/clearTaskInstances")]
    assert (body["dag_run_id"], body["task_ids"]) == (RUN, ["approve"])
