"""Pages that change something: a form with a reason and a tick, then what it led to. A refusal shows the form again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from townreturn.board.access import Visit
from townreturn.board.rendering import language_of, render
from townreturn.domain.errors import Misuse, Refused
from townreturn.operating.levels import CORRECTIONS, MONTHLY
from townreturn.wording import say_in

REASON_LENGTH = 500


class Given(BaseModel):
    """What every such form says: the reason as typed, and the tick that stands for "I have looked at this"."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(max_length=REASON_LENGTH)] = ""
    confirmed: bool = False


@dataclass(frozen=True)
class AirflowLink:
    """A page of Airflow's own: its path below Airflow's root, and the code of what it is called."""

    path: str
    code: str


def run_link(dag_id: str, run_id: str) -> AirflowLink:
    """To a DAG run that works a period."""
    return AirflowLink(f"dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}", run_code(dag_id))


def run_code(dag_id: str) -> str:
    """What a run of a DAG is called, whatever level it is of."""
    return f"BOARD_RUN_{CORRECTIONS if dag_id.startswith(CORRECTIONS) else MONTHLY}"


Again = Callable[[HTTPStatus, str], HTMLResponse]
"""``show_again(status, refusal)``: the form as it was filled in, with why it was not taken."""


def act(
    request: Request, visit: Visit, given: Given, deed: Callable[[], Sequence[str | AirflowLink]], show_again: Again,
    back: str,
) -> HTMLResponse:  # fmt: skip
    """Do it and tell in sentences what it led to; ``back`` is the board's path to go on from.

    What is wrongly filled in or cannot be done is told above the form. No redirect: an address could be made
    to tell what never happened.
    """
    try:
        if not given.confirmed:
            raise Misuse("BOARD_NOT_CONFIRMED")
        told = deed()
    except (Misuse, Refused) as refusal:
        status = HTTPStatus.BAD_REQUEST if isinstance(refusal, Misuse) else HTTPStatus.CONFLICT
        return show_again(status, say_in(language_of(request), refusal.code, **refusal.values))
    return render(request, "done.html", told=told, back=back, page="", visit=visit)
