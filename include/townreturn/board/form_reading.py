"""Forms are read only once it is known who asks and that they may: a stranger's is not looked at."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect

from townreturn.board.access import Visit

Shape = TypeVar("Shape", bound=BaseModel)
_MOST_FIELDS = 200

Ticked = Annotated[
    tuple[str, ...], Field(max_length=100), BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)
]
"""What is ticked in a list: any number of values under one name."""


def filled_in(shape: type[Shape], let_in: Callable[..., Visit]) -> Any:
    """The dependency that gives a form without files as ``shape``, once ``let_in`` has given the asker's visit.

    Raises HTTPException 400 for what is no such form.
    """

    async def read(request: Request, visit: Annotated[Visit, Depends(let_in)]) -> Shape:  # noqa: ARG001 - asked first
        form = await read_form(request, most_files=0)
        try:
            return shape.model_validate(_told(form))
        except ValidationError as fault:
            raise HTTPException(HTTPStatus.BAD_REQUEST) from fault

    return Depends(read)


async def read_form(request: Request, *, most_files: int) -> FormData:
    """Whatever was sent, to be closed; raises HTTPException 400 for what cannot be read, or has more fields or files
    than a form of the board."""
    try:
        return await request.form(max_files=most_files, max_fields=_MOST_FIELDS)
    except (ValueError, ClientDisconnect) as fault:  # among the former: what its charset cannot decode
        raise HTTPException(HTTPStatus.BAD_REQUEST) from fault


def _told(form: FormData) -> dict[str, Any]:
    """By name; an empty text says nothing, and what is said several times is all of that, for the shape to judge."""
    told = {name: [one for one in form.getlist(name) if one] for name in form}
    return {name: values if len(values) > 1 else values[0] for name, values in told.items() if values}
