"""What people are told when a page cannot be shown: always a sentence, in the frame of the board."""

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from townreturn.board.headers import SECURITY_HEADERS
from townreturn.board.rendering import language_of, render
from townreturn.domain.errors import Misuse, StoreRefused, TownReturnError, Unavailable
from townreturn.files import DISK_FAULTS
from townreturn.wording import say_in

_CODES = {
    400: "BOARD_WRONG_REQUEST",
    401: "BOARD_NOT_SIGNED_IN",
    403: "BOARD_NOT_ALLOWED",
    404: "BOARD_NO_SUCH_PAGE",
    405: "BOARD_NO_SUCH_ACTION",
    500: "BOARD_BROKEN",
    503: "BOARD_WITHOUT_DATABASE",
    507: "BOARD_WITHOUT_ROOM",
}


class TooLong(HTTPException):
    """A request beyond the cap that holds for it, which ``code`` tells with its ``values``."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.code, self.values = code, values


def answer_fault(request: Request, fault: Exception) -> Response:
    """As JSON under ``/api/``, else as a page; what nobody foresaw is told without its details.

    The headers are set here too: the answer to an unforeseen fault passes no middleware.
    """
    status = _status_of(fault, request.method)
    sentence = _sentence(language_of(request), fault, status)
    if path_of(request.scope).startswith("/api/"):
        response: Response = JSONResponse({"detail": sentence}, status)
    else:
        response = render(request, "fault.html", status=status, sentence=sentence, page="", visit=None)
    # Among them how to sign in, and the methods that there are.
    response.headers.update(getattr(fault, "headers", None) or {})
    response.headers.update(SECURITY_HEADERS)
    return response


def path_of(scope: Scope) -> str:
    """Below where the board is mounted."""
    path, root_path = scope["path"], scope.get("root_path", "")
    return str(path.removeprefix(root_path))


def _sentence(language: str, fault: Exception, status: int) -> str:
    if isinstance(fault, TownReturnError | TooLong):
        return say_in(language, fault.code, **fault.values)
    return say_in(language, _CODES[status])


def _status_of(fault: Exception, method: str) -> int:
    if isinstance(fault, TooLong):
        return fault.status_code
    if isinstance(fault, HTTPException):
        return fault.status_code if fault.status_code in _CODES else HTTPStatus.BAD_REQUEST
    if isinstance(fault, RequestValidationError):
        return HTTPStatus.NOT_FOUND if method == "GET" else HTTPStatus.BAD_REQUEST
    if isinstance(fault, OperationalError | NoConnection | Unavailable | StoreRefused):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(fault, OSError) and fault.errno in DISK_FAULTS:
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.NOT_FOUND if isinstance(fault, Misuse) else HTTPStatus.INTERNAL_SERVER_ERROR
