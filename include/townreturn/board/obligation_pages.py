"""延期, 免报 and 撤销: one obligation is given more time or let off, or that is lifted."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import Given, act
from townreturn.board.form_reading import filled_in
from townreturn.board.obligation_view import ObligationView, view_duty, view_statistics
from townreturn.board.rendering import render, tell_of
from townreturn.domain.errors import Misuse
from townreturn.domain.obligation import AdjustmentKind, Obligation, ObligationKind, Standing
from townreturn.domain.period import Period

router = APIRouter()
Adjusting = Callable[[month.Decided], tuple[Obligation, Standing]]


class Adjustment(Given):
    """What is to be decided, and of an extension the last day, as ISO date or instant."""

    decision: AdjustmentKind | None = None
    until: Annotated[str, Field(max_length=40)] = ""


Filled = Annotated[Adjustment, filled_in(Adjustment, acting_visit)]


@router.get("/api/periods/{period}/obligations/{category}")
def get_obligation(visit: Acting, period: str, category: str) -> ObligationView:
    """What is owed for a category, and what was and can be decided of it."""
    return view_statistics(visit.office, Period(period), category, visit.now)


@router.get("/api/periods/{period}/duties/{kind}/{unit}")
def get_duty(visit: Acting, period: str, kind: ObligationKind, unit: str) -> ObligationView:
    """The same of what a unit owes under the period's plan as a whole."""
    return view_duty(visit.office, Period(period), kind, unit, visit.now)


@router.get("/obligations/{period}/{category}", include_in_schema=False)
def ask_obligation(request: Request, visit: Acting, period: str, category: str) -> HTMLResponse:
    """The form for a category of a period."""
    return _form(request, visit, get_obligation(visit, period, category), Adjustment())


@router.get("/duties/{period}/{kind}/{unit}", include_in_schema=False)
def ask_duty(request: Request, visit: Acting, period: str, kind: ObligationKind, unit: str) -> HTMLResponse:
    """The form for what a unit owes under the plan as a whole."""
    return _form(request, visit, get_duty(visit, period, kind, unit), Adjustment())


@router.post("/obligations/{period}/{category}", include_in_schema=False)
def adjust_obligation(request: Request, visit: Acting, period: str, category: str, given: Filled) -> HTMLResponse:
    """Extend or exempt what is owed for a category, or lift that."""
    view = get_obligation(visit, period, category)
    return _adjust(
        request, visit, view, given,
        lambda decided: month.adjust_statistics(visit.office, Period(period), view.slot, decided, visit.now),
    )  # fmt: skip


@router.post("/duties/{period}/{kind}/{unit}", include_in_schema=False)
def adjust_duty(
    request: Request, visit: Acting, period: str, kind: ObligationKind, unit: str, given: Filled
) -> HTMLResponse:  # fmt: skip
    """The same of what a unit owes under the plan as a whole."""
    plan = visit.office.plans.in_force(Period(period))
    return _adjust(
        request, visit, get_duty(visit, period, kind, unit), given,
        lambda decided: month.adjust_duty(visit.office, plan, kind, unit, decided, visit.now),
    )  # fmt: skip


def _adjust(
    request: Request, visit: Visit, view: ObligationView, given: Adjustment, adjust: Adjusting
) -> HTMLResponse:  # fmt: skip
    def deed() -> list[str]:
        plan, tell = visit.office.plans.in_force(Period(view.period)), tell_of(request)
        told = month.describe_adjusted(plan, *adjust(_decided(visit, given)), tell)
        code = "BOARD_UNIT_IS_WRITTEN_TO" if view.is_reachable else "BOARD_UNIT_WITHOUT_ADDRESS"
        return [told, tell(code, unit=view.unit_name)]

    return act(
        request, visit, given, deed,
        lambda status, refusal: _form(request, visit, view, given, status=status, refusal=refusal),
        back=f"/?period={view.period}",
    )  # fmt: skip


def _decided(visit: Visit, given: Adjustment) -> month.Decided:
    """The day counts for an extension only: a browser sends it along with every choice."""
    if given.decision is None:
        raise Misuse("BOARD_NO_DECISION_CHOSEN")
    is_extended = given.decision is AdjustmentKind.EXTENDED
    until = month.read_until(given.until, visit.office.plans.calendar.zone) if is_extended and given.until else None
    return month.Decided(given.decision, visit.asker.account, given.reason, until)


def _form(
    request: Request, visit: Visit, view: ObligationView, given: Adjustment, *, status: int = 200, refusal: str = ""
) -> HTMLResponse:
    return render(
        request, "obligation.html", status=status, view=view, given=given, refusal=refusal, page="", visit=visit
    )
