"""The API's own description, as OpenAPI: of refusals it says those that are given, in the shape that they have."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_REFUSALS = {
    "401": "Nobody is signed in",
    "403": "The account may not ask for this",
    "404": "A value is malformed, or there is nothing of that name or number",
    "413": "The request is longer than what is read",
    "500": "The program failed, or something kept is not what was recorded; details are in the log",
}
_VALUES_REFUSED = "422"
"""What FastAPI says of every route that takes values; the board answers such a GET with 404."""
_SENTENCE = {
    "type": "object", "title": "Refusal", "description": "Why there is no answer, in the language asked for",
    "properties": {"detail": {"type": "string"}}, "required": ["detail"],
}  # fmt: skip
_AS_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
_AS_PAGE = {"text/html": {"schema": {"type": "string"}}}


def describe(board: FastAPI) -> dict[str, Any]:
    """Every route that gives data or files, as OpenAPI 3.1."""
    told = get_openapi(title=board.title, version=board.version, routes=board.routes)
    for path, operations in told["paths"].items():
        for operation in operations.values():
            operation["responses"] = _with_refusals(path, operation["responses"])
    schemas = told["components"]["schemas"]
    told["components"]["schemas"] = {name: one for name, one in schemas.items() if "ValidationError" not in name}
    told["components"]["schemas"]["Refusal"] = _SENTENCE
    return told


def _with_refusals(path: str, given: dict[str, Any]) -> dict[str, Any]:
    content = _AS_JSON if path.startswith("/api/") else _AS_PAGE
    said = {status: one for status, one in _REFUSALS.items() if status != "404" or _VALUES_REFUSED in given}
    answers = {status: one for status, one in given.items() if status != _VALUES_REFUSED}
    return answers | {status: {"description": one, "content": content} for status, one in said.items()}
