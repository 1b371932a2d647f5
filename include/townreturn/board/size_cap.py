"""No request says more than it may: what is longer is answered before it is read any further."""

from http import HTTPStatus

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from townreturn.board.faults import answer_fault
from townreturn.spreadsheets.limits import FILE_BYTES

FORM_BYTES = 64 << 10
"""A form without a file. Forms are parsed before it is known who asks: to parse more would cost seconds."""
REQUEST_BYTES = FILE_BYTES + FORM_BYTES
"""A submission with the form around it, which is read only once it is known who asks."""
_UPLOAD = "/upload"
_DROPPED_BYTES = 8 * REQUEST_BYTES
"""Of a longer request, read and dropped: browsers show the answer only once they have sent everything."""


class SizeCap:
    """Counts what comes, whatever the request says of its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _stated_length(scope) > (cap := _cap(scope)):
            await _drop(receive)
            await answer_fault(Request(scope), _too_long())(scope, receive, send)
        else:
            await self._app(scope, _counting(receive, cap), send)


def _cap(scope: Scope) -> int:
    return REQUEST_BYTES if scope["path"].removeprefix(scope.get("root_path", "")) == _UPLOAD else FORM_BYTES


def _stated_length(scope: Scope) -> int:
    """0 where it is not stated, or not as a number: what comes is counted anyway."""
    stated = Headers(scope=scope).get("content-length", "")
    return int(stated) if stated.isdecimal() else 0


def _too_long() -> HTTPException:
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _counting(receive: Receive, cap: int) -> Receive:
    """As ``receive``; raises HTTPException 413 into whoever reads the body beyond the cap."""
    count = 0

    async def count_and_receive() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > cap:
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
