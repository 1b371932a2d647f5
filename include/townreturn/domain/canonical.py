"""The town return as one canonical text: equal returns have equal text, and the text reads back exactly."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from townreturn.domain.canonical_mark import LATER
from townreturn.domain.errors import Broken
from townreturn.domain.obligation import Standing
from townreturn.domain.town_return import TownReturn

_Decoder = Callable[[Any, str], Any]
"""Data and its place in the text, for the message, to the value; Broken where they do not fit."""


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
    town_return: TownReturn = _decoder_of(TownReturn)(_load(text), TownReturn.__name__)
    return town_return


def read_standings(text: str) -> tuple[Standing, ...]:
    """Only the standings of such a text: to build the whole return costs some hundred times as much."""
    data = _load(text)
    standings: tuple[Standing, ...] = _decoder_of(tuple[Standing, ...])(data["standings"], "standings")
    return standings


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=fault) from fault


def _plain(value: Any) -> Any:
    """A value as JSON knows it; nested records by hand, for asdict would copy each one deeply first."""
    if type(value) in (str, int, NoneType):  # most are: looked at first
        return value
    if is_dataclass(value):
        return {name: _plain(one) for name, one in _written_fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, datetime):
        return _plain_instant(value)
    return value.value if isinstance(value, Enum) else value


def _written_fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Name and value of each field but those that were added later and are at their default."""
    for name, is_later, default in _fields_of(value.__class__):
        one = getattr(value, name)
        if not (is_later and one == default):
            yield name, one


@cache
def _fields_of(shape: type) -> tuple[tuple[str, bool, Any], ...]:
    """Name of each field, whether it was added later, and its default."""
    return tuple((field.name, field.metadata == LATER, field.default) for field in fields(shape))


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


@cache
def _decoder_of(shape: Any) -> _Decoder:
    """What reads data as the type ``shape``; found once a type, for one return has ten thousand values."""
    origin = get_origin(shape)
    if origin in (Union, UnionType):
        return partial(_decode_optional, _decoder_of(_without_none(shape)))
    if origin is tuple:
        return partial(_decode_list, _decoder_of(get_args(shape)[0]))
    if origin is dict:
        return partial(_decode_mapping, _decoder_of(get_args(shape)[1]))
    if is_dataclass(shape) and isinstance(shape, type):
        return partial(_decode_record, shape, {key: _decoder_of(hint) for key, hint in get_type_hints(shape).items()})
    if shape in (str, int, bool):
        return partial(_decode_same, shape)
    return partial(_decode_text, datetime.fromisoformat if shape is datetime else shape)


def _decode_optional(decode: _Decoder, data: Any, place: str) -> Any:
    return None if data is None else decode(data, place)


def _decode_list(decode: _Decoder, data: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _misfit(place, data)
    return tuple([decode(one, f"{place}[{row}]") for row, one in enumerate(data)])


def _decode_mapping(decode: _Decoder, data: Any, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _misfit(place, data)
    return {key: decode(one, f"{place}.{key}") for key, one in data.items()}


def _decode_record(shape: type, decoders: dict[str, _Decoder], data: Any, place: str) -> Any:
    if not isinstance(data, dict):
        raise _misfit(place, data)
    try:
        return shape(**{key: decoders[key](one, f"{place}.{key}") for key, one in data.items()})
    except (KeyError, TypeError) as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=f"{place}: {fault}") from fault


def _decode_same(shape: type, data: Any, place: str) -> Any:
    """Text, whole numbers and truth are in JSON what they are here."""
    if type(data) is not shape:
        raise _misfit(place, data)
    return data


def _decode_text(read: Callable[[str], Any], data: Any, place: str) -> Any:
    """Decimals, instants and words of an enumeration are texts in JSON."""
    if not isinstance(data, str):
        raise _misfit(place, data)
    try:
        return read(data)
    except (ValueError, ArithmeticError) as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=f"{place}: {fault}") from fault


def _misfit(place: str, data: Any) -> Broken:
    return Broken("CANONICAL_UNREADABLE", detail=f"{place}: {data!r}")


def _without_none(shape: Any) -> Any:
    return next(one for one in get_args(shape) if one is not NoneType)
