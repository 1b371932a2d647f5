"""No request says more than a submission may: what is longer is answered before it is read any further."""

from http import HTTPStatus

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from townreturn.board.faults import answer_fault
from townreturn.spreadsheets.limits import FILE_BYTES

REQUEST_BYTES = FILE_BYTES + (64 << 10)
"""A submission with the form around it."""
_DROPPED_BYTES = 8 * REQUEST_BYTES
"""Of a longer request, read and dropped: browsers show the answer only once they have sent everything."""


class SizeCap:
    """Counts what comes, whatever the request says of its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _stated_length(scope) > REQUEST_BYTES:
            await _drop(receive)
            await answer_fault(Request(scope), _too_long())(scope, receive, send)
        else:
            await self._app(scope, _counting(receive), send)


def _stated_length(scope: Scope) -> int:
    """0 where it is not stated, or not as a number: what comes is counted anyway."""
    stated = Headers(scope=scope).get("content-length", "")
    return int(stated) if stated.isdecimal() else 0


def _too_long() -> HTTPException:
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _counting(receive: Receive) -> Receive:
    """As ``receive``; raises HTTPException 413 into whoever reads the body beyond the cap."""
    count = 0

    async def count_and_receive() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > REQUEST_BYTES:
            if message.get("more_body"):
                await _drop(receive)
            raise _too_long()
        return message

    return count_and_receive


async def _drop(receive: Receive) -> None:
    """Up to the end of the request, or until there is no sense in it."""
    dropped, more = 0, True
    while more and dropped <= _DROPPED_BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and bool(message.get("more_body"))
