"""The board as one application, to be mounted under whatever path: who asks is found out before anything else."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from townreturn.board import (
    api,
    backfill_pages,
    correction_pages,
    decision_pages,
    downloads,
    exclusion_pages,
    figure_routes,
    intake_pages,
    letter_pages,
    obligation_pages,
    own_pages,
    pages,
    quality_pages,
    reminder_pages,
    submission_pages,
    trends_pages,
    upload_pages,
)
from townreturn.board.access import Asker, OpenAirflow, SameSiteOnly, reporting_visit, visit_of, without_airflow
from townreturn.board.faults import answer_fault
from townreturn.board.headers import SecurityHeaders
from townreturn.board.size_cap import SizeCap
from townreturn.domain.errors import TownReturnError
from townreturn.office import Office
from townreturn.software import software_version


def create_board(
    open_office: Callable[[], Office], identify: Callable[..., Asker], clock: Callable[[], datetime],
    open_airflow: OpenAirflow = without_airflow,
) -> FastAPI:  # fmt: skip
    """The app. ``identify`` is a FastAPI dependency that gives the signed-in asker, or raises HTTPException
    401 or 403; every route depends on it, the style sheet and paths that lead nowhere included.
    ``open_airflow`` reaches Airflow's REST API as the one who sent a request."""

    def note_asker(request: Request, asker: Annotated[Asker, Depends(identify)]) -> None:
        request.state.asker = asker

    # FastAPI's own pages load scripts from a CDN, and none of its own routes asks who is asking.
    board = FastAPI(
        title="townreturn", version=software_version(), openapi_url=None, docs_url=None, redoc_url=None,
        dependencies=[Depends(note_asker)],
    )  # fmt: skip
    board.state.open_office, board.state.clock, board.state.open_airflow = open_office, clock, open_airflow
    _include_routes(board)
    for fault in (TownReturnError, StarletteHTTPException, RequestValidationError, Exception):
        board.add_exception_handler(fault, answer_fault)
    board.add_middleware(SizeCap)
    board.add_middleware(SameSiteOnly)
    board.add_middleware(SecurityHeaders)
    return board


def _include_routes(board: FastAPI) -> None:
    """Who only reports for a unit is let into nothing but what stands in the second list."""
    for router in (
        api.router,
        downloads.router,
        pages.router,
        figure_routes.router,
        submission_pages.router,
        exclusion_pages.router,
        obligation_pages.router,
        reminder_pages.router,
        letter_pages.router,
        decision_pages.router,
        correction_pages.router,
        backfill_pages.router,
        intake_pages.router,
        quality_pages.router,
        trends_pages.router,
    ):
        board.include_router(router, dependencies=[Depends(visit_of)])
    for module in (pages, own_pages, upload_pages, submission_pages, downloads):
        board.include_router(module.for_reporters, dependencies=[Depends(reporting_visit)])
    board.include_router(_nowhere(), dependencies=[Depends(visit_of)])


def _nowhere() -> APIRouter:
    """The last route, so that nobody who is not signed in can tell which paths there are."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{path:path}")
    def find_nothing() -> Response:
        raise HTTPException(404)

    return router
