"""本单位: the page of a unit's reporter, and the workbook to be filled in."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Visit, own_visit
from townreturn.board.downloads import Attachment, attach
from townreturn.board.own_view import read_workbook, view_own
from townreturn.board.period_list import shown_periods
from townreturn.board.rendering import render
from townreturn.domain.period import Period

for_reporters = APIRouter(include_in_schema=False)
"""Of the own unit."""
Own = Annotated[Visit, Depends(own_visit)]


@for_reporters.get("/own")
def show_own(request: Request, visit: Own, period: str = "") -> HTMLResponse:
    """The own unit in one period, by default the one that was opened last."""
    periods, unasked = shown_periods(visit.office, visit.now)
    view = view_own(visit.office, Period(period) if period else unasked, visit.now, visit.own_reach)
    return render(request, "own.html", view=view, periods=periods, page="own", visit=visit)


@for_reporters.get("/own/workbook/{period}/{unit}")
def download_workbook(visit: Own, period: str, unit: str) -> Attachment:
    """A unit's workbook to be filled in, with what it reported of the period before; of the own units only."""
    if not visit.own_reach.covers_unit(unit):
        raise HTTPException(404)
    return attach(read_workbook(visit.office, Period(period), unit))
