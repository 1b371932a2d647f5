"""The board's data as JSON, described by OpenAPI: the same values that the pages show."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from townreturn.board.access import Visit, visit_of
from townreturn.board.description import describe
from townreturn.board.history_view import PeriodHistory, view_history
from townreturn.board.period_list import PeriodLine, list_periods
from townreturn.board.period_view import PeriodView, view_period
from townreturn.domain.period import Period
from townreturn.month import Health, health_of

router = APIRouter(prefix="/api")


@router.get("/periods")
def get_periods(visit: Annotated[Visit, Depends(visit_of)]) -> tuple[PeriodLine, ...]:
    """Every period with its issues, the newest first."""
    return list_periods(visit.office)


@router.get("/periods/{period}")
def get_period(visit: Annotated[Visit, Depends(visit_of)], period: str) -> PeriodView:
    """How a period stands now."""
    return view_period(visit.office, Period(period), visit.now)


@router.get("/periods/{period}/history")
def get_history(visit: Annotated[Visit, Depends(visit_of)], period: str) -> PeriodHistory:
    """A period's issues with their files and changes, and every file that came in for it."""
    return view_history(visit.office, Period(period))


@router.get("/health")
def get_health(visit: Annotated[Visit, Depends(visit_of)]) -> Health:
    """How the office itself is, for a monitor: with ``troubles``, somebody has to see to it."""
    return health_of(visit.office, visit.now)


@router.get("/openapi.json", include_in_schema=False)
def get_description(request: Request) -> dict[str, Any]:
    """What the routes give, as OpenAPI 3.1."""
    return describe(request.app)
