"""Who may ask for what: who may see sees all, a unit's reporter the own unit; no change by order of another site."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from townreturn.board.reach import EVERYTHING, Reach
from townreturn.chasing.senders import may_report_for, units_of_account
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.operating.airflow_client import AirflowClient
from townreturn.wording import say

_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asker:
    """Who is signed in: the account, whether it may act as an operator, and whether it may see the board at all.

    Who may not is let in as the reporter of a unit only, if a plan names the account.
    """

    account: str
    may_act: bool
    may_see: bool


OpenAirflow = Callable[[Request], AbstractContextManager[AirflowClient | None]]
"""Airflow's own REST API as whoever sent a request; None where it is not set up."""


@contextmanager
def without_airflow(request: Request) -> Iterator[None]:  # noqa: ARG001 - whoever asks
    """Of a board that stands by itself."""
    yield None


@dataclass(frozen=True)
class Visit:
    """What one request works with; ``own_units`` are the codes of those that the asker reports for, and
    ``airflow()`` opens Airflow's REST API as the asker."""

    office: Office
    now: datetime
    asker: Asker
    own_units: tuple[str, ...]
    airflow: Callable[[], AbstractContextManager[AirflowClient | None]]

    @property
    def may_upload(self) -> bool:
        return self.asker.may_act or bool(self.own_units)

    @property
    def reach(self) -> Reach:
        """The files that the asker may see."""
        return EVERYTHING if self.asker.may_see else self.own_reach

    @property
    def own_reach(self) -> Reach:
        """Those that the asker may see as a reporter: also of units whose work the own one goes on with."""
        return Reach(may_report_for(self.office.plans, self.own_units), self.asker.account)

    def approves(self, period: str) -> bool:
        """Whether the period's plan names the asker as an approver; Misuse when no plan is in force."""
        approvers = self.office.plans.in_force(Period(period)).approvers
        return any(one.account == self.asker.account for one in approvers)

    @property
    def role(self) -> str:
        """What the asker may do besides seeing, as people are told it: an approver is one by the plan's account."""
        if not self.asker.may_see:
            return "REPORT"
        is_approver = any(one.account == self.asker.account for one in self.office.plans.approvers)
        names = {"ACT": self.asker.may_act, "APPROVE": is_approver}
        return "_".join(name for name, holds in names.items() if holds) or "SEE"


def reporting_visit(request: Request) -> Visit:
    """The visit of whoever may see, or reports for a unit; raises HTTPException 403 for everybody else.

    Who is asking, the app has found out before. A route that takes this visit has to mind its reach.
    """
    open_office: Callable[[], Office] = request.app.state.open_office
    clock: Callable[[], datetime] = request.app.state.clock
    open_airflow: OpenAirflow = request.app.state.open_airflow
    office, now = open_office(), clock()
    asker = _within_plan(request.state.asker, office)
    own_units = units_of_account(office.plans, asker.account, now)
    visit = Visit(office, now, asker, own_units, partial(open_airflow, request))
    if not (asker.may_see or visit.own_units):
        raise HTTPException(403)
    return visit


def _within_plan(asker: Asker, office: Office) -> Asker:
    """Who may act in Airflow may here, unless the plan says who may."""
    operators = office.plans.operators
    return replace(asker, may_act=asker.may_act and (not operators or asker.account in operators))


def visit_of(visit: Annotated[Visit, Depends(reporting_visit)]) -> Visit:
    """The visit of somebody who may see the whole board; raises HTTPException 403 for everybody else."""
    if not visit.asker.may_see:
        raise HTTPException(403)
    return visit


def own_visit(visit: Annotated[Visit, Depends(reporting_visit)]) -> Visit:
    """The visit of a unit's reporter; raises HTTPException 403 for everybody else."""
    if not visit.own_units:
        raise HTTPException(403)
    return visit


def uploading_visit(visit: Annotated[Visit, Depends(reporting_visit)]) -> Visit:
    """The visit of an operator, or of a unit's reporter; raises HTTPException 403 for everybody else."""
    if not visit.may_upload:
        raise HTTPException(403)
    return visit


def acting_visit(visit: Annotated[Visit, Depends(visit_of)]) -> Visit:
    """The visit of somebody who may act; raises HTTPException 403 for everybody else."""
    if not visit.asker.may_act:
        raise HTTPException(403)
    return visit


def approving_visit(visit: Annotated[Visit, Depends(visit_of)], period: str) -> Visit:
    """The visit of an approver of the period's plan; raises HTTPException 403 for everybody else."""
    if not visit.approves(period):
        raise HTTPException(403)
    return visit


Seeing = Annotated[Visit, Depends(visit_of)]
Acting = Annotated[Visit, Depends(acting_visit)]
"""What a route is given, and whom it is thereby closed to."""


class SameSiteOnly:
    """Refuses every request that may change something and that another site can have made the browser send.

    Airflow's cookie is SameSite=Lax, which leaves room: sister sites of one domain count as the
    same, and not every browser knows it. A request with a token of its own in its header is not
    signed in by the cookie.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _CHANGES_NOTHING and not _is_own(Headers(scope=scope)):
            await PlainTextResponse(say("BOARD_CROSS_SITE"), 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    """By what browsers say of a request's origin and no page can change [Fetch Metadata, RFC 6454]."""
    kind, token = get_authorization_scheme_param(headers.get("authorization"))
    if kind.lower() == "bearer" and token:
        return True
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    # Of either scheme: a proxy may speak TLS to the browser and none to Airflow.
    return headers.get("origin", "") in (f"{scheme}://{headers.get('host')}" for scheme in ("http", "https"))
