"""Who may ask for what: everybody signed in who may see, and no change by order of another site."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from townreturn.office import Office
from townreturn.wording import say

_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asker:
    """Who is signed in: the account, and whether it may act as an operator. Everybody may see."""

    account: str
    may_act: bool


@dataclass(frozen=True)
class Visit:
    """What one request works with."""

    office: Office
    now: datetime
    asker: Asker

    @property
    def role(self) -> str:
        """What the asker may do besides seeing, as people are told it: an approver is one by the plan's account."""
        is_approver = any(one.account == self.asker.account for one in self.office.plans.approvers)
        names = {"ACT": self.asker.may_act, "APPROVE": is_approver}
        return "_".join(name for name, holds in names.items() if holds) or "SEE"


def visit_of(request: Request) -> Visit:
    """The request's visit; who is asking, the app has found out before any route is reached."""
    open_office: Callable[[], Office] = request.app.state.open_office
    clock: Callable[[], datetime] = request.app.state.clock
    return Visit(open_office(), clock(), request.state.asker)


def acting_visit(visit: Annotated[Visit, Depends(visit_of)]) -> Visit:
    """The visit of somebody who may act; raises HTTPException 403 for everybody else."""
    if not visit.asker.may_act:
        raise HTTPException(403)
    return visit


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
