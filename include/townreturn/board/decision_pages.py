"""审批: an approver's decision, recorded here and answered in Airflow, so that both doors tell the same."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Visit, approving_visit
from townreturn.board.acting import AirflowLink, Given, act, run_link
from townreturn.board.airflow_door import reason_of
from townreturn.board.decision_view import DecisionView, Matter, view_decision
from townreturn.board.form_reading import Ticked, filled_in
from townreturn.board.open_matters import list_runs
from townreturn.board.rendering import render, tell_of
from townreturn.domain.approval import CHANGED_MEANWHILE
from townreturn.domain.categories import name_slot
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import read_slot
from townreturn.operating.airflow_client import AirflowClient
from townreturn.operating.asking_runs import Asking, find_asking, tell_run
from townreturn.operating.levels import CORRECTIONS, corrections_dag, monthly_dag
from townreturn.store.decisions import Decision
from townreturn.store.engine import reading
from townreturn.store.periods import find_opening
from townreturn.wording import Tell

router = APIRouter()
Approving = Annotated[Visit, Depends(approving_visit)]


class Opinion(Given):
    """What was decided about the ``compilation`` that was looked at; the reason is the approver's comment."""

    compilation: Annotated[int, Field(ge=0, lt=2**63)] = 0
    answer: Literal["", "Approve", "Reject"] = ""
    sent_back: Ticked = ()


@router.get("/api/periods/{period}/decision")
def get_decision(visit: Approving, period: str) -> DecisionView:
    """What waits for a decision, as the asker can decide it."""
    return view_decision(visit.office, Period(period), visit.now, visit.asker.account)


@router.get("/decision/{period}", include_in_schema=False)
def ask_decision(request: Request, visit: Approving, period: str) -> HTMLResponse:
    """What there is to decide, with the form."""
    return _form(request, visit, period, Opinion())


@router.post("/decision/{period}", include_in_schema=False)
def decide(
    request: Request, visit: Approving, period: str, given: Annotated[Opinion, filled_in(Opinion, approving_visit)]
) -> HTMLResponse:
    """Record the decision, then let the run that asks go on."""
    return act(
        request, visit, given,
        lambda: _decide(visit, Period(period), given, tell_of(request)),
        lambda status, refusal: _form(request, visit, period, given, status=status, refusal=refusal),
        back=f"/?period={period}",
    )  # fmt: skip


def _form(
    request: Request, visit: Visit, period: str, given: Opinion, *, status: int = 200, refusal: str = ""
) -> HTMLResponse:  # fmt: skip
    view = get_decision(visit, period)
    return render(
        request, "decision.html", status=status, view=view, given=given, refusal=refusal, page="", visit=visit
    )  # fmt: skip


def _decide(visit: Visit, period: Period, given: Opinion, tell: Tell) -> list[str | AirflowLink]:
    if not given.answer:
        raise Misuse("BOARD_NO_ANSWER_CHOSEN")
    matter, plan = _require_matter(visit, period, given), visit.office.plans.in_force(period)
    with visit.airflow() as airflow:
        asking = find_asking(
            airflow, visit.office, period, matter.decision.issue, _last_known_run(visit, plan, period, matter)
        )
        decision = _record(visit, given, airflow, asking, tell)
        told = _tell_run(airflow, asking, given)
    reason = reason_of(told.trouble, visit) if told.trouble else None
    follows = _tell_what_follows(period, decision, told, reason, tell)
    return [*_tell_decided(visit, plan, decision, tell), *follows]


def _require_matter(visit: Visit, period: Period, given: Opinion) -> Matter:
    """What waits now, if that is what was looked at. An old page is no decision about anything."""
    matter = view_decision(visit.office, period, visit.now, visit.asker.account).matter
    if matter is None:
        raise Refused("BOARD_NOTHING_TO_DECIDE", period=period)
    if matter.compilation_id != given.compilation:
        raise Refused("BOARD_COMPILED_ANEW")
    if not matter.is_open:
        raise Refused("APPROVAL_COMPLETE", period=period)
    return matter


def _last_known_run(visit: Visit, plan: Plan, period: Period, matter: Matter) -> str:
    dag_id = (corrections_dag if matter.decision.issue else monthly_dag)(plan.level)
    with reading(visit.office.engine) as tx:
        runs = list_runs(tx, plan, period, find_opening(tx, plan.town_code, period.key))
    return next((one.run_id for one in runs if one.dag_id == dag_id), "")


def _record(
    visit: Visit, given: Opinion, airflow: AirflowClient | None, asking: Asking, tell: Tell
) -> Decision:  # fmt: skip
    """In our own table first; that what it is about has changed meanwhile, the run is told as well."""
    is_approval = given.answer == "Approve"
    try:
        return month.record_decision(
            visit.office, given.compilation, account=visit.asker.account, approved=is_approval,
            comment=given.reason.strip(), sent_back=given.sent_back, run_id=asking.run_id, now=visit.now,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.code not in CHANGED_MEANWHILE or asking.question is None:
            raise
        if _tell_run(airflow, asking, given).trouble:
            raise
        raise Refused("APPROVAL_ASKED_ANEW", reason=tell(refusal.code, **refusal.values)) from refusal


def _tell_run(airflow: AirflowClient | None, asking: Asking, given: Opinion) -> Asking:
    form = {"comment": given.reason.strip(), "sent_back": list(given.sent_back)}
    return tell_run(airflow, asking, given.answer, form)


def _tell_decided(visit: Visit, plan: Plan, decision: Decision, tell: Tell) -> list[str]:
    """What was recorded, and what that amounts to."""
    if decision.sent_back:
        code = "BOARD_DECIDED_SENT_BACK" if decision.went_back else "BOARD_DECIDED_REJECTED"
        named = [name_slot(plan, read_slot(one)) for one in decision.went_back or decision.sent_back]
        return [tell(code, categories=tell("BOARD_AND").join(named))]
    if month.ask_approval(visit.office, decision.compilation_id).standing.is_sufficient:
        return [tell("BOARD_DECIDED_APPROVED", hash=decision.content_hash[:12])]
    lines = month.describe_approval(visit.office, decision.compilation_id, tell).splitlines()
    return [tell("BOARD_DECIDED_COUNTERSIGN"), *(one.removeprefix("- ") for one in lines)]


def _tell_what_follows(
    period: Period, decision: Decision, told: Asking, reason: Refused | None, tell: Tell
) -> list[str | AirflowLink]:
    """What the run does now, or who has to go on where there is none; ``reason``: why it was not told."""
    link = [run_link(told.dag_id, told.run_id)] if told.run_id else []
    if reason:
        return [tell("BOARD_RUN_NOT_TOLD", reason=tell(reason.code, **reason.values)), *link]
    if told.question:
        return [tell("BOARD_RUN_STOPS" if decision.sent_back else "BOARD_RUN_TOLD"), *link]
    if told.run_id:
        return [tell("BOARD_RUN_WILL_SEE"), *link]
    return [] if decision.sent_back else _tell_without_run(period, told, tell)


def _tell_without_run(period: Period, told: Asking, tell: Tell) -> list[str | AirflowLink]:
    """What an operator has to do so that it is published: a stopped run goes on, for no other may work its period."""
    if told.stopped_id:
        return [tell("BOARD_RUN_STOPPED"), run_link(told.dag_id, told.stopped_id)]
    return [tell("BOARD_NO_CORRECTION_RUN" if told.dag_id.startswith(CORRECTIONS) else "BOARD_NO_RUN", period=period)]
