"""更正: what a correction of a published period would change, and the run that proposes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import AirflowLink, Given, act, run_link
from townreturn.board.airflow_door import airflow_of
from townreturn.board.form_reading import filled_in
from townreturn.board.history_view import ChangeLine, tell_lines
from townreturn.board.rendering import render, tell_of
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.levels import corrections_dag
from townreturn.wording import Tell

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class CorrectionView:
    """What the next issue would change; ``why_not`` says why there is none. ``run``: who has it in hand already."""

    period: str
    town: str
    issue: int
    changes: tuple[ChangeLine, ...]
    why_not: str
    run: AirflowLink | None

    @property
    def is_due(self) -> bool:
        return not self.why_not


@router.get("/correction/{period}")
def ask_correction(request: Request, visit: Acting, period: str) -> HTMLResponse:
    """What would change, with the form."""
    return _form(request, visit, period, Given())


@router.post("/correction/{period}")
def order_correction(
    request: Request, visit: Acting, period: str, given: Annotated[Given, filled_in(Given, acting_visit)]
) -> HTMLResponse:
    """Start the run that proposes the correction and asks for its approval."""
    return act(
        request, visit, given,
        lambda: _order(request, visit, Period(period), given),
        lambda status, refusal: _form(request, visit, period, given, status=status, refusal=refusal),
        back=f"/history/{period}",
    )  # fmt: skip


def view_correction(office: Office, period: Period, now: datetime, tell: Tell) -> CorrectionView:
    """As it would be drafted now. Raises Misuse when no plan is in force."""
    plan = office.plans.in_force(period)
    preview = month.preview_return(office, period, now, tell=tell)
    if not preview.issues:
        not_published = tell("BOARD_NOTHING_TO_CORRECT", period=period)
        return CorrectionView(period.key, plan.town, 0, (), not_published, None)
    changes = () if preview.published_at else tell_lines(preview.town_return, plan)
    holder = month.correction_in_hand(office, period)
    run = run_link(corrections_dag(plan.level), holder) if holder else None
    return CorrectionView(period.key, plan.town, max(preview.issues) + 1, changes, preview.why_not, run)


def _form(
    request: Request, visit: Visit, period: str, given: Given, *, status: int = 200, refusal: str = ""
) -> HTMLResponse:  # fmt: skip
    view = view_correction(visit.office, Period(period), visit.now, tell_of(request))
    return render(
        request, "correction.html", status=status, view=view, given=given, refusal=refusal, page="", visit=visit
    )  # fmt: skip


def _order(request: Request, visit: Visit, period: Period, given: Given) -> list[str | AirflowLink]:
    tell = tell_of(request)
    view = view_correction(visit.office, period, visit.now, tell)
    if not view.is_due:
        raise Refused("NO_CORRECTION", period=period, reason=view.why_not)
    dag_id, town = corrections_dag(visit.office.plans.level), visit.office.called
    with airflow_of(visit) as airflow:
        if any(one.is_going_on for one in airflow.runs_of(period, dag_id, town)):
            raise Refused("BOARD_CORRECTION_IN_HAND", period=period)
        month.order_correction(visit.office, period, visit.asker.account, given.reason, visit.now)
        run_id = airflow.trigger(period.key, dag_id=dag_id, **({"town": town} if town else {}))
    return [tell("BOARD_CORRECTION_ORDERED", period=period, issue=view.issue), run_link(dag_id, run_id)]
