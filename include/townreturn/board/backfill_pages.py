"""补办: past periods through the monthly DAG, a run each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import AirflowLink, Given, act
from townreturn.board.airflow_door import airflow_of
from townreturn.board.form_reading import filled_in
from townreturn.board.period_list import PeriodLine, list_periods
from townreturn.board.rendering import language_of, render
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period, periods_between
from townreturn.domain.plan_book import PlanBook
from townreturn.operating.levels import monthly_dag
from townreturn.operating.past_runs import start_past_runs
from townreturn.wording import say_in

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class PastPeriod:
    """A period that a plan covers and that is over; ``line`` is None while nothing is stored of it."""

    period: str
    line: PeriodLine | None


class Range(Given):
    """The first and the last period, both included."""

    first: str = ""
    last: str = ""


@router.get("/backfill")
def ask_backfill(request: Request, visit: Acting) -> HTMLResponse:
    """The past periods and how far each has come, with the form."""
    return _form(request, visit, Range())


@router.post("/backfill")
def order_backfill(
    request: Request, visit: Acting, given: Annotated[Range, filled_in(Range, acting_visit)]
) -> HTMLResponse:
    """Let Airflow start a run for each period that has none."""
    return act(
        request, visit, given,
        lambda: _order(request, visit, given),
        lambda status, refusal: _form(request, visit, given, status=status, refusal=refusal),
        back="/history",
    )  # fmt: skip


def past_periods(plans: PlanBook, now: datetime) -> tuple[Period, ...]:
    """Every period under a plan that has ended, ascending."""
    first, last = Period(plans.plans[0].validity.first), Period(plans.plans[-1].validity.last)
    ended = min(last, plans.calendar.last_closed(now))
    return tuple(one for one in periods_between(first, ended) if plans.find(one))


def _form(request: Request, visit: Visit, given: Range, *, status: int = 200, refusal: str = "") -> HTMLResponse:
    known = {one.period: one for one in list_periods(visit.office)}
    past = [PastPeriod(one.key, known.get(one.key)) for one in past_periods(visit.office.plans, visit.now)]
    return render(
        request, "backfill.html", status=status, past=past, given=given, refusal=refusal, page="history", visit=visit
    )  # fmt: skip


def _order(request: Request, visit: Visit, given: Range) -> list[str | AirflowLink]:
    periods = _read_range(visit, given)
    dag_id, named = monthly_dag(visit.office.plans.level), {"first": periods[0], "last": periods[-1]}
    with airflow_of(visit) as airflow:
        if airflow.has_open_backfill(dag_id):
            raise Refused("BACKFILL_OPEN_ALREADY", **named)
        month.order_backfill(visit.office, periods, visit.asker.account, given.reason, visit.now)
        if not start_past_runs(airflow, visit.office, periods):
            raise Refused("BACKFILL_OPEN_ALREADY", **named)
    told = say_in(language_of(request), "BACKFILL_CREATED", **named)
    return [told, AirflowLink(f"dags/{dag_id}/backfills", "BOARD_BACKFILLS")]


def _read_range(visit: Visit, given: Range) -> Sequence[Period]:
    """Raises Misuse unless both ends are past periods under a plan, in their order, and all between them too."""
    if not given.first or not given.last:
        raise Misuse("BOARD_NO_RANGE")
    first, last = Period(given.first), Period(given.last)
    if last < first:
        raise Misuse("BACKFILL_REVERSED", first=first, last=last)
    past = past_periods(visit.office.plans, visit.now)
    out = [one for one in (first, last) if one not in past]
    if out:
        raise Misuse("BOARD_NOT_PAST", period=out[0])
    return periods_between(first, last)
