"""One file that came in, and the files that belong to nobody: as pages and as JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Seeing, Visit, reporting_visit
from townreturn.board.rendering import render
from townreturn.board.submission_view import (
    SubmissionView,
    UnfiledView,
    WorkbookView,
    view_submission,
    view_unfiled,
    view_workbook,
)

router = APIRouter()
for_reporters = APIRouter(include_in_schema=False)
"""Of the own unit."""
ArrivalId = Annotated[int, Path(ge=1, lt=2**63)]
Against = Annotated[int, Query(ge=0, lt=2**63, description="The file to compare with; 0 for the revision before")]


@router.get("/api/submissions/{arrival_id}")
def get_submission(visit: Seeing, arrival_id: ArrivalId, against: Against = 0) -> SubmissionView:
    """A file that came in: its findings, its categories with their revisions, and what was changed."""
    return view_submission(visit.office, arrival_id, against)


@router.get("/api/submissions/{arrival_id}/sheets/{sheet}")
def get_sheet(visit: Seeing, arrival_id: ArrivalId, sheet: Annotated[int, Path(ge=1, le=999)]) -> WorkbookView:
    """The cells of one of its sheets, by number, as the unit sees them."""
    return view_workbook(visit.office, arrival_id, sheet)


@router.get("/api/unfiled")
def get_unfiled(visit: Seeing) -> UnfiledView:
    """Files that no unit or no period could be told from."""
    return view_unfiled(visit.office)


@for_reporters.get("/submissions/{arrival_id}")
def show_submission(
    request: Request, visit: Annotated[Visit, Depends(reporting_visit)], arrival_id: ArrivalId,
    sheet: Annotated[int, Query(ge=0, le=999)] = 0, against: Against = 0,
) -> HTMLResponse:  # fmt: skip
    """One file, with a picture of one sheet."""
    view = view_submission(visit.office, arrival_id, against, visit.reach)
    book = view_workbook(visit.office, arrival_id, sheet, visit.reach)
    numbers = {one.name.strip(): one.number for one in book.tabs}
    return render(
        request, "submission.html", view=view, book=book, sheet_numbers=numbers, against=against, page="", visit=visit
    )


@router.get("/unfiled", include_in_schema=False)
def show_unfiled(request: Request, visit: Seeing) -> HTMLResponse:
    """What came in and belongs to nobody."""
    return render(request, "unfiled.html", view=view_unfiled(visit.office), page="history", visit=visit)
