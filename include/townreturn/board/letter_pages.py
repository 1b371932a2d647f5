"""通知 and 重发: letters to units and operators, and one that goes out once more because somebody says so."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import Given, act
from townreturn.board.form_reading import filled_in
from townreturn.board.letter_view import LetterLine, LettersView, view_letter, view_letters
from townreturn.board.period_list import shown_periods
from townreturn.board.rendering import language_of, render
from townreturn.domain.period import Period
from townreturn.month.resending import order_again
from townreturn.wording import say_in

router = APIRouter()
MessageId = Annotated[int, Path(ge=1, lt=2**63)]
NO_PERIOD = "none"
"""Asks for the letters that belong to no period."""
OfPeriod = Annotated[str, Query(description="A period; “none” for letters of no period; empty for the newest opened")]
Undelivered = Annotated[bool, Query(description="Only those that failed or wait")]


@router.get("/api/messages")
def get_letters(visit: Acting, period: OfPeriod = "", undelivered: Undelivered = False) -> LettersView:
    """The letters of a period, the newest first."""
    wanted = None if period == NO_PERIOD else Period(period) if period else shown_periods(visit.office, visit.now)[1]
    return view_letters(visit.office, wanted, visit.now, undelivered=undelivered)


@router.get("/api/messages/{message_id}")
def get_letter(visit: Acting, message_id: MessageId) -> LetterLine:
    """One letter with every attempt to send it."""
    return view_letter(visit.office, message_id, visit.now)


@router.get("/messages", include_in_schema=False)
def show_letters(
    request: Request, visit: Acting, period: OfPeriod = "", undelivered: Undelivered = False
) -> HTMLResponse:  # fmt: skip
    """通知: what was written to whom, and what became of it."""
    view = get_letters(visit, period, undelivered)
    periods, _ = shown_periods(visit.office, visit.now)
    return render(
        request, "letters.html", view=view, undelivered=undelivered, periods=periods, no_period=NO_PERIOD, page="",
        visit=visit,
    )  # fmt: skip


@router.get("/messages/{message_id}", include_in_schema=False)
def show_letter(request: Request, visit: Acting, message_id: MessageId) -> HTMLResponse:
    """One letter with every attempt to send it, and the form of 重发."""
    return _page(request, visit, message_id, Given())


@router.post("/messages/{message_id}", include_in_schema=False)
def send_again(
    request: Request, visit: Acting, message_id: MessageId, given: Annotated[Given, filled_in(Given, acting_visit)]
) -> HTMLResponse:  # fmt: skip
    """Let the letter go out again with the next sending."""
    view = get_letter(visit, message_id)
    return act(
        request, visit, given,
        lambda: _order(request, visit, message_id, given),
        lambda status, refusal: _page(request, visit, message_id, given, status=status, refusal=refusal),
        back=f"/messages?period={view.period or NO_PERIOD}",
    )  # fmt: skip


def _order(request: Request, visit: Visit, message_id: int, given: Given) -> list[str]:
    ordered = order_again(
        visit.office, str(message_id), account=visit.asker.account, reason=given.reason, now=visit.now
    )  # fmt: skip
    message, language = ordered[0].message, language_of(request)
    channels = say_in(language, "BOARD_AND").join(one.channel or "-" for one in ordered)
    values = {"addressee": message.addressee, "subject": message.subject, "channels": channels}
    return [say_in(language, "BOARD_RESEND_ORDERED", **values)]


def _page(
    request: Request, visit: Visit, message_id: int, given: Given, *, status: int = 200, refusal: str = ""
) -> HTMLResponse:
    view = get_letter(visit, message_id)
    return render(
        request, "letter.html", status=status, view=view, given=given, refusal=refusal, no_period=NO_PERIOD,
        time_zone=visit.office.plans.calendar.time_zone, page="", visit=visit,
    )  # fmt: skip
