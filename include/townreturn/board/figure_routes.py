"""汇总预览, the sources of a figure, 核验 and 方案材料: their pages, and the same as JSON."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BeforeValidator, Field
from starlette.responses import HTMLResponse

from townreturn.board.access import Acting, Seeing
from townreturn.board.duty_view import DutiesView, view_duties
from townreturn.board.figure_view import FigureView, original_of, view_figure
from townreturn.board.period_list import shown_periods
from townreturn.board.preview_view import PreviewView, view_preview
from townreturn.board.rendering import render, tell_of
from townreturn.board.verification import Verification, Verifier
from townreturn.domain.period import Period
from townreturn.domain.town_return import Measure

router = APIRouter()

# A form sends an empty text for what was not chosen.
_Number = Annotated[int, Field(ge=0, le=9999)]
Issue = Annotated[
    _Number | None,
    BeforeValidator(lambda given: given or None, json_schema_input_type=_Number | Literal[""] | None),
]

_verifier = Verifier()


@router.get("/preview", response_class=HTMLResponse, include_in_schema=False)
def show_preview(
    request: Request, visit: Seeing, period: str = "", issue: Issue = None, measure: Measure = Measure.CURRENT,
    against: Issue = None,
) -> HTMLResponse:  # fmt: skip
    """汇总预览: what would be published next of a period, or an issue, in one measure."""
    periods, unasked = shown_periods(visit.office, visit.now)
    shown = Period(period) if period else unasked
    view = view_preview(visit.office, shown, visit.now, measure, issue, against, tell=tell_of(request))
    return render(
        request, "preview.html", view=view, asked_issue=issue, periods=periods, measures=list(Measure),
        page="preview", visit=visit,
    )  # fmt: skip


@router.get("/figures/{period}/{category}/{indicator}/{measure}", response_class=HTMLResponse, include_in_schema=False)
def show_figure(
    request: Request, visit: Seeing, period: str, category: str, indicator: str, measure: Measure,
    issue: Issue = None,
) -> HTMLResponse:  # fmt: skip
    """Where a figure comes from, down to the cells of files."""
    view = view_figure(visit.office, Period(period), category, indicator, measure, visit.now, issue)
    return render(
        request, "figure.html", view=view, asked_issue=issue, measures=list(Measure), original_of=original_of,
        page="preview", visit=visit,
    )  # fmt: skip


@router.get("/verification/{period}", response_class=HTMLResponse, include_in_schema=False)
def show_verification(request: Request, visit: Acting, period: str) -> HTMLResponse:
    """核验: whether everything recorded of a period still is what it was."""
    found = _verifier.verify(visit.office, Period(period), tell_of(request))
    return render(request, "verification.html", found=found, page="history", visit=visit)


@router.get("/api/periods/{period}/preview")
def get_preview(
    visit: Seeing, period: str, issue: Issue = None, measure: Measure = Measure.CURRENT, against: Issue = None
) -> PreviewView:
    """What would be published next of a period, or an issue, in one measure, compared with an issue if wanted."""
    return view_preview(visit.office, Period(period), visit.now, measure, issue, against)


@router.get("/api/periods/{period}/figures/{category}/{indicator}/{measure}")
def get_figure(
    visit: Seeing, period: str, category: str, indicator: str, measure: Measure, issue: Issue = None
) -> FigureView:
    """Where a figure comes from: a tree that ends in cells of files."""
    return view_figure(visit.office, Period(period), category, indicator, measure, visit.now, issue)


@router.get("/api/periods/{period}/verification")
def get_verification(visit: Acting, period: str) -> Verification:
    """Whether everything recorded of a period still is what it was; takes some seconds, one at a time."""
    return _verifier.verify(visit.office, Period(period))


@router.get("/api/periods/{period}/duties")
def get_duties(visit: Seeing, period: str) -> DutiesView:
    """What units owe under the period's plan as a whole."""
    return view_duties(visit.office, Period(period), visit.now)
