"""The board of several towns: a line each, and under a town's code the board of its office as it is of one alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import HTMLResponse, Response

from townreturn.board.access import Asker, OpenAirflow, without_airflow
from townreturn.board.app import create_board
from townreturn.board.faults import answer_fault
from townreturn.board.headers import SecurityHeaders
from townreturn.board.rendering import render
from townreturn.chasing.senders import units_of_account
from townreturn.domain.errors import TownReturnError
from townreturn.domain.level import Level
from townreturn.month import towns_at_a_glance
from townreturn.office import Office
from townreturn.operating.environment import OPERATOR

IdentifyByLevel = Callable[..., Mapping[Level, Asker]]
"""A FastAPI dependency: who is signed in, and what that is at each level; it raises HTTPException 401 or 403."""


def create_towns_board(
    towns: Mapping[str, Level], open_office: Callable[[str], Office], identify: IdentifyByLevel,
    clock: Callable[[], datetime], open_airflow: OpenAirflow = without_airflow,
) -> FastAPI:  # fmt: skip
    """The app; ``towns`` are codes with levels, and ``open_office`` opens a town's, once a process at most."""
    board = FastAPI(title="townreturn", openapi_url=None, docs_url=None, redoc_url=None)
    board.state.shows_static_of = f"/{next(iter(towns))}"

    @board.get("/")
    def show_towns(request: Request, askers: Annotated[Mapping[Level, Asker], Depends(identify)]) -> HTMLResponse:
        """The towns that the asker may see, or reports for."""
        now = clock()
        seen = [one for code, level in towns.items() if askers[level].may_see and (one := open_office(code))]
        own = [open_office(code) for code, level in towns.items() if not askers[level].may_see]
        own = [one for one in own if units_of_account(one.plans, askers[one.plans.level].account, now)]
        if not (seen or own):
            raise HTTPException(403)
        asker = next(iter(askers.values()))
        return render(request, "towns.html", lines=towns_at_a_glance(seen, now), own=own, asker=asker, page="towns")

    def _asking_at(code: str, level: Level) -> Callable[..., Asker]:
        def identify_there(askers: Annotated[Mapping[Level, Asker], Depends(identify)]) -> Asker:
            operators = {town: open_office(town).plans.operators for town in towns}
            return _outside_others(askers[level], operators, code)

        return identify_there

    for code, level in towns.items():
        of_town = create_board(_opening(open_office, code), _asking_at(code, level), clock, open_airflow)
        of_town.state.depth = 2
        board.mount(f"/{code}", of_town)

    @board.get("/{path:path}", dependencies=[Depends(identify)])
    def find_nothing() -> Response:
        raise HTTPException(404)

    for fault in (TownReturnError, StarletteHTTPException, RequestValidationError, Exception):
        board.add_exception_handler(fault, answer_fault)
    board.add_middleware(SecurityHeaders)
    return board


def _opening(open_office: Callable[[str], Office], code: str) -> Callable[[], Office]:
    return lambda: open_office(code)


def _outside_others(asker: Asker, operators: Mapping[str, Sequence[str]], town: str) -> Asker:
    """Where a town's plan names no operators, those that only other towns' plans name are none of its."""
    is_anothers = not operators[town] and any(asker.account in named for named in operators.values())
    return replace(asker, may_act=asker.may_act and not (is_anothers and asker.account != OPERATOR))
