"""本单位: the page of a unit's reporter, the same as JSON, and the workbook to be filled in."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Visit, own_visit
from townreturn.board.downloads import Attachment, attach
from townreturn.board.own_view import OwnView, read_workbook, view_own
from townreturn.board.period_list import shown_periods
from townreturn.board.rendering import render
from townreturn.domain.period import Period

for_reporters = APIRouter()
"""Of the own unit."""
Own = Annotated[Visit, Depends(own_visit)]


@for_reporters.get("/api/own")
def get_own(visit: Own, period: str = "") -> OwnView:
    """The own unit in one period, by default the one that was opened last."""
    shown = Period(period) if period else shown_periods(visit.office, visit.now)[1]
    return view_own(visit.office, shown, visit.now, visit.own_reach)


@for_reporters.get("/own", include_in_schema=False)
def show_own(request: Request, visit: Own, period: str = "") -> HTMLResponse:
    """The same as a page."""
    view, (periods, _) = get_own(visit, period), shown_periods(visit.office, visit.now)
    return render(request, "own.html", view=view, periods=periods, page="own", visit=visit)


@for_reporters.get("/own/workbook/{period}/{unit}", include_in_schema=False)
def download_workbook(visit: Own, period: str, unit: str) -> Attachment:
    """A unit's workbook to be filled in, with what it reported of the period before; of the own units only."""
    if not visit.own_reach.covers_unit(unit):
        raise HTTPException(404)
    return attach(read_workbook(visit.office, Period(period), unit))
