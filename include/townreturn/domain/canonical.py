"""The town return as one canonical text: equal returns have equal text, and the text reads back exactly."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from json.encoder import encode_basestring
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from townreturn.domain.canonical_mark import LATER
from townreturn.domain.errors import Broken
from townreturn.domain.town_return import TownReturn

_Writer = Callable[[Any], str]
_Values = Callable[[Any], tuple[Any, ...]]
_Place = str | tuple[Any, str | int]
"""Where in the text something stands: what it stands in, and under which name or number."""
_Decoder = Callable[[Any, _Place], Any]
"""Data and its place in the text, for the message, to the value; Broken where they do not fit."""


def canonical_json(town_return: TownReturn) -> str:
    """The whole return as JSON: sorted keys, decimals as plain strings, times as ISO text in UTC.

    Raises Broken for a naive time or a decimal that is no number.
    """
    return _written(town_return)


def content_hash(town_return: TownReturn) -> str:
    """SHA-256 of the canonical text, in hex; what is approved, stored and published by this name."""
    return text_hash(canonical_json(town_return))


def text_hash(text: str) -> str:
    """The same of a canonical text that is at hand: to write it a second time costs as much as to compile."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_canonical(text: str) -> TownReturn:
    """The return that canonical_json wrote; Broken when the text does not fit the shape."""
    town_return: TownReturn = _decoder_of(TownReturn)(_load(text), TownReturn.__name__)
    return town_return


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as fault:
        raise Broken("CANONICAL_UNREADABLE", detail=fault) from fault


def _written(value: Any) -> str:
    """A value as JSON, at once as text: a return has ten thousand values, and none needs a shape in between."""
    return _WRITER_OF[value.__class__](value)


class _Writers(dict[type, _Writer]):
    """What writes the values of a class; found once a class, and then by nothing dearer than a look-up."""

    def __missing__(self, shape: type) -> _Writer:
        if is_dataclass(shape):
            found = _record_writer(shape)
        else:
            found = next((write for kind, write in _PLAIN_WRITERS if issubclass(shape, kind)), json.dumps)
        self[shape] = found
        return found


def _record_writer(shape: type) -> _Writer:
    known = sorted(fields(shape), key=lambda field: field.name)
    values_of = attrgetter(*(field.name for field in known))
    if any(field.metadata == LATER for field in known):
        written = tuple((f'"{field.name}":', field.metadata == LATER, field.default) for field in known)
        return partial(_write_grown_record, written, values_of)
    return partial(_write_record, "{" + ",".join(f'"{field.name}":%s' for field in known) + "}", values_of)


def _write_record(template: str, values_of: _Values, value: Any) -> str:
    return template % tuple([_WRITER_OF[one.__class__](one) for one in values_of(value)])


def _write_grown_record(known: tuple[tuple[str, bool, Any], ...], values_of: _Values, value: Any) -> str:
    """Each field but those that were added later and are at their default."""
    pairs = zip(known, values_of(value), strict=True)
    written = [name + _written(one) for (name, is_later, default), one in pairs if not (is_later and one == default)]
    return "{" + ",".join(written) + "}"


def _write_list(value: tuple[Any, ...]) -> str:
    return "[" + ",".join([_written(one) for one in value]) + "]"


def _write_mapping(value: dict[str, Any]) -> str:
    return "{" + ",".join([f"{encode_basestring(key)}:{_written(value[key])}" for key in sorted(value)]) + "}"


def _write_decimal(value: Decimal) -> str:
    """Without exponent, trailing zeros or a signed zero, so that equal numbers have equal text."""
    if not value.is_finite():
        raise Broken("CANONICAL_UNWRITABLE", value=value)
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f'"{text}"' if value else '"0"'


def _write_instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise Broken("CANONICAL_UNWRITABLE", value=value)
    return f'"{value.astimezone(UTC).isoformat()}"'


_PLAIN_WRITERS: tuple[tuple[type, _Writer], ...] = (
    (str, encode_basestring),  # words of an enumeration too
    (NoneType, lambda _: "null"),
    (bool, json.dumps),
    (int, str),
    (Decimal, _write_decimal),
    (datetime, _write_instant),
    (tuple, _write_list),
    (dict, _write_mapping),
)
_WRITER_OF = _Writers()


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
    if issubclass(shape, Enum):  # by their words: to call the enumeration costs five times as much
        return partial(_decode_text, {one.value: one for one in shape}.__getitem__)
    return partial(_decode_text, datetime.fromisoformat if shape is datetime else shape)


def _decode_optional(decode: _Decoder, data: Any, place: _Place) -> Any:
    return None if data is None else decode(data, place)


def _decode_list(decode: _Decoder, data: Any, place: _Place) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _misfit(place, data)
    return tuple([decode(one, (place, row)) for row, one in enumerate(data)])


def _decode_mapping(decode: _Decoder, data: Any, place: _Place) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _misfit(place, data)
    return {key: decode(one, (place, key)) for key, one in data.items()}


def _decode_record(shape: type, decoders: dict[str, _Decoder], data: Any, place: _Place) -> Any:
    if not isinstance(data, dict):
        raise _misfit(place, data)
    try:
        return shape(**{key: decoders[key](one, (place, key)) for key, one in data.items()})
    except (KeyError, TypeError) as fault:
        raise _unreadable(place, fault) from fault


def _decode_same(shape: type, data: Any, place: _Place) -> Any:
    """Text, whole numbers and truth are in JSON what they are here."""
    if type(data) is not shape:
        raise _misfit(place, data)
    return data


def _decode_text(read: Callable[[str], Any], data: Any, place: _Place) -> Any:
    """Decimals, instants and words of an enumeration are texts in JSON."""
    if not isinstance(data, str):
        raise _misfit(place, data)
    try:
        return read(data)
    except (ValueError, ArithmeticError, KeyError) as fault:
        raise _unreadable(place, fault) from fault


def _misfit(place: _Place, data: Any) -> Broken:
    return _unreadable(place, repr(data))


def _unreadable(place: _Place, why: object) -> Broken:
    return Broken("CANONICAL_UNREADABLE", detail=f"{_told(place)}: {why}")


def _told(place: _Place) -> str:
    """As in ``TownReturn.cells[3].current``; put together where it is wanted, not for every value that fits."""
    if isinstance(place, str):
        return place
    around, step = place
    return f"{_told(around)}[{step}]" if isinstance(step, int) else f"{_told(around)}.{step}"


def _without_none(shape: Any) -> Any:
    return next(one for one in get_args(shape) if one is not NoneType)
