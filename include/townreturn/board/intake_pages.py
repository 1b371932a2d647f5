"""立即收文: the intake runs at once and not at its next turn."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Acting, Visit, acting_visit
from townreturn.board.acting import AirflowLink, Given, act
from townreturn.board.airflow_door import airflow_of
from townreturn.board.form_reading import filled_in
from townreturn.board.rendering import language_of, render
from townreturn.operating.airflow_client import INTAKE
from townreturn.operating.environment import INBOX
from townreturn.wording import say_in

router = APIRouter(include_in_schema=False)


@router.get("/intake")
def ask_intake(request: Request, visit: Acting) -> HTMLResponse:
    """The form."""
    return _form(request, visit)


@router.post("/intake")
def order_intake(
    request: Request, visit: Acting, given: Annotated[Given, filled_in(Given, acting_visit)]
) -> HTMLResponse:
    """Announce the inbox, as every run does that waits for it: that is no decision, so no reason is asked for."""
    return act(
        request, visit, given,
        lambda: _order(request, visit),
        lambda status, refusal: _form(request, visit, status=status, refusal=refusal),
        back="/",
    )  # fmt: skip


def _form(request: Request, visit: Visit, *, status: int = 200, refusal: str = "") -> HTMLResponse:
    return render(request, "intake.html", status=status, refusal=refusal, page="", visit=visit)


def _order(request: Request, visit: Visit) -> list[str | AirflowLink]:
    with airflow_of(visit) as airflow:
        airflow.announce(INBOX)
    return [say_in(language_of(request), "BOARD_INTAKE_ORDERED"), AirflowLink(f"dags/{INTAKE}", "BOARD_INTAKE_DAG")]
