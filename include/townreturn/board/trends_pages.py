"""趋势与对比 as a page, as JSON and as CSV."""

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Seeing
from townreturn.board.downloads import Attachment, attach
from townreturn.board.history_view import Download
from townreturn.board.rendering import language_of, render
from townreturn.board.trends_chart import draw_charts
from townreturn.board.trends_csv import write_trends
from townreturn.board.trends_view import Asked, TrendsView, view_trends
from townreturn.board.trends_words import name_column, say_point
from townreturn.domain.town_return import Measure
from townreturn.wording import say, say_in

router = APIRouter()


def _asked(
    indicator: str = "", measure: Measure = Measure.CURRENT, category: Annotated[tuple[str, ...], Query()] = (),
    compared: str = "", year: Annotated[tuple[int, ...], Query()] = (),
) -> Asked:  # fmt: skip
    return Asked(indicator, measure, category, compared, year)


Asking = Annotated[Asked, Depends(_asked)]


@router.get("/trends", response_class=HTMLResponse, include_in_schema=False)
def show_trends(request: Request, visit: Seeing, asked: Asking) -> HTMLResponse:
    """趋势与对比."""
    view, tell = view_trends(visit.office, asked), partial(say_in, language_of(request))
    return render(
        request, "trends.html", view=view, charts=asdict(draw_charts(view, tell)), measures=list(Measure),
        name_column=partial(name_column, tell=tell), say_point=partial(say_point, tell=tell), page="trends",
        visit=visit,
    )  # fmt: skip


@router.get("/api/trends")
def get_trends(visit: Seeing, asked: Asking) -> TrendsView:
    """An indicator over all published periods, by category, and one category or the total year by year."""
    return view_trends(visit.office, asked)


@router.get("/trends.csv", response_class=Attachment)
def download_trends(visit: Seeing, asked: Asking) -> Attachment:
    """The lines over all published periods as CSV."""
    view = view_trends(visit.office, asked)
    name = say("BOARD_TRENDS_FILE", label=view.label, measure=say(f"MEASURE_{view.measure.name}"))
    return attach(Download(name, write_trends(view, visit.office.plans.town)))
