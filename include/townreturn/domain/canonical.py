"""The town return as one canonical text: equal returns have equal text, and the text reads back exactly."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from townreturn.domain.canonical_mark import LATER
from townreturn.domain.errors import Broken
from townreturn.domain.obligation import Standing
from townreturn.domain.town_return import TownReturn


def canonical_json(town_return: TownReturn) -> str:
    """The whole return as JSON: sorted keys, decimals as plain strings, times as ISO text in UTC.

    Raises Broken for a naive time or a decimal that is no number.
    """
    return json.dumps(_plain(town_return), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(town_return: TownReturn) -> str:
    """SHA-256 of the canonical text, in hex; what is approved, stored and published by this name."""
    return hashlib.sha256(canonical_json(town_return).encode()).hexdigest()


def read_canonical(text: str) -> TownReturn:
    """The return that canonical_json wrote; Broken when the text does not fit the shape."""
    town_return: TownReturn = _decode(TownReturn, _load(text), TownReturn.__name__)
    return town_return


def read_standings(text: str) -> tuple[Standing, ...]:
    """Only the standings of such a text: to build the whole return costs some hundred times as much."""
    data = _load(text)
    standings: tuple[Standing, ...] = _decode(tuple[Standing, ...], data["standings"], "standings")
    return standings


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=fault) from fault


def _plain(value: Any) -> Any:
    """A value as JSON knows it; nested records by hand, for asdict would copy each one deeply first."""
    if is_dataclass(value):
        return {name: _plain(one) for name, one, is_left_out in _fields_of(value) if not is_left_out}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, datetime):
        return _plain_instant(value)
    return value.value if isinstance(value, Enum) else value


def _fields_of(value: Any) -> Iterator[tuple[str, Any, bool]]:
    """Name and value of each field, and whether it is left out: added later, and at its default."""
    for field in fields(value):
        one = getattr(value, field.name)
        yield field.name, one, field.metadata == LATER and one == field.default


def _plain_decimal(value: Decimal) -> str:
    """Without exponent, trailing zeros or a signed zero, so that equal numbers have equal text."""
    if not value.is_finite():
        raise Broken("CANONICAL_UNWRITABLE", value=value)
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if value == 0 else text


def _plain_instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise Broken("CANONICAL_UNWRITABLE", value=value)
    return value.astimezone(UTC).isoformat()


def _decode(shape: Any, data: Any, place: str) -> Any:
    """Data as the type ``shape``; ``place`` names where in the text we are, for the message."""
    origin = get_origin(shape)
    if origin in (Union, UnionType):
        return None if data is None else _decode(_without_none(shape), data, place)
    if origin is tuple and isinstance(data, list):
        return tuple(_decode(get_args(shape)[0], one, f"{place}[{row}]") for row, one in enumerate(data))
    if origin is dict and isinstance(data, dict):
        return {key: _decode(get_args(shape)[1], one, f"{place}.{key}") for key, one in data.items()}
    if is_dataclass(shape) and isinstance(shape, type) and isinstance(data, dict):
        return _decode_record(shape, data, place)
    return _decode_leaf(shape, data, place)


def _decode_record(shape: type, data: dict[str, Any], place: str) -> Any:
    hints = _hints(shape)
    try:
        return shape(**{key: _decode(hints[key], one, f"{place}.{key}") for key, one in data.items()})
    except (KeyError, TypeError) as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=f"{place}: {fault}") from fault


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _decode_leaf(shape: Any, data: Any, place: str) -> Any:
    if shape in (str, int, bool) and type(data) is shape:
        return data
    if isinstance(data, str):
        try:
            if shape is Decimal:
                return Decimal(data)
            if shape is datetime:
                return datetime.fromisoformat(data)
            if isinstance(shape, type) and issubclass(shape, Enum):
                return shape(data)
        except (ValueError, ArithmeticError) as fault:
            raise Broken("CANONICAL_UNREADABLE", detail=f"{place}: {fault}") from fault
    raise Broken("CANONICAL_UNREADABLE", detail=f"{place}: {data!r}")


def _without_none(shape: Any) -> Any:
    return next(one for one in get_args(shape) if one is not NoneType)
