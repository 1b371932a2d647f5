"""The pages: 报送看板 and 历史."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from townreturn.board.access import Visit, reporting_visit, visit_of
from townreturn.board.duty_view import view_duties
from townreturn.board.history_view import view_history
from townreturn.board.period_list import list_periods, shown_periods
from townreturn.board.period_view import view_period
from townreturn.board.rendering import board_url, render
from townreturn.domain.period import Period

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
for_reporters = APIRouter(include_in_schema=False)
"""Where everybody comes in."""


@for_reporters.get("/")
def show_period(request: Request, visit: Annotated[Visit, Depends(reporting_visit)], period: str = "") -> Response:
    """报送看板: one period, by default the one that was opened last. A unit's reporter is led to the own unit."""
    if not visit.asker.may_see:
        return RedirectResponse(board_url(request, "/own"), HTTPStatus.SEE_OTHER)
    periods, unasked = shown_periods(visit.office, visit.now)
    shown = Period(period) if period else unasked
    view, duties = view_period(visit.office, shown, visit.now), view_duties(visit.office, shown, visit.now)
    return render(request, "period.html", view=view, duties=duties, periods=periods, page="period", visit=visit)


@router.get("/history")
def show_periods(request: Request, visit: Annotated[Visit, Depends(visit_of)]) -> HTMLResponse:
    """历史: every period with its issues."""
    return render(request, "periods.html", periods=list_periods(visit.office), page="history", visit=visit)


@router.get("/history/{period}")
def show_history(request: Request, visit: Annotated[Visit, Depends(visit_of)], period: str) -> HTMLResponse:
    """One period's issues, files and receipts."""
    history = view_history(visit.office, Period(period))
    return render(request, "history.html", history=history, page="history", visit=visit)
