"""催报: an operator has units reminded that are out in a period."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import HTMLResponse

from townreturn import month
from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import Given, act
from townreturn.board.form_reading import Ticked, filled_in
from townreturn.board.reminder_view import OutstandingView, view_outstanding
from townreturn.board.rendering import render, tell_of
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.month.reminding_by_hand import WORDS_LENGTH

router = APIRouter()


class Reminding(Given):
    """The units ticked, by code, and the operator's own words; how long they may be, the use case says."""

    units: Ticked = ()
    words: Annotated[str, Field(max_length=20 * WORDS_LENGTH)] = ""


@router.get("/api/periods/{period}/outstanding")
def get_outstanding(visit: Acting, period: str) -> OutstandingView:
    """Who is out in a period and can be reminded."""
    return view_outstanding(visit.office, Period(period), visit.now)


@router.get("/reminder/{period}", include_in_schema=False)
def ask_reminder(request: Request, visit: Acting, period: str) -> HTMLResponse:
    """The form, every unit ticked that is out and was not reminded today."""
    view = get_outstanding(visit, period)
    ticked = tuple(one.unit for one in view.units if not one.is_done_today)
    return _form(request, visit, view, Reminding(units=ticked))


@router.post("/reminder/{period}", include_in_schema=False)
def remind(
    request: Request, visit: Acting, period: str, given: Annotated[Reminding, filled_in(Reminding, acting_visit)]
) -> HTMLResponse:
    """Write a reminder to each unit ticked."""
    view = get_outstanding(visit, period)
    return act(
        request, visit, given,
        lambda: _remind(request, visit, period, given),
        lambda status, refusal: _form(request, visit, view, given, status=status, refusal=refusal),
        back=f"/?period={view.period}",
    )  # fmt: skip


def _remind(request: Request, visit: Visit, key: str, given: Reminding) -> list[str]:
    if not given.units:
        raise Misuse("BOARD_NO_UNIT_TICKED")
    period = Period(key)
    asked = month.AskedReminder(visit.asker.account, given.reason, given.units, given.words)
    letters = month.remind_by_hand(visit.office, period, asked, visit.now)
    tell = tell_of(request)
    return [
        *month.describe_reminded(visit.office.plans.in_force(period), period, letters, tell),
        tell("BOARD_REMINDERS_WAIT"),
    ]


def _form(
    request: Request, visit: Visit, view: OutstandingView, given: Reminding, *, status: int = 200, refusal: str = ""
) -> HTMLResponse:
    return render(
        request, "reminder.html", status=status, view=view, given=given, refusal=refusal, words_length=WORDS_LENGTH,
        page="", visit=visit,
    )  # fmt: skip
