"""No request says more than it may: what is longer is answered before it is read any further."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from townreturn.board.faults import TooLong, answer_fault, path_of
from townreturn.spreadsheets.limits import FILE_BYTES

FORM_BYTES = 64 << 10
"""A form without a file: to parse more would cost everybody else seconds."""
REQUEST_BYTES = FILE_BYTES + FORM_BYTES
"""A submission with the form around it."""
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
            await answer_fault(Request(scope), _too_long(cap))(scope, receive, send)
        else:
            await self._app(scope, _counting(receive, cap), send)


def _cap(scope: Scope) -> int:
    return REQUEST_BYTES if path_of(scope) == _UPLOAD else FORM_BYTES


def _stated_length(scope: Scope) -> float:
    """0 where it is not stated, or not as a number: what comes is counted anyway. Of any number of digits."""
    stated = Headers(scope=scope).get("content-length", "")
    return float(stated) if stated.isdecimal() else 0


def _too_long(cap: int) -> TooLong:
    if cap == FORM_BYTES:
        return TooLong("BOARD_FORM_TOO_LONG", most_kb=FORM_BYTES >> 10)
    return TooLong("BOARD_TOO_LARGE", most_mb=FILE_BYTES >> 20)


def _counting(receive: Receive, cap: int) -> Receive:
    """As ``receive``; raises TooLong into whoever reads the body beyond the cap."""
    count = 0

    async def count_and_receive() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > cap:
            if message.get("more_body"):
                await _drop(receive)
            raise _too_long(cap)
        return message

    return count_and_receive


async def _drop(receive: Receive) -> None:
    """Up to the end of the request, or until there is no sense in it."""
    dropped, more = 0, True
    while more and dropped <= _DROPPED_BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and bool(message.get("more_body"))
