"""JSON Schema (draft 2020-12) of what is published as JSON, built from the records themselves.

The schemas lie in every issue beside the data: networks that are offline need no other copy.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from townreturn.domain.canonical_mark import LATER
from townreturn.domain.town_return import TownReturn
from townreturn.publishing import naming
from townreturn.publishing.twin_shapes import BriefingTwin, PlainNumber
from townreturn.wording import say

SCHEMAS: dict[str, type] = {naming.RETURN_SCHEMA: TownReturn, naming.BRIEFING_SCHEMA: BriefingTwin}
"""File name → the record whose JSON it describes."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LEAVES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    # Equal numbers have equal text: no exponent, no trailing zeros, no signed zero.
    Decimal: {"type": "string", "pattern": r"^(0|-?[1-9][0-9]*(\.[0-9]*[1-9])?|-?0\.[0-9]*[1-9])$"},
    PlainNumber: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    datetime: {
        "type": "string",
        "format": "date-time",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00$",
    },
}
_WORD_BEGINS = re.compile(r"(?<!^)(?=[A-Z])")


def write_schemas(folder: Path) -> None:
    """Write every schema into a folder, under its name."""
    for name in SCHEMAS:
        (folder / name).write_text(schema_text(name), encoding="utf-8")


@cache
def schema_text(name: str) -> str:
    """One schema as its file holds it."""
    return json.dumps(describe_shape(SCHEMAS[name]), ensure_ascii=False, indent=2) + "\n"


def describe_shape(root: type) -> dict[str, Any]:
    """The schema of a dataclass and of all that it is made of; titles and meanings stand in the wording.

    Nothing but its fields may be there. Those marked LATER may be left out. KeyError for a record, a
    field or a type that nobody has described.
    """
    definitions = {one.__name__: _define(one) for one in dict.fromkeys(_named_shapes(root))}
    name = _WORD_BEGINS.sub("-", root.__name__).lower()
    about = {"$schema": _DIALECT, "$id": f"urn:townreturn:{name}", **definitions.pop(root.__name__)}
    return {**about, "$defs": dict(sorted(definitions.items()))}


def _named_shapes(shape: Any) -> Iterator[type]:
    """The dataclasses and enumerations in a type, itself first; one may come more than once."""
    if _is_named(shape):
        yield shape
    for part in _parts(shape):
        yield from _named_shapes(part)


def _parts(shape: Any) -> Iterator[Any]:
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        yield from (hints[field.name] for field in fields(shape))
    else:
        yield from get_args(shape)


def _is_named(shape: Any) -> bool:
    return isinstance(shape, type) and (is_dataclass(shape) or issubclass(shape, Enum))


def _define(shape: type) -> dict[str, Any]:
    about = _told(f"SHAPE_{_code(shape)}")
    if issubclass(shape, Enum):
        return {**about, "enum": [one.value for one in shape]}
    hints = get_type_hints(shape)
    described = {
        one.name: {**_told(f"FIELD_{_code(shape)}_{one.name.upper()}"), **_refer(hints[one.name])}
        for one in fields(shape)  # type: ignore[arg-type]
    }
    required = [one.name for one in fields(shape) if one.metadata != LATER]  # type: ignore[arg-type]
    rules = {"type": "object", "additionalProperties": False, "required": required}
    return {**about, **rules, "properties": described}


def _refer(shape: Any) -> dict[str, Any]:
    """A type where it is used: records and enumerations by name."""
    origin, parts = get_origin(shape), get_args(shape)
    if _is_named(shape):
        return {"$ref": f"#/$defs/{shape.__name__}"}
    if origin in (Union, UnionType):
        return {"anyOf": [_refer(one) for one in parts]}
    if origin is tuple:
        return {"type": "array", "items": _refer(parts[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _refer(parts[1])}
    return _LEAVES[shape]


def _told(code: str) -> dict[str, str]:
    title, _, description = say(code).partition("：")
    return {"title": title, "description": description}


def _code(shape: type) -> str:
    """ReturnCell → RETURN_CELL, as the wording has it."""
    return _WORD_BEGINS.sub("_", shape.__name__).upper()
